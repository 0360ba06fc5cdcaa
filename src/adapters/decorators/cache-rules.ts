import { CacheError, type CacheOperation, type CachePublication } from "../../ports/cache-port.ts";

const SMALL_CALL_KEYS_MAX = 16;
const SMALL_CALL_BYTES_MAX = 256 * 1024;

/** Whether a read of these keys is so small that the deadline for a read of one cache key is long enough. */
export function isSmallRead(keys: readonly string[]): boolean {
  return keys.length <= SMALL_CALL_KEYS_MAX;
}

/** Whether a publication is so small that the deadline for a call with one cache key is long enough. */
export function isSmallPublication({ entries, unchanged, remove, expect }: CachePublication): boolean {
  const kept = unchanged?.entries ?? [];
  if (entries.length + kept.length + remove.length + expect.length > SMALL_CALL_KEYS_MAX) return false;
  const written = [...entries, ...kept];
  const values = [...written, ...expect].map(({ value }) => value?.byteLength ?? 0);
  return values.reduce((total, bytes) => total + bytes, 0) <= SMALL_CALL_BYTES_MAX;
}

/** @throws {CacheError} for a closed cache and an aborted caller */
export function throwIfClosedOrAborted(
  operation: CacheOperation,
  { isClosed, signal }: { readonly isClosed: boolean; readonly signal: AbortSignal | undefined },
): void {
  if (isClosed) throw createClosedError(operation);
  if (signal?.aborted) throw createAbortedError(operation, signal);
}

export function createClosedError(operation: CacheOperation): CacheError {
  return new CacheError(operation, "closed", "the cache is closed");
}

export function createAbortedError(operation: CacheOperation, signal: AbortSignal | undefined): CacheError {
  return new CacheError(operation, "aborted", "aborted by the caller", { cause: signal?.reason });
}
