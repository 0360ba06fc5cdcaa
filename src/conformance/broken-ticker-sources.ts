import { DatabaseError, type TickerSourcePort } from "../ports/database-port.ts";
import type { BrokenAdapter } from "./conformance-test.ts";

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
