import { DatabaseError, type TickerSourcePort } from "../ports/database-port.ts";

/** A source of tickers with one fault, and a case of the suite that must find it. */
export interface BrokenTickerSource {
  readonly name: string;
  readonly caughtBy: string;
  readonly breakIt: (inner: TickerSourcePort) => TickerSourcePort;
}

type Rows = readonly unknown[];

const altering =
  (alter: (rows: Rows) => Rows) =>
  (inner: TickerSourcePort): TickerSourcePort => ({
    load: async (options) => alter(await inner.load(options)),
  });

const AS_THEY_ARE = "load() gives every text as it is, in order";
const ABORTED = "load() fails as aborted when the signal has fired, and can be called again";

/** Sources that the suite must reject. */
export const BROKEN_TICKER_SOURCES: readonly BrokenTickerSource[] = [
  { name: "sorts", caughtBy: AS_THEY_ARE, breakIt: altering((rows) => rows.toSorted()) },
  {
    name: "trims",
    caughtBy: AS_THEY_ARE,
    breakIt: altering((rows) => rows.map((row) => String(row).trim())),
  },
  { name: "drops what comes twice", caughtBy: AS_THEY_ARE, breakIt: altering((rows) => [...new Set(rows)]) },
  {
    name: "gives its texts once",
    caughtBy: "load() gives the same again, with a signal that does not fire",
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
    name: "refuses to be empty",
    caughtBy: "load() gives an empty list when the source has no tickers",
    breakIt: altering((rows) => {
      if (rows.length === 0) throw new DatabaseError("no-column", "there is nothing");
      return rows;
    }),
  },
  {
    name: "stops at a thousand",
    caughtBy: "load() takes ten thousand",
    breakIt: altering((rows) => rows.slice(0, 1000)),
  },
  {
    name: "does not look at the signal",
    caughtBy: ABORTED,
    breakIt: (inner) => ({ load: () => inner.load() }),
  },
  {
    name: "rejects with the reason itself",
    caughtBy: ABORTED,
    breakIt: (inner) => ({
      async load(options) {
        options?.signal?.throwIfAborted();
        return inner.load(options);
      },
    }),
  },
  {
    name: "stays ended after it was given up once",
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
