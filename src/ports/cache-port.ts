/** Options of every cache operation. */
export interface CacheCallOptions {
  /** Aborts the operation; it then fails with the code `aborted`. A write may still have been applied. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of the operations that read values. */
export interface CacheReadOptions extends CacheCallOptions {
  /**
   * Maximum size of each value, in bytes: a larger one counts as absent, and a cache behind a network reads sizes
   * first. Default: the limit of the cache itself.
   */
  readonly bytesMax?: number | undefined;
}

/** Options of {@link CachePort.getMany}. */
export interface CacheManyReadOptions extends CacheCallOptions {
  /** The limit of each value; a list has one for each key, in the order of the keys. */
  readonly bytesMax?: number | readonly number[] | undefined;
}

/** A condition of a publication: `key` has exactly `value`, or is absent if `value` is undefined. */
export interface CacheExpectation {
  readonly key: string;
  readonly value: Uint8Array | undefined;
  /** A stored value of more bytes than this counts as absent. Default: as in {@link CacheReadOptions}. */
  readonly bytesMax?: number | undefined;
}

/** One key and its value. */
export interface CacheEntry {
  readonly key: string;
  readonly value: Uint8Array;
  /**
   * The entry's own TTL in a publication, in seconds; not for unchanged entries. Default: that of the
   * publication.
   */
  readonly ttlSeconds?: number | undefined;
}

/** A value and its remaining TTL in seconds. The TTL is above zero; it may be too short, but never too long. */
export interface ValueWithTtl {
  readonly value: Uint8Array;
  readonly ttlSeconds: number;
}

/** Entries that the cache has from an earlier publication, and that the next publication repeats unchanged. */
export interface UnchangedEntries {
  /** A key that the earlier publication wrote; it identifies that publication. */
  readonly since: string;
  /** No key twice, and no key of the publication's other entries. */
  readonly entries: readonly CacheEntry[];
}

/** A set of changes that readers see as a whole or not at all. */
export interface CachePublication {
  /** The entries to write; no key twice. */
  readonly entries: readonly CacheEntry[];
  /**
   * Further entries, with the same result as if they were in `entries`. If their keys were not written since the
   * earlier publication, a cache behind a network may renew their TTLs without transferring the values. A cache
   * that cannot check this writes the values.
   */
  readonly unchanged?: UnchangedEntries | undefined;
  /**
   * The TTL of every entry without its own TTL, in seconds: finite and greater than zero. A cache may shorten it by a
   * millisecond, so that an entry that another program writes with the same TTL expires at another moment.
   */
  readonly ttlSeconds: number;
  /** Keys to delete in the same step; absent ones are no error. */
  readonly remove: readonly string[];
  /** If one of these conditions does not hold, nothing is changed. */
  readonly expect: readonly CacheExpectation[];
}

/** The result of {@link CachePort.fingerprint}. */
export interface CacheFingerprint {
  /**
   * The result of `continueFingerprint` over the values, starting from `EMPTY_FINGERPRINT`, which is the
   * result for no keys; the package exports both.
   */
  readonly fingerprint: string;
  /** The cache's own clock, in milliseconds since the epoch: one clock for all clients of the cache. */
  readonly nowMs: number;
}

/** `conflict`: an expectation did not hold, and nothing was changed. */
export type PublishOutcome = { readonly kind: "published" } | { readonly kind: "conflict" };

/**
 * A cache of bytes that replicas may share.
 *
 * - A miss is `undefined`, never an error: absent, expired, a key of another type, or a value that is larger
 * than the cache reads.
 * - TTLs are in seconds, may have fractions, and are rounded up to the millisecond. Every entry expires: a TTL of more
 * than `Number.MAX_SAFE_INTEGER` milliseconds is cut to that. {@link ttlMilliseconds} does the rounding and the cut. A
 * cache with a smaller maximum may cut a TTL further, but to no less than a hundred years.
 * - Every operation ends within the adapter's deadline, with a result or with a {@link CacheError}.
 * - Bytes that were written or returned are never changed, neither by the cache nor by its callers.
 */
export interface CachePort {
  /** @throws {CacheError} */
  get(key: string, options?: CacheReadOptions): Promise<Uint8Array | undefined>;

  /**
   * Reads one value and its remaining TTL, so that a copy need not outlive the value.
   *
   * @throws {CacheError}
   */
  getWithTtl(key: string, options?: CacheReadOptions): Promise<ValueWithTtl | undefined>;

  /**
   * Reads many keys in few round trips; not atomic across keys.
   *
   * @returns a value or `undefined` for each key, in the order of `keys`
   * @throws {CacheError} when any of the keys could not be read
   */
  getMany(
    keys: readonly string[],
    options?: CacheManyReadOptions,
  ): Promise<readonly (Uint8Array | undefined)[]>;

  /**
   * Computes the fingerprint of values where they are stored, so that changed values are detected without reading them.
   * A key of another type counts as absent. The operation is atomic only for up to a few hundred keys.
   *
   * @param keys in the order of the fingerprint; without any, only the clock is read
   * @throws {CacheError}
   */
  fingerprint(keys: readonly string[], options?: CacheReadOptions): Promise<CacheFingerprint>;

  /**
   * Writes or replaces one value.
   *
   * @throws {CacheError}
   * @throws {RangeError} for a TTL that is not a finite number greater than zero
   */
  set(
    key: string,
    value: Uint8Array,
    options: CacheCallOptions & { readonly ttlSeconds: number },
  ): Promise<void>;

  /**
   * @returns whether there was something to delete
   * @throws {CacheError}
   */
  delete(key: string, options?: CacheCallOptions): Promise<boolean>;

  /**
   * Checks the expectations, removes and writes in one atomic step: no reader sees a part of it, and no crash leaves a
   * part of it.
   *
   * @throws {CacheError} nothing was changed; but with the codes `timeout`, `unavailable` and `aborted`,
   * everything may have been changed
   * @throws {RangeError} for a bad TTL
   */
  publish(publication: CachePublication, options?: CacheCallOptions): Promise<PublishOutcome>;

  /**
   * Releases the adapter's resources. Further operations fail with the code `closed`. Closing twice is no
   * error.
   */
  close(): Promise<void>;
}

/**
 * Why an operation failed.
 *
 * - `unavailable`: no connection, or it broke
 * - `timeout`: no answer within the deadline
 * - `busy`: no answer within the deadline, while an earlier, large transfer continues
 * - `rejected`: the server answered with an error, such as READONLY, OOM or NOPERM
 * - `too-large`: the value or publication exceeds the limits of this cache
 * - `aborted`: the caller's signal fired; its reason is the `cause`
 * - `closed`: the cache was closed
 */
export const CACHE_ERROR_CODES = [
  "aborted",
  "busy",
  "closed",
  "rejected",
  "timeout",
  "too-large",
  "unavailable",
] as const;

/** One of {@link CACHE_ERROR_CODES}. */
export type CacheErrorCode = (typeof CACHE_ERROR_CODES)[number];

/** The one error that a {@link CachePort} fails with. */
export class CacheError extends Error {
  override readonly name = "CacheError";
  readonly code: CacheErrorCode;
  readonly operation: CacheOperation;

  constructor(operation: CacheOperation, code: CacheErrorCode, detail: string, options?: ErrorOptions) {
    super(`Cannot ${OPERATION_TEXTS[operation]}: ${detail}`, options);
    this.code = code;
    this.operation = operation;
  }
}

/** The operations of a {@link CachePort}, as errors and metrics name them. */
export type CacheOperation = "delete" | "fingerprint" | "get" | "getWithTtl" | "getMany" | "publish" | "set";

const OPERATION_TEXTS: Readonly<Record<CacheOperation, string>> = {
  delete: "delete from the cache",
  fingerprint: "read from the cache",
  get: "read from the cache",
  getWithTtl: "read from the cache",
  getMany: "read from the cache",
  publish: "publish to the cache",
  set: "write to the cache",
};

/**
 * Converts a TTL to whole milliseconds: rounded up, so that it never becomes zero, and at most
 * `Number.MAX_SAFE_INTEGER` (285,000 years), because Redis would refuse a larger number in the middle of a publication.
 *
 * @throws {RangeError} unless it is a finite number greater than zero
 */
export function ttlMilliseconds(ttlSeconds: number): number {
  if (!Number.isFinite(ttlSeconds) || ttlSeconds <= 0) {
    throw new RangeError(
      `Cannot use a TTL of ${ttlSeconds} seconds: it must be a finite number greater than zero`,
    );
  }
  return Math.min(Math.ceil(ttlSeconds * 1000), Number.MAX_SAFE_INTEGER);
}

/**
 * Checks every TTL of a publication.
 *
 * @throws {RangeError} for a bad TTL
 */
export function requireTtls({ ttlSeconds, entries }: Pick<CachePublication, "entries" | "ttlSeconds">): void {
  for (const entry of [{ ttlSeconds }, ...entries]) ttlMilliseconds(entry.ttlSeconds ?? ttlSeconds);
}

/** One operation of a cache, after it has ended. */
export interface CacheObservation {
  readonly operation: CacheOperation;
  readonly result: CacheErrorCode | "ok";
  readonly seconds: number;
}

/** The faults that are recognized: of the server behind a cache, or of the connection to that server. */
export const CACHE_FAULTS = [
  "certificate",
  "client-certificate",
  "closed-early",
  "cluster-down",
  "cluster-node",
  "database",
  "disk",
  "hash-tag",
  "loading",
  "memory-full",
  "no-answer",
  "no-cluster",
  "no-hello",
  "no-password",
  "no-replicas",
  "no-sentinel",
  "password",
  "permission",
  "primary-lost",
  "protected",
  "refused",
  "replica",
  "rights",
  "sentinel",
  "sentinel-password",
  "slot-moving",
  "slot-unserved",
  "slow-handshake",
  "timeout",
  "tls",
  "unknown-host",
  "unknown-primary",
  "unreachable",
] as const;

export type CacheFaultKind = (typeof CACHE_FAULTS)[number];

export interface CacheFault {
  readonly kind: CacheFaultKind;
  /** The fault and, if there is one, its remedy; without hosts, keys or secrets. */
  readonly advice: string;
}
