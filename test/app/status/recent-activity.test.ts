import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createActivityRecorder } from "../../../src/app/status/recent-activity.ts";

const START_MS = Date.UTC(2026, 0, 31, 12);

function startActivity() {
  const now = { ms: START_MS, cacheUp: true, tickersAgeSeconds: null as number | null };
  const activity = createActivityRecorder({
    nowMs: () => now.ms,
    isCacheUp: () => now.cacheUp,
    tickersAgeSeconds: () => now.tickersAgeSeconds,
    tickersTtlSeconds: 300,
  });
  const pass = (seconds: number): void => {
    for (let second = 0; second < seconds; second++) {
      now.ms += 1000;
      activity.tick();
    }
  };
  const request = (seconds: number, status = 200, route = "/views"): void =>
    activity.request({ route, status, seconds });
  return { now, activity, pass, request };
}

describe("createActivityRecorder()", () => {
  test("has an hour in slots of half a minute, empty before there was anything", () => {
    const { activity } = startActivity();
    const current = activity.current();
    expect(current).toMatchObject({
      slotSeconds: 30,
      tickersTtlSeconds: 300,
      endsAt: "2026-01-31T12:00:00.000Z",
    });
    expect(current.requests).toEqual(Array(120).fill(0));
    expect(current.p99Ms).toEqual(Array(120).fill(null));
  });

  test("puts what happened into the slot in which it happened", () => {
    const { now, activity, pass, request } = startActivity();
    for (let count = 0; count < 98; count++) request(0.001);
    request(0.2, 503);
    request(0.2, 500);
    now.tickersAgeSeconds = 12;
    pass(30);
    request(0.004);
    now.tickersAgeSeconds = 42;
    pass(30);
    const { requests, errors, p99Ms, tickersAgeSeconds, endsAt } = activity.current();
    expect([requests.slice(-3), errors.slice(-3)]).toEqual([
      [0, 100, 1],
      [0, 2, 0],
    ]);
    const [, slow = 0, fast = 0] = p99Ms.slice(-3);
    expect(slow).toBeGreaterThanOrEqual(180);
    expect(slow).toBeLessThanOrEqual(240);
    expect(fast).toBeGreaterThanOrEqual(3.6);
    expect(fast).toBeLessThanOrEqual(4.8);
    expect(tickersAgeSeconds.slice(-3)).toEqual([null, 12, 42]);
    expect(endsAt).toBe("2026-01-31T12:01:00.000Z");
  });

  test("counts neither probes nor the console itself, nor a path without a route", () => {
    const { activity, pass, request } = startActivity();
    for (const route of ["/", "/healthz", "/readyz", "/metrics", "/events", "/docs", "/console/assets/*"])
      request(0.001, 200, route);
    activity.request({ route: undefined, status: 404, seconds: 0 });
    for (const route of ["/views", "/views/:entity", "/tickers", "/admin/replicas"])
      request(0.001, 200, route);
    pass(30);
    expect(activity.current().requests.at(-1)).toBe(4);
  });

  test("measures how long the cache was down", () => {
    const { now, activity, pass } = startActivity();
    pass(20);
    now.cacheUp = false;
    pass(15);
    now.cacheUp = true;
    pass(25);
    expect(activity.current().cacheDownSeconds.slice(-2)).toEqual([10, 5]);
  });

  test("a suspended process leaves a gap, and forgets what is older than an hour", () => {
    const { now, activity, request } = startActivity();
    request(0.001);
    now.ms += 65_000;
    expect(activity.current().requests.slice(-2)).toEqual([1, 0]);
    now.ms += 86_400_000;
    expect(activity.current().requests).toEqual(Array(120).fill(0));
    expect(activity.current().requests).toHaveLength(120);
  });

  test("the 99th percentile is off by a fifth at most, for any durations", () => {
    const durations = fc.array(fc.double({ min: 0.0001, max: 60, noNaN: true }), {
      minLength: 1,
      maxLength: 300,
    });
    fc.assert(
      fc.property(durations, (seconds) => {
        const { activity, pass, request } = startActivity();
        for (const one of seconds) request(one);
        pass(30);
        const sorted = seconds.toSorted((left, right) => left - right);
        const exactMs = (sorted[Math.ceil(sorted.length * 0.99) - 1] ?? 0) * 1000;
        const shown = activity.current().p99Ms.at(-1) ?? 0;
        expect(shown / exactMs).toBeGreaterThan(0.94);
        expect(shown / exactMs).toBeLessThan(1.27);
      }),
      { numRuns: 200 },
    );
  });
});
