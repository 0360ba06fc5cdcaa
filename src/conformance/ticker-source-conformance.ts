import type { TickerSourcePort } from "../ports/database-port.ts";
import { type ConformanceCase, type ConformanceTest, createTests } from "./conformance-test.ts";
import { expectAborted } from "./database-case.ts";
import { expect } from "./expect.ts";

/** Opens sources with given tickers. */
export interface TickerSourceHarness {
  /** Opens a source with these values, in this order. */
  open(tickers: readonly string[]): TickerSourcePort;
  close(): Promise<void>;
}

const TICKERS = ["HGLG11", " knri11 ", "A", "É😀", "", "HGLG11"];

const TICKER_SOURCE_CASES: readonly ConformanceCase<TickerSourceHarness>[] = [
  {
    name: "load() returns every text unchanged, in order",
    async run({ open }) {
      expect(await open(TICKERS).load()).toEqual(TICKERS);
    },
  },
  {
    name: "load() returns the same again, with a signal that does not fire",
    async run({ open }) {
      const source = open(TICKERS);
      await source.load();
      expect(await source.load({ signal: new AbortController().signal })).toEqual(TICKERS);
    },
  },
  {
    name: "load() returns an empty list if the source has no tickers",
    async run({ open }) {
      expect(await open([]).load()).toEqual([]);
    },
  },
  {
    name: "load() returns ten thousand tickers",
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
 * The tests that every source of tickers, such as a list or a file, must pass. For an SQL adapter, `databaseTests` has
 * more requirements.
 *
 * @param open opens a harness, for each test
 */
export function tickerSourceTests(open: () => Promise<TickerSourceHarness>): readonly ConformanceTest[] {
  return createTests(TICKER_SOURCE_CASES, open);
}
