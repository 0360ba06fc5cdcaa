import type { CachePort } from "../ports/cache-port.ts";
import { FINGERPRINT_CASES } from "./cache-fingerprint-cases.ts";
import { PUBLISH_CASES } from "./cache-publish-cases.ts";
import { REFUSAL_CASES } from "./cache-refusal-cases.ts";
import { TTL_CASES } from "./cache-ttl-cases.ts";
import { UNCHANGED_CASES } from "./cache-unchanged-cases.ts";
import { VALUE_CASES } from "./cache-value-cases.ts";
import { boundTests, type ConformanceTest } from "./conformance-test.ts";

/** An empty cache, with control over its clock. */
export interface CacheHarness {
  readonly cache: CachePort;
  /** Another replica's view of the same entries; may be `cache` itself where replicas share nothing. */
  readonly peer: CachePort;
  /** Returns once the clock that entries expire by has moved on by more than this. */
  elapse(seconds: number): Promise<void>;
  close(): Promise<void>;
}

export interface CacheCase {
  readonly name: string;
  /** Rejects when the cache does not behave. */
  run(harness: CacheHarness): Promise<void>;
}

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
 * @param open gives an empty cache for each test
 */
export function cacheTests(open: () => Promise<CacheHarness>): readonly ConformanceTest[] {
  return boundTests(CACHE_CASES, open);
}
