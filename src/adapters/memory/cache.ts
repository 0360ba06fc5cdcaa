import { LRUCache } from "lru-cache";
import { continueFingerprint, EMPTY_FINGERPRINT } from "../../domain/catalog/values-fingerprint.ts";
import { isSameBytes } from "../../lib/same-bytes.ts";
import {
  CacheError,
  type CacheOperation,
  type CachePort,
  type CachePublication,
  type CacheReadOptions,
  type PublishOutcome,
  requireTtls,
  ttlMilliseconds,
} from "../../ports/cache-port.ts";
import { throwIfClosedOrAborted } from "../decorators/cache-rules.ts";

/** Limits and clock of a memory cache. */
export interface MemoryCacheOptions {
  /** Maximum number of keys; the least recently used are evicted first. */
  readonly entriesMax?: number;
  /** Maximum size of all values together, in bytes. */
  readonly bytesMax?: number;
  /**
   * Milliseconds since the epoch, by a monotonic clock that never returns 0. Replicas compare it with the times of
   * earlier publications.
   */
  readonly nowMs?: () => number;
}

const ENTRIES_MAX = 100_000;
const BYTES_MAX = 512 * 1024 * 1024;

/** Milliseconds since the epoch, by a clock that does not change when the system clock is set. */
function monotonicMs(): number {
  return performance.timeOrigin + performance.now();
}

/**
 * Makes a cache inside this process, with TTLs and limits. It is never `unavailable`.
 *
 * @throws {RangeError} for a limit that is not a whole number above 0
 */
export function createMemoryCache(options: MemoryCacheOptions = {}): CachePort {
  const { entriesMax = ENTRIES_MAX, bytesMax = BYTES_MAX, nowMs = monotonicMs } = options;
  for (const [name, limit] of Object.entries({ entriesMax, bytesMax }))
    if (!Number.isSafeInteger(limit) || limit < 1)
      throw new RangeError(`${name} is ${limit}: it must be a whole number above 0`);
  // The option `max` would allocate memory for all entries at once, which took a tenth of the time of a start.
  const entries = new LRUCache<string, Uint8Array>({
    maxSize: bytesMax,
    // The library requires a size above zero, also for an empty value.
    sizeCalculation: (value) => value.byteLength + 1,
    perf: { now: nowMs },
    ttlResolution: 0,
  });
  let isClosed = false;

  function store(key: string, value: Uint8Array, ttl: number): void {
    entries.set(key, value, { ttl });
    while (entries.size > entriesMax) entries.pop();
  }

  function requireOpen(operation: CacheOperation, signal: AbortSignal | undefined): void {
    throwIfClosedOrAborted(operation, { isClosed, signal });
  }

  function requireCapacity(operation: CacheOperation, values: readonly Uint8Array[]): void {
    const bytes = values.reduce((total, value) => total + value.byteLength + 1, 0);
    if (bytes > bytesMax || values.length > entriesMax) {
      const limits = `${entriesMax} entries and ${bytesMax} bytes`;
      throw new CacheError(
        operation,
        "too-large",
        `${values.length} entries (${bytes} bytes in total) exceed the cache's limits of ${limits}`,
      );
    }
  }

  return {
    async get(key, callOptions) {
      requireOpen("get", callOptions?.signal);
      return valueWithinLimit(entries.get(key), callOptions);
    },

    async getWithTtl(key, callOptions) {
      requireOpen("getWithTtl", callOptions?.signal);
      const value = valueWithinLimit(entries.get(key), callOptions);
      const ttlMs = entries.getRemainingTTL(key);
      // At the moment of its expiry a value may still be present, with a TTL of 0.
      return value === undefined || ttlMs <= 0 ? undefined : { value, ttlSeconds: ttlMs / 1000 };
    },

    async getMany(keys, callOptions) {
      requireOpen("getMany", callOptions?.signal);
      const { bytesMax } = callOptions ?? {};
      return keys.map((key, index) =>
        valueWithinLimit(entries.get(key), {
          bytesMax: typeof bytesMax === "object" ? bytesMax[index] : bytesMax,
        }),
      );
    },

    async fingerprint(keys, callOptions) {
      requireOpen("fingerprint", callOptions?.signal);
      const values = keys.map((key) => valueWithinLimit(entries.get(key), callOptions));
      return { fingerprint: continueFingerprint(EMPTY_FINGERPRINT, values), nowMs: nowMs() };
    },

    async set(key, value, { ttlSeconds, signal }) {
      const ttl = ttlMilliseconds(ttlSeconds);
      requireOpen("set", signal);
      requireCapacity("set", [value]);
      store(key, value, ttl);
    },

    async delete(key, callOptions) {
      requireOpen("delete", callOptions?.signal);
      return entries.has(key) && entries.delete(key);
    },

    async publish(publication: CachePublication, callOptions): Promise<PublishOutcome> {
      requireTtls(publication);
      requireOpen("publish", callOptions?.signal);
      const written = [...publication.entries, ...(publication.unchanged?.entries ?? [])];
      requireCapacity(
        "publish",
        written.map(({ value }) => value),
      );
      const hasExpectedValues = publication.expect.every(({ key, value, bytesMax }) =>
        isSameValue(valueWithinLimit(entries.get(key), { bytesMax }), value),
      );
      if (!hasExpectedValues) return { kind: "conflict" };
      for (const key of publication.remove) entries.delete(key);
      for (const { key, value, ttlSeconds = publication.ttlSeconds } of written)
        store(key, value, ttlMilliseconds(ttlSeconds));
      return { kind: "published" };
    },

    async close() {
      isClosed = true;
      entries.clear();
    },
  };
}

/** Returns undefined for a value above the reader's limit: it counts as absent. */
function valueWithinLimit(
  value: Uint8Array | undefined,
  options: CacheReadOptions = {},
): Uint8Array | undefined {
  return value !== undefined && value.byteLength > (options.bytesMax ?? Infinity) ? undefined : value;
}

function isSameValue(left: Uint8Array | undefined, right: Uint8Array | undefined): boolean {
  if (left === undefined || right === undefined) return left === right;
  return isSameBytes(left, right);
}
