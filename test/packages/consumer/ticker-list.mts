/** Tickers from a list, written from the published types and comments alone. */
import { DatabaseError, type TickerSourcePort } from "mosaic";

export function createTickerList(tickers: readonly string[]): TickerSourcePort {
  return {
    async load(options) {
      const signal = options?.signal;
      if (signal?.aborted) throw new DatabaseError("aborted", "given up", { cause: signal.reason });
      return tickers;
    },
  };
}
