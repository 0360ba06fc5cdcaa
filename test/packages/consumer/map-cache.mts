/** A cache that was written from the published types and comments alone: what they do not say, the suite must not ask. */
import {
  CacheError,
  type CacheExpectation,
  type CacheOperation,
  type CachePort,
  continueFingerprint,
  EMPTY_FINGERPRINT,
  ttlMilliseconds,
} from "mosaic";

interface Held {
  readonly value: Uint8Array;
  readonly endsAtMs: number;
}

export function createMapCache(nowMs: () => number): CachePort {
  const held = new Map<string, Held>();
  let closed = false;

  function begin(operation: CacheOperation, signal: AbortSignal | undefined): void {
    if (closed) throw new CacheError(operation, "closed", "the map is closed");
    if (signal?.aborted) throw new CacheError(operation, "aborted", "given up", { cause: signal.reason });
  }

  function find(key: string, bytesMax = Number.POSITIVE_INFINITY): Held | undefined {
    const found = held.get(key);
    if (found === undefined || found.endsAtMs <= nowMs() || found.value.length > bytesMax) return undefined;
    return found;
  }

  function isAs({ key, value, bytesMax }: CacheExpectation): boolean {
    const found = find(key, bytesMax)?.value;
    if (found === undefined || value === undefined) return found === value;
    return found.length === value.length && found.every((byte, index) => byte === value[index]);
  }

  return {
    async get(key, options) {
      begin("get", options?.signal);
      return find(key, options?.bytesMax)?.value;
    },
    async getWithTtl(key, options) {
      begin("getWithTtl", options?.signal);
      const found = find(key, options?.bytesMax);
      return found && { value: found.value, ttlSeconds: (found.endsAtMs - nowMs()) / 1000 };
    },
    async getMany(keys, options) {
      begin("getMany", options?.signal);
      const { bytesMax } = options ?? {};
      const boundOf = (index: number) => (typeof bytesMax === "object" ? bytesMax[index] : bytesMax);
      return keys.map((key, index) => find(key, boundOf(index))?.value);
    },
    async fingerprint(keys, options) {
      begin("fingerprint", options?.signal);
      const values = keys.map((key) => find(key, options?.bytesMax)?.value);
      return { fingerprint: continueFingerprint(EMPTY_FINGERPRINT, values), nowMs: nowMs() };
    },
    async set(key, value, { ttlSeconds, signal }) {
      const endsAtMs = nowMs() + ttlMilliseconds(ttlSeconds);
      begin("set", signal);
      held.set(key, { value, endsAtMs });
    },
    async delete(key, options) {
      begin("delete", options?.signal);
      const found = find(key);
      held.delete(key);
      return found !== undefined;
    },
    async publish({ entries, unchanged, ttlSeconds, remove, expect }, options) {
      const sharedEndMs = nowMs() + ttlMilliseconds(ttlSeconds);
      const ends = entries.map((entry) => nowMs() + ttlMilliseconds(entry.ttlSeconds ?? ttlSeconds));
      begin("publish", options?.signal);
      if (!expect.every(isAs)) return { kind: "conflict" };
      for (const key of remove) held.delete(key);
      for (const [index, { key, value }] of entries.entries())
        held.set(key, { value, endsAtMs: ends[index] ?? sharedEndMs });
      // Whether somebody has written the unchanged ones since is not known here: they are written as well.
      for (const { key, value } of unchanged?.entries ?? []) held.set(key, { value, endsAtMs: sharedEndMs });
      return { kind: "published" };
    },
    async close() {
      closed = true;
      held.clear();
    },
  };
}
