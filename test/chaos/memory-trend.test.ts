import { describe, expect, test } from "vitest";
import { memoryTrend } from "./memory-trend.ts";

const samples = (residentMibAt: (second: number) => number) =>
  Array.from({ length: 100 }, (_, second) => ({ atMs: second * 1000, residentMib: residentMibAt(second) }));

describe("memoryTrend()", () => {
  test("memoryTrend() sees no growth in memory that only grew while it warmed up", () => {
    const trend = memoryTrend(samples((second) => (second < 40 ? 50 + second : 90)));
    expect(trend).toEqual({ slopeMibPerMinute: 0, growthMib: 0, meanMib: 90 });
  });

  test("memoryTrend() tells the slope of memory that grows, whatever a heap does around it", () => {
    const trend = memoryTrend(samples((second) => 50 + second / 2 + (second % 2)));
    expect(trend.slopeMibPerMinute).toBeCloseTo(30, 0);
    expect(trend.growthMib).toBeCloseTo(29.5, 0);
  });

  test("memoryTrend() tells nothing of less than three samples", () => {
    expect(() => memoryTrend(samples(() => 1).slice(0, 2))).toThrow(RangeError);
  });
});
