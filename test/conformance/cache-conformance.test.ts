import { describe, expect, test } from "vitest";
import type { CachePort } from "../../src/ports/cache-port.ts";
import { openMemoryHarness } from "../support/memory-cache-harness.ts";
import { BROKEN_CACHES } from "./broken-caches.ts";
import { BROKEN_FINGERPRINT_CACHES } from "./broken-fingerprint-caches.ts";
import { BROKEN_LIVING_CACHES } from "./broken-living-caches.ts";
import { BROKEN_OUTCOME_CACHES } from "./broken-outcome-caches.ts";
import { CACHE_CASES } from "./cache-conformance.ts";

describe("describeCache()", () => {
  test("describeCache() has a name of its own for each case", () => {
    const names = CACHE_CASES.map(({ name }) => name);
    expect([...new Set(names)]).toEqual(names);
  });

  test("describeCache() accepts a cache that works", async () => {
    expect(await rejectingCases((cache) => ({ ...cache }))).toEqual([]);
  });

  test.each([
    ...BROKEN_CACHES,
    ...BROKEN_FINGERPRINT_CACHES,
    ...BROKEN_LIVING_CACHES,
    ...BROKEN_OUTCOME_CACHES,
  ])("describeCache() rejects a cache that $name", async ({ breakIt, caughtBy }) => {
    expect(await rejectingCases(breakIt)).toContain(caughtBy);
  });
});

async function rejectingCases(decorate: (cache: CachePort) => CachePort): Promise<readonly string[]> {
  const rejecting: string[] = [];
  for (const { name, run } of CACHE_CASES) {
    const harness = await openMemoryHarness(decorate);
    await run(harness).catch(() => rejecting.push(name));
    await harness.close();
  }
  return rejecting;
}
