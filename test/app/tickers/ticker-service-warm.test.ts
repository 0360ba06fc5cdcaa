import { describe, expect, test } from "vitest";
import { loadTickersUntilSuccess } from "../../../src/app/tickers/ticker-service.ts";
import type { TickerLoad } from "../../../src/app/tickers/ticker-snapshot.ts";
import { KNOWN_TICKERS } from "../../support/scripted-api.ts";

const UNAVAILABLE: TickerLoad = { kind: "unavailable" };

/** Warms a service that knows these after each load and each pause, and keeps what was asked and waited for. */
async function warm(known: readonly TickerLoad[], { stopAfterPauses = 20 } = {}): Promise<readonly string[]> {
  const story: string[] = [];
  const stop = new AbortController();
  await loadTickersUntilSuccess({
    tickers: {
      async load() {
        story.push("load");
        // What a load returns is not always kept.
        return KNOWN_TICKERS;
      },
      peek: () => known[story.length - 1] ?? UNAVAILABLE,
    },
    async pause(ms) {
      story.push(`${ms / 1000} s`);
      if (story.filter((step) => step.endsWith(" s")).length >= stopAfterPauses) stop.abort();
    },
    signal: stop.signal,
  });
  return story;
}

const none = (steps: number): readonly TickerLoad[] => Array.from({ length: steps }, () => UNAVAILABLE);

describe("loadTickersUntilSuccess()", () => {
  test("D10: asks once where the list can be had", async () => {
    expect(await warm([KNOWN_TICKERS])).toEqual(["load"]);
  });

  test("D10: asks again with growing pauses until there is a list", async () => {
    const pauses = (await warm([...none(16), KNOWN_TICKERS])).filter((step) => step !== "load");
    expect(pauses).toEqual(["1 s", "2 s", "4 s", "8 s", "16 s", "32 s", "60 s", "60 s"]);
  });

  test("D10: leaves off when a request has loaded the list meanwhile, and when the service stops", async () => {
    expect(await warm([...none(1), KNOWN_TICKERS])).toEqual(["load", "1 s"]);
    expect(await warm([], { stopAfterPauses: 2 })).toEqual(["load", "1 s", "load", "2 s"]);
  });
});
