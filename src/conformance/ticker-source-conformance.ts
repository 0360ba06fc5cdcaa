import { DatabaseError, type TickerSourcePort } from "../ports/database-port.ts";
import {
  type BrokenAdapter,
  type ConformanceCase,
  type ConformanceTest,
  createTests,
} from "./conformance-test.ts";
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

/** A source of tickers with one fault. */
export type BrokenTickerSource = BrokenAdapter<(inner: TickerSourcePort) => TickerSourcePort>;

type Rows = readonly unknown[];

const altering =
  (alter: (rows: Rows) => Rows) =>
  (inner: TickerSourcePort): TickerSourcePort => ({
    load: async (options) => alter(await inner.load(options)),
  });

const AS_THEY_ARE = "load() returns every text unchanged, in order";
const ABORTED = "load() fails as aborted when the signal has fired, and can be called again";

/** Sources that the suite must reject. */
export const BROKEN_TICKER_SOURCES: readonly BrokenTickerSource[] = [
  { name: "sorts", caughtBy: AS_THEY_ARE, breakIt: altering((rows) => rows.toSorted()) },
  {
    name: "trims",
    caughtBy: AS_THEY_ARE,
    breakIt: altering((rows) => rows.map((row) => String(row).trim())),
  },
  { name: "drops duplicates", caughtBy: AS_THEY_ARE, breakIt: altering((rows) => [...new Set(rows)]) },
  {
    name: "returns its tickers only once",
    caughtBy: "load() returns the same again, with a signal that does not fire",
    breakIt(inner) {
      let isFirst = true;
      return {
        async load(options) {
          const rows = isFirst ? await inner.load(options) : [];
          isFirst = false;
          return rows;
        },
      };
    },
  },
  {
    name: "fails for an empty list",
    caughtBy: "load() returns an empty list if the source has no tickers",
    breakIt: altering((rows) => {
      if (rows.length === 0) throw new DatabaseError("no-column", "there is nothing");
      return rows;
    }),
  },
  {
    name: "returns at most a thousand tickers",
    caughtBy: "load() returns ten thousand tickers",
    breakIt: altering((rows) => rows.slice(0, 1000)),
  },
  {
    name: "ignores the signal",
    caughtBy: ABORTED,
    breakIt: (inner) => ({ load: () => inner.load() }),
  },
  {
    name: "rejects with the signal's reason",
    caughtBy: ABORTED,
    breakIt: (inner) => ({
      async load(options) {
        options?.signal?.throwIfAborted();
        return inner.load(options);
      },
    }),
  },
  {
    name: "fails again after one abort",
    caughtBy: ABORTED,
    breakIt(inner) {
      let ended: unknown;
      return {
        async load(options) {
          if (ended !== undefined) throw ended;
          return inner.load(options).catch((error: unknown) => {
            ended = error;
            throw error;
          });
        },
      };
    },
  },
];
