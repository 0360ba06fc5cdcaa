import fc from "fast-check";
import { expect, test } from "vitest";
import { backoffMs, jitteredBackoffMs } from "../../src/lib/backoff.ts";

const POLICY = { minMs: 250, maxMs: 10_000 };

test("backoffMs() doubles up to the maximum", () => {
  const pauses = [0, 1, 2, 5, 6, 1000].map((attempt) => backoffMs(attempt, POLICY));
  expect(pauses).toEqual([250, 500, 1000, 8000, 10_000, 10_000]);
});

test("jitteredBackoffMs() stays between half of the pause and the whole", () => {
  fc.assert(
    fc.property(fc.nat(), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, random) => {
      const pause = backoffMs(attempt, POLICY);
      const jittered = jitteredBackoffMs(attempt, POLICY, random);
      return jittered >= pause / 2 && jittered <= pause;
    }),
  );
});

test("jitteredBackoffMs() is half of the pause at random 0, and all of it at 1", () => {
  const pauses = [0, 0.5, 1].map((random) => jitteredBackoffMs(2, POLICY, random));
  expect(pauses).toEqual([500, 750, 1000]);
});
