import type { CacheErrorCode, CacheOperation } from "./cache-port.ts";

/** One operation of a cache, after it has ended. */
export interface CacheObservation {
  readonly operation: CacheOperation;
  readonly result: CacheErrorCode | "ok";
  readonly seconds: number;
}
