import { describe, expect, test } from "vitest";
import { BROKEN_CACHES } from "../../src/conformance/broken-caches.ts";
import {
  BROKEN_FINGERPRINT_CACHES,
  BROKEN_TTL_CACHES,
} from "../../src/conformance/broken-fingerprint-caches.ts";
import {
  BROKEN_BOUNDED_CACHES,
  BROKEN_OUTCOME_CACHES,
  BROKEN_UNCHANGED_CACHES,
} from "../../src/conformance/broken-unchanged-caches.ts";
import { CACHE_CASES } from "../../src/conformance/cache-conformance.ts";
import type { CachePort } from "../../src/ports/cache-port.ts";
import { asInstance } from "../support/as-instance.ts";
import { openMemoryHarness } from "../support/memory-cache-harness.ts";

describe("CACHE_CASES", () => {
  test("CACHE_CASES has a name of its own for each case", () => {
    const names = CACHE_CASES.map(({ name }) => name);
    expect([...new Set(names)]).toEqual(names);
  });

  test("CACHE_CASES accepts a cache that works", async () => {
    expect(await rejectingCases((cache) => ({ ...cache }))).toEqual([]);
  });

  test.each([
    ...BROKEN_CACHES,
    ...BROKEN_BOUNDED_CACHES,
    ...BROKEN_FINGERPRINT_CACHES,
    ...BROKEN_TTL_CACHES,
    ...BROKEN_OUTCOME_CACHES,
    ...BROKEN_UNCHANGED_CACHES,
  ])("CACHE_CASES rejects a cache that $name", async ({ breakIt, caughtBy }) => {
    expect(await rejectingCases(breakIt, [caughtBy])).toEqual([caughtBy]);
  });
});

test("a broken cache has only its fault where the cache is an instance of a class", async () => {
  const [first] = BROKEN_CACHES;
  const rejecting = await rejectingCases((cache) => first?.breakIt(asInstance(cache)) ?? cache);
  expect(rejecting).toEqual([first?.caughtBy]);
});

async function rejectingCases(
  decorate: (cache: CachePort) => CachePort,
  names = CACHE_CASES.map(({ name }) => name),
): Promise<readonly string[]> {
  const rejecting: string[] = [];
  for (const { name, run } of CACHE_CASES) {
    if (!names.includes(name)) continue;
    const harness = await openMemoryHarness(decorate);
    await run(harness).catch(() => rejecting.push(name));
    await harness.close();
  }
  return rejecting;
}
