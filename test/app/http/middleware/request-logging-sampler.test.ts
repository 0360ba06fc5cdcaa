import { expect, test } from "vitest";
import { createRefusalSampler } from "../../../../src/app/http/middleware/request-logging.ts";

test("A22: 2,000 refused requests make ten lines a minute, and one that counts the others", () => {
  let nowMs = 0;
  const reported: number[] = [];
  const sampler = createRefusalSampler(
    (count) => reported.push(count),
    () => nowMs,
  );
  const lines = (): number => Array.from({ length: 2000 }, () => sampler.admit()).filter(Boolean).length;
  expect([lines(), reported]).toEqual([10, []]);
  nowMs = 59_999;
  expect(lines()).toBe(0);
  nowMs = 60_000;
  expect([lines(), reported]).toEqual([10, [3990]]);
  nowMs = 200_000;
  expect([sampler.admit(), reported]).toEqual([true, [3990, 1990]]);
  nowMs = 300_000;
  expect([sampler.admit(), reported]).toEqual([true, [3990, 1990]]);
});
