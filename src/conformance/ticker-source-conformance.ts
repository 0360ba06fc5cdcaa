import type { TickerSourcePort } from "../ports/database-port.ts";
import { boundTests, type ConformanceTest } from "./conformance-test.ts";
import { expectAborted } from "./database-failure.ts";
import { expect } from "./expect.ts";

/** A source of tickers, and what it holds. */
export interface TickerSourceHarness {
  /** A source with these values, in this order. */
  open(tickers: readonly string[]): TickerSourcePort;
  close(): Promise<void>;
}

export interface TickerSourceCase {
  readonly name: string;
  /** Rejects when the source does not behave. */
  run(harness: TickerSourceHarness): Promise<void>;
}

const TICKERS = ["HGLG11", " knri11 ", "A", "É😀", "", "HGLG11"];

export const TICKER_SOURCE_CASES: readonly TickerSourceCase[] = [
  {
    name: "load() gives every text as it is, in order",
    async run({ open }) {
      expect(await open(TICKERS).load()).toEqual(TICKERS);
    },
  },
  {
    name: "load() gives the same again, with a signal that does not fire",
    async run({ open }) {
      const source = open(TICKERS);
      await source.load();
      expect(await source.load({ signal: new AbortController().signal })).toEqual(TICKERS);
    },
  },
  {
    name: "load() gives an empty list when the source has no tickers",
    async run({ open }) {
      expect(await open([]).load()).toEqual([]);
    },
  },
  {
    name: "load() takes ten thousand",
    async run({ open }) {
      const many = Array.from({ length: 10_000 }, (_, index) => `T${index}`);
      expect(await open(many).load()).toEqual(many);
    },
  },
  {
    name: "load() fails as aborted when the signal has fired, and can be called again",
    async run({ open }) {
      const source = open(TICKERS);
      const reason = new Error("Given up");
      await expectAborted(source.load({ signal: AbortSignal.abort(reason) }), reason);
      expect(await source.load()).toEqual(TICKERS);
    },
  },
];

/**
 * What every source of tickers without a database must do, such as a list or a file. For an SQL adapter,
 * `databaseTests` requires more.
 *
 * @param open gives a harness for each test
 */
export function tickerSourceTests(open: () => Promise<TickerSourceHarness>): readonly ConformanceTest[] {
  return boundTests(TICKER_SOURCE_CASES, open);
}
