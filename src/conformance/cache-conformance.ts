import type { CachePort } from "../ports/cache-port.ts";
import { FINGERPRINT_CASES } from "./cache-fingerprint-cases.ts";
import { PUBLISH_CASES } from "./cache-publish-cases.ts";
import { REFUSAL_CASES } from "./cache-refusal-cases.ts";
import { TTL_CASES } from "./cache-ttl-cases.ts";
import { UNCHANGED_CASES } from "./cache-unchanged-cases.ts";
import { VALUE_CASES } from "./cache-value-cases.ts";
import { type ConformanceCase, type ConformanceTest, createTests } from "./conformance-test.ts";

/** An empty cache, with control over its clock. */
export interface CacheHarness {
  readonly cache: CachePort;
  /**
   * The cache of another replica, with the same entries; may be `cache` itself if replicas do not share such a cache.
   */
  readonly peer: CachePort;
  /** Resolves when the clock that decides about expiry has advanced by more than `seconds`. */
  elapse(seconds: number): Promise<void>;
  close(): Promise<void>;
}

export type CacheCase = ConformanceCase<CacheHarness>;

export const CACHE_CASES: readonly CacheCase[] = [
  ...VALUE_CASES,
  ...TTL_CASES,
  ...FINGERPRINT_CASES,
  ...PUBLISH_CASES,
  ...UNCHANGED_CASES,
  ...REFUSAL_CASES,
];

/**
 * The tests that every adapter of the cache port must pass.
 *
 * @param open opens an empty cache, for each test
 */
export function cacheTests(open: () => Promise<CacheHarness>): readonly ConformanceTest[] {
  return createTests(CACHE_CASES, open);
}
