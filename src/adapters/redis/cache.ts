import type { Redis } from "ioredis";
import { CATALOG_BYTES_MAX } from "../../domain/catalog/catalog.ts";
import { EMPTY_FINGERPRINT } from "../../domain/catalog/values-fingerprint.ts";
import { requireTimes } from "../../lib/deadline.ts";
import { createTimeSlices } from "../../lib/time-slices.ts";
import {
  type CacheCallOptions,
  type CacheManyReadOptions,
  type CacheOperation,
  type CachePort,
  type CacheReadOptions,
  type PublishOutcome,
  ttlMilliseconds,
} from "../../ports/cache-port.ts";
import { isSmallPublication, isSmallRead, throwIfClosedOrAborted } from "../decorators/cache-rules.ts";
import { isErrorReply, runBoundedCall } from "./bounded-call.ts";
import {
  encodePublishCommand,
  REPLY_MUST_WRITE,
  REPLY_PUBLISHED,
  toFullPublication,
} from "./publish-script.ts";
import { FINGERPRINT_SCRIPT, LENGTHS_SCRIPT, valueBytesMax, viewAsBuffer } from "./scripts.ts";
import { type CommandWords, encodeCommand, sendEncoded, toCommandArgument } from "./send-encoded.ts";

/** Options of a Redis cache. Deadlines are in milliseconds. */
export interface RedisCacheOptions {
  /** The deadline of a call for one key or a few keys. */
  readonly deadlineMs?: number;
  /** For calls with many keys: how long the connection may be without progress. */
  readonly bulkDeadlineMs?: number;
  /** Called in each read, once for each value that is too large to be read. */
  readonly onOversized?: (oversized: OversizedValue) => void;
}

export interface OversizedValue {
  readonly key: string;
  readonly bytes: number;
  /** The limit that `bytes` exceeds. */
  readonly bytesMax: number;
}

const DEADLINE_MS = 500;
const BULK_DEADLINE_MS = 5000;

/** A transfer with progress may take this many times the bulk deadline. */
const BULK_EXTENSIONS_MAX = 12;

/** The number of keys of one MGET: about 1 MB of views. Redis can serve other clients between two batches. */
const KEYS_PER_BATCH = 384;
/** Concurrent batches: enough to keep the connection full. */
const BATCHES_AT_ONCE = 16;

/**
 * Makes a cache in Redis.
 *
 * Every call ends within its deadline; progress extends the deadline of a call with many keys. A command
 * without an answer by then drops the connection, because the commands after it would be late too. The client
 * reconnects, and until then calls fail at once as `unavailable`.
 *
 * @param client made by `createRedisPair` or `createRedisClient`; closed with the cache
 * @throws {RangeError} for a deadline that no timer can wait
 */
export function createRedisCache(client: Redis, options: RedisCacheOptions = {}): CachePort {
  const {
    deadlineMs = DEADLINE_MS,
    bulkDeadlineMs = BULK_DEADLINE_MS,
    onOversized = () => undefined,
  } = options;
  requireTimes({ deadlineMs, bulkDeadlineMs });

  let isClosed = false;
  let bulkTransfers = 0;

  // The client's status is not enough: it becomes "end" only when the socket has closed, and never while a reconnect is
  // pending.
  const requireOpen = (operation: CacheOperation, signal: AbortSignal | undefined): void => {
    throwIfClosedOrAborted(operation, { isClosed: isClosed || client.status === "end", signal });
  };
  const createCaller =
    (timeoutMs: number, totalMs: number) =>
    async <Value>(operation: CacheOperation, signal: AbortSignal | undefined, send: () => Promise<Value>) => {
      requireOpen(operation, signal);
      const isBusy = (): boolean => timeoutMs === deadlineMs && bulkTransfers > 0;
      return runBoundedCall({ client, operation, signal, timeoutMs, totalMs, isBusy, send });
    };
  const single = createCaller(deadlineMs, deadlineMs);
  const extended = createCaller(bulkDeadlineMs, bulkDeadlineMs * BULK_EXTENSIONS_MAX);
  const bulk: typeof extended = async (...call) => {
    bulkTransfers += 1;
    try {
      return await extended(...call);
    } finally {
      bulkTransfers -= 1;
    }
  };

  async function readFew(
    operation: CacheOperation,
    keys: readonly string[],
    { signal, bytesMax }: CacheManyReadOptions,
  ): Promise<readonly (Uint8Array | undefined)[]> {
    const lengths = await single(operation, signal, () =>
      Promise.all(keys.map((key) => readLength(client, key))),
    );
    const readable = keysWithinLimits(keys, { lengths, bytesMax, onOversized });
    if (readable.length === 0) return keys.map(() => undefined);
    // MGET, not GET: for a key whose value is not a string, GET would return an error.
    const values = await single(operation, signal, () => client.mgetBuffer(...readable));
    const found = new Map(readable.map((key, index) => [key, values[index] ?? undefined]));
    return keys.map((key) => found.get(key));
  }

  /**
   * Reads the sizes, then the values within the limits. Both steps count as one transfer: a small call that times out
   * during either step fails as `busy`.
   */
  async function readMany(
    keys: readonly string[],
    { signal, bytesMax }: CacheManyReadOptions,
  ): Promise<readonly (Uint8Array | undefined)[]> {
    bulkTransfers += 1;
    try {
      const replies = await mapConcurrently(splitIntoBatches(keys), BATCHES_AT_ONCE, (batch) =>
        bulk("getMany", signal, () => client.call("EVAL", LENGTHS_SCRIPT, batch.length, ...batch)),
      );
      const lengths = (replies as readonly (readonly number[])[]).flat();
      const readable = keysWithinLimits(keys, { lengths, bytesMax, onOversized });
      const values = await mapConcurrently(splitIntoBatches(readable), BATCHES_AT_ONCE, (batch) =>
        bulk("getMany", signal, () => client.mgetBuffer(...batch)),
      );
      const found = new Map(values.flat().map((value, index) => [readable[index], value ?? undefined]));
      return keys.map((key) => found.get(key));
    } finally {
      bulkTransfers -= 1;
    }
  }

  return {
    async get(key, readOptions = {}) {
      const [value] = await readFew("get", [key], readOptions);
      return value;
    },

    async getWithTtl(key, { signal, bytesMax }: CacheReadOptions = {}) {
      // The TTL is read first: if the entry is renewed in between, the copy expires too early, not too late.
      const [ttlMs, bytes] = await single("getWithTtl", signal, () =>
        Promise.all([client.pttl(key), readLength(client, key)]),
      );
      const isReadable = keysWithinLimits([key], { lengths: [bytes], bytesMax, onOversized }).length > 0;
      if (ttlMs <= 0 || !isReadable) return undefined;
      const [value] = await single("getWithTtl", signal, () => client.mgetBuffer(key));
      return value == null ? undefined : { value, ttlSeconds: ttlMs / 1000 };
    },

    async getMany(keys, readOptions = {}) {
      requireOpen("getMany", readOptions.signal);
      if (keys.length > 0 && isSmallRead(keys)) return readFew("getMany", keys, readOptions);
      return readMany(keys, readOptions);
    },

    async fingerprint(keys, { signal, bytesMax }: CacheReadOptions = {}) {
      const read = isSmallRead(keys) ? single : bulk;
      let fingerprint = EMPTY_FINGERPRINT;
      let clock: readonly string[] = [];
      for (let start = 0; start === 0 || start < keys.length; start += KEYS_PER_BATCH) {
        const batch = keys.slice(start, start + KEYS_PER_BATCH);
        const words = [FINGERPRINT_SCRIPT, batch.length, ...batch, fingerprint, valueBytesMax(bytesMax)];
        const answer = await read("fingerprint", signal, () => client.call("EVAL", words));
        [fingerprint = EMPTY_FINGERPRINT, ...clock] = answer as readonly string[];
      }
      return { fingerprint, nowMs: toClockMs(clock) };
    },

    async set(key, value, { ttlSeconds, signal }) {
      const ttl = ttlMilliseconds(ttlSeconds);
      await single("set", signal, () => client.set(key, viewAsBuffer(value), "PX", ttl));
    },

    async delete(key, { signal }: CacheCallOptions = {}) {
      return (await single("delete", signal, () => client.del(key))) > 0;
    },

    async publish(publication, { signal }: CacheCallOptions = {}): Promise<PublishOutcome> {
      requireOpen("publish", signal);
      // The arguments of a large publication are computed in a separate turn of the event loop.
      if (!isSmallPublication(publication)) await createTimeSlices(0).next();
      const run = async (words: CommandWords): Promise<unknown> => {
        if (isSmallPublication(publication))
          return single("publish", signal, () => client.call("EVAL", words.slice(1).map(toCommandArgument)));
        const encoded = await encodeCommand(words);
        const answer = await bulk("publish", signal, () => sendEncoded(client, words.slice(0, 4), encoded));
        // Frees the sent bytes at once: they are as large as a catalog, and garbage collection may come late.
        encoded.buffer.transfer(0);
        return answer;
      };
      const hasUnchanged = (publication.unchanged?.entries.length ?? 0) > 0;
      let reply = hasUnchanged ? await run(encodePublishCommand(publication)) : REPLY_MUST_WRITE;
      if (reply === REPLY_MUST_WRITE) reply = await run(encodePublishCommand(toFullPublication(publication)));
      return { kind: reply === REPLY_PUBLISHED ? "published" : "conflict" };
    },

    async close() {
      isClosed = true;
      client.disconnect();
    },
  };
}

/** Converts the result of `TIME` to milliseconds; reads the clock of this process if the user may not call `TIME`. */
function toClockMs([seconds, microseconds]: readonly string[]): number {
  if (seconds === undefined) return Date.now();
  return Number(seconds) * 1000 + Math.floor(Number(microseconds) / 1000);
}

function splitIntoBatches(keys: readonly string[]): readonly (readonly string[])[] {
  return Array.from({ length: Math.ceil(keys.length / KEYS_PER_BATCH) }, (_, index) =>
    keys.slice(index * KEYS_PER_BATCH, (index + 1) * KEYS_PER_BATCH),
  );
}

interface ValueSizes {
  /** In bytes, in the order of the keys. */
  readonly lengths: readonly number[];
  readonly bytesMax: number | readonly number[] | undefined;
  readonly onOversized: (oversized: OversizedValue) => void;
}

/**
 * Returns the keys whose values are within the limit of one value and the limit of all values; other keys count as
 * absent.
 */
function keysWithinLimits(keys: readonly string[], sizes: ValueSizes): readonly string[] {
  const bounds = sizes.bytesMax;
  let bytesLeft = CATALOG_BYTES_MAX;
  return keys.filter((key, index) => {
    const bytesMax = valueBytesMax(typeof bounds === "object" ? bounds[index] : bounds);
    const bytes = sizes.lengths[index] ?? 0;
    if (bytes > bytesMax || bytes > bytesLeft) {
      sizes.onOversized({ key, bytes, bytesMax: Math.min(bytesMax, bytesLeft) });
      return false;
    }
    bytesLeft -= bytes;
    return true;
  });
}

/** Reads the length of a value in bytes; 0 if the value is not a string. */
async function readLength(client: Redis, key: string): Promise<number> {
  try {
    return await client.strlen(key);
  } catch (error) {
    if (isErrorReply(error) && error.message.startsWith("WRONGTYPE")) return 0;
    throw error;
  }
}

async function mapConcurrently<Item, Result>(
  items: readonly Item[],
  atOnce: number,
  task: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = new Array(items.length);
  const waiting = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of waiting) results[index] = await task(item);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  return results;
}
