import { describe, expect, test } from "vitest";
import { BROKEN_TICKER_SOURCES, tickerSourceTests } from "../../src/conformance/ticker-source-conformance.ts";
import { DatabaseError, type TickerSourcePort } from "../../src/ports/database-port.ts";

function createListSource(tickers: readonly string[]): TickerSourcePort {
  return {
    async load({ signal } = {}) {
      if (signal?.aborted) throw new DatabaseError("aborted", "given up", { cause: signal.reason });
      return tickers;
    },
  };
}

/** The suite over a list, which `decorate` may break. */
const suiteOf = (decorate: (source: TickerSourcePort) => TickerSourcePort) =>
  tickerSourceTests(async () => ({
    open: (tickers) => decorate(createListSource(tickers)),
    close: async () => undefined,
  }));

describe("tickerSourceTests() accepts a list:", () => {
  for (const { name, run } of suiteOf((source) => source)) test(name, run);
});

describe("tickerSourceTests()", () => {
  test.each(BROKEN_TICKER_SOURCES)("rejects a source that $name", async ({ breakIt, caughtBy }) => {
    const found = suiteOf(breakIt).find(({ name }) => name === caughtBy);
    await expect(found?.run()).rejects.toThrow();
  });
});
