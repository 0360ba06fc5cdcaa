import { describe, expect, test } from "vitest";
import { createReportFilter } from "../../src/lib/report-filter.ts";

const MINUTE_MS = 60_000;

function startFilter(keysMax: number) {
  const clock = { nowMs: 0 };
  return { clock, decide: createReportFilter(keysMax, () => clock.nowMs) };
}

describe("createReportFilter()", () => {
  test("reports each key once while it recurs", () => {
    const { clock, decide } = startFilter(2);
    expect([decide("a"), decide("b"), decide("a")]).toEqual(["new", "new", "known"]);
    for (let minutes = 9; minutes < 60; minutes += 9) {
      clock.nowMs = minutes * MINUTE_MS;
      expect(decide("a")).toBe("known");
    }
  });

  test("reports a key again that did not recur for ten minutes", () => {
    const { clock, decide } = startFilter(2);
    decide("a");
    clock.nowMs = 10 * MINUTE_MS;
    expect(decide("a")).toBe("known");
    clock.nowMs = 20 * MINUTE_MS + 1;
    expect(decide("a")).toBe("new");
  });

  test("reports all keys beyond the maximum once together", () => {
    const { clock, decide } = startFilter(1);
    expect([decide("a"), decide("b"), decide("c")]).toEqual(["new", "excess", "known"]);
    clock.nowMs = 5 * MINUTE_MS;
    expect([decide("a"), decide("c")]).toEqual(["known", "known"]);
    clock.nowMs = 15 * MINUTE_MS + 1;
    expect([decide("b"), decide("c")]).toEqual(["new", "excess"]);
  });
});
