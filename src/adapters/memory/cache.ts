import { LRUCache } from "lru-cache";
import { continueFingerprint, EMPTY_FINGERPRINT } from "../../domain/catalog/values-fingerprint.ts";
import { sameBytes } from "../../lib/same-bytes.ts";
import {
  CacheError,
  type CacheOperation,
  type CachePort,
  type CachePublication,
  type CacheReadOptions,
  type PublishOutcome,
  ttlMilliseconds,
} from "../../ports/cache-port.ts";

/** Limits and clock of a memory cache. */
export interface MemoryCacheOptions {
  /** Maximum number of keys; the least recently used are evicted first. */
  readonly entriesMax?: number;
  /** Maximum size of all values together, in bytes. */
  readonly bytesMax?: number;
  /** Milliseconds since any fixed moment but zero; monotonic. */
  readonly nowMs?: () => number;
}

const ENTRIES_MAX = 100_000;
const BYTES_MAX = 512 * 1024 * 1024;

/** Not affected when the machine's clock is set. */
function monotonicMs(): number {
  return performance.timeOrigin + performance.now();
}

/** A cache inside this process: bounded, with TTLs, never `unavailable`. */
export function createMemoryCache(options: MemoryCacheOptions = {}): CachePort {
  const { entriesMax = ENTRIES_MAX, bytesMax = BYTES_MAX, nowMs = monotonicMs } = options;
  // With `max` the library allocates room for all entries at once, which took a tenth of a start.
  const entries = new LRUCache<string, Uint8Array>({
    maxSize: bytesMax,
    // The library wants a size above zero, and an empty value has none.
    sizeCalculation: (value) => value.byteLength + 1,
    perf: { now: nowMs },
    ttlResolution: 0,
  });
  let closed = false;

  function store(key: string, value: Uint8Array, ttl: number): void {
    entries.set(key, value, { ttl });
    while (entries.size > entriesMax) entries.pop();
  }

  function enter(operation: CacheOperation, signal: AbortSignal | undefined): void {
    if (closed) throw new CacheError(operation, "closed", "it is closed");
    if (signal?.aborted) {
      throw new CacheError(operation, "aborted", "aborted by the caller", { cause: signal.reason });
    }
  }

  function requireRoom(operation: CacheOperation, values: readonly Uint8Array[]): void {
    const bytes = values.reduce((total, value) => total + value.byteLength + 1, 0);
    if (bytes > bytesMax || values.length > entriesMax) {
      const held = `${entriesMax} entries and ${bytesMax} bytes`;
      throw new CacheError(
        operation,
        "too-large",
        `${values.length} entries (${bytes} bytes in total) exceed the cache's limits of ${held}`,
      );
    }
  }

  return {
    async get(key, callOptions) {
      enter("get", callOptions?.signal);
      return bounded(entries.get(key), callOptions);
    },

    async getWithTtl(key, callOptions) {
      enter("getWithTtl", callOptions?.signal);
      const value = bounded(entries.get(key), callOptions);
      const ttlMs = entries.getRemainingTTL(key);
      // In its last instant a value is still present, with a TTL of zero left.
      return value === undefined || ttlMs <= 0 ? undefined : { value, ttlSeconds: ttlMs / 1000 };
    },

    async getMany(keys, callOptions) {
      enter("getMany", callOptions?.signal);
      const { bytesMax } = callOptions ?? {};
      return keys.map((key, index) =>
        bounded(entries.get(key), { bytesMax: typeof bytesMax === "object" ? bytesMax[index] : bytesMax }),
      );
    },

    async fingerprint(keys, callOptions) {
      enter("fingerprint", callOptions?.signal);
      const values = keys.map((key) => bounded(entries.get(key), callOptions));
      return { fingerprint: continueFingerprint(EMPTY_FINGERPRINT, values), nowMs: nowMs() };
    },

    async set(key, value, { ttlSeconds, signal }) {
      const ttl = ttlMilliseconds(ttlSeconds);
      enter("set", signal);
      requireRoom("set", [value]);
      store(key, value, ttl);
    },

    async delete(key, callOptions) {
      enter("delete", callOptions?.signal);
      return entries.has(key) && entries.delete(key);
    },

    async publish(publication: CachePublication, callOptions): Promise<PublishOutcome> {
      const ttl = ttlMilliseconds(publication.ttlSeconds);
      enter("publish", callOptions?.signal);
      const written = [...publication.entries, ...(publication.unchanged?.entries ?? [])];
      requireRoom(
        "publish",
        written.map(({ value }) => value),
      );
      const met = publication.expect.every(({ key, value, bytesMax }) =>
        sameValue(bounded(entries.get(key), { bytesMax }), value),
      );
      if (!met) return { kind: "conflict" };
      for (const key of publication.remove) entries.delete(key);
      for (const { key, value } of written) store(key, value, ttl);
      return { kind: "published" };
    },

    async close() {
      closed = true;
      entries.clear();
    },
  };
}

/** A value that is larger than the reader's limit counts as absent. */
function bounded(value: Uint8Array | undefined, options: CacheReadOptions = {}): Uint8Array | undefined {
  return value !== undefined && value.byteLength > (options.bytesMax ?? Infinity) ? undefined : value;
}

function sameValue(left: Uint8Array | undefined, right: Uint8Array | undefined): boolean {
  if (left === undefined || right === undefined) return left === right;
  return sameBytes(left, right);
}
