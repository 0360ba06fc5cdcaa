import type { Redis } from "ioredis";
import { EMPTY_FINGERPRINT } from "../../domain/values-fingerprint.ts";
import {
  type CacheCallOptions,
  CacheError,
  type CacheOperation,
  type CachePort,
  type CachePublication,
  type PublishOutcome,
  ttlMilliseconds,
} from "../../ports/cache-port.ts";
import { abortedError, boundedCall, replyCode } from "./bounded-call.ts";
import { isSmallPublication, isSmallRead } from "./small-call.ts";

/** Deadlines of a Redis cache, in milliseconds. */
export interface RedisCacheOptions {
  /** For one key, or a few. */
  readonly deadlineMs?: number;
  /** For many keys and for a publication of many: how long nothing may pass the connection. */
  readonly bulkDeadlineMs?: number;
}

const DEADLINE_MS = 500;
const BULK_DEADLINE_MS = 5000;

/** What is read alone is small: a value that is larger is nobody's, and would take its time and room to be read. */
const VALUE_BYTES_MAX = 16 * 1024 * 1024;
/** What is read at once: more than twice the largest catalog that was measured, and less than what a replica has room for. */
const BULK_BYTES_MAX = 384 * 1024 * 1024;
/** A transfer that goes on is given more time, so many times at most. */
const BULK_EXTENSIONS_MAX = 12;

/** Keys of one MGET: about 1 MB of views, which keeps the server free for others between two batches. */
const BATCH_KEYS = 384;
/** Batches under way at once: enough to keep the connection full. */
const BATCHES_AT_ONCE = 16;

/**
 * A cache in Redis.
 *
 * Every call ends within its deadline. A call that runs into it drops the connection, since nothing that was asked behind
 * it would be answered sooner; the client then connects anew, and until it stands calls fail at once as `unavailable`.
 *
 * @param client made by `createRedisClient`; closed with the cache
 */
export function createRedisCache(client: Redis, options: RedisCacheOptions = {}): CachePort {
  const { deadlineMs = DEADLINE_MS, bulkDeadlineMs = BULK_DEADLINE_MS } = options;

  let closed = false;
  let bulksUnderWay = 0;

  // Not by the client's status alone: that says "end" only once the socket has closed, or never while it waits to reconnect.
  const enter = (operation: CacheOperation, signal: AbortSignal | undefined): void => {
    if (closed || client.status === "end") throw new CacheError(operation, "closed", "it is closed");
    if (signal?.aborted) throw abortedError(operation, signal);
  };
  const within =
    (timeoutMs: number, totalMs: number) =>
    async <Value>(operation: CacheOperation, signal: AbortSignal | undefined, ask: () => Promise<Value>) => {
      enter(operation, signal);
      const isBusy = (): boolean => timeoutMs === deadlineMs && bulksUnderWay > 0;
      return boundedCall({ client, operation, signal, timeoutMs, totalMs, isBusy, ask });
    };
  const single = within(deadlineMs, deadlineMs);
  const unhurried = within(bulkDeadlineMs, bulkDeadlineMs * BULK_EXTENSIONS_MAX);
  const bulk: typeof unhurried = async (...call) => {
    bulksUnderWay += 1;
    try {
      return await unhurried(...call);
    } finally {
      bulksUnderWay -= 1;
    }
  };

  async function readFew(
    operation: CacheOperation,
    keys: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<readonly (Uint8Array | undefined)[]> {
    const lengths = await single(operation, signal, () =>
      Promise.all(keys.map((key) => lengthOf(client, key))),
    );
    const readable = keys.filter((_, index) => (lengths[index] ?? 0) <= VALUE_BYTES_MAX);
    if (readable.length === 0) return keys.map(() => undefined);
    // MGET answers nil for a key of another type, where GET answers an error.
    const values = await single(operation, signal, () => client.mgetBuffer(...readable));
    const found = new Map(readable.map((key, index) => [key, values[index] ?? undefined]));
    return keys.map((key) => found.get(key));
  }

  /** Sizes first, then what there is room for; one transfer from the beginning to the end, for whoever waits behind it. */
  async function readMany(
    keys: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<readonly (Uint8Array | undefined)[]> {
    bulksUnderWay += 1;
    try {
      const lengths = await inTurns(batchesOf(keys), BATCHES_AT_ONCE, (batch) =>
        bulk("getMany", signal, () => client.call("EVAL", LENGTHS_SCRIPT, batch.length, ...batch)),
      );
      const readable = readableKeys(keys, (lengths as readonly (readonly number[])[]).flat());
      const values = await inTurns(batchesOf(readable), BATCHES_AT_ONCE, (batch) =>
        bulk("getMany", signal, () => client.mgetBuffer(...batch)),
      );
      const found = new Map(values.flat().map((value, index) => [readable[index], value ?? undefined]));
      return keys.map((key) => found.get(key));
    } finally {
      bulksUnderWay -= 1;
    }
  }

  return {
    async get(key, { signal }: CacheCallOptions = {}) {
      const [value] = await readFew("get", [key], signal);
      return value;
    },

    async getLiving(key, { signal }: CacheCallOptions = {}) {
      // The life is asked first: should the entry be replaced in between, the copy dies too early, not too late.
      const [ttlMs, bytes] = await single("getLiving", signal, () =>
        Promise.all([client.pttl(key), lengthOf(client, key)]),
      );
      if (ttlMs <= 0 || bytes > VALUE_BYTES_MAX) return undefined;
      const [value] = await single("getLiving", signal, () => client.mgetBuffer(key));
      return value == null ? undefined : { value, ttlSeconds: ttlMs / 1000 };
    },

    async getMany(keys, { signal }: CacheCallOptions = {}) {
      enter("getMany", signal);
      if (keys.length > 0 && isSmallRead(keys)) return readFew("getMany", keys, signal);
      return readMany(keys, signal);
    },

    async fingerprint(keys, { signal }: CacheCallOptions = {}) {
      const read = isSmallRead(keys) ? single : bulk;
      let fingerprint = EMPTY_FINGERPRINT;
      let clock: readonly string[] = [];
      for (let start = 0; start === 0 || start < keys.length; start += BATCH_KEYS) {
        const batch = keys.slice(start, start + BATCH_KEYS);
        const words = [FINGERPRINT_SCRIPT, batch.length, ...batch, fingerprint];
        const answer = await read("fingerprint", signal, () => client.call("EVAL", words));
        [fingerprint = EMPTY_FINGERPRINT, ...clock] = answer as readonly string[];
      }
      return { fingerprint, nowMs: clockMs(clock) };
    },

    async set(key, value, { ttlSeconds, signal }) {
      const ttl = ttlMilliseconds(ttlSeconds);
      await single("set", signal, () => client.set(key, asBuffer(value), "PX", ttl));
      return { kind: "stored" };
    },

    async delete(key, { signal }: CacheCallOptions = {}) {
      return (await single("delete", signal, () => client.del(key))) > 0;
    },

    async publish(publication, { signal }: CacheCallOptions = {}): Promise<PublishOutcome> {
      const [keys, values] = publishArguments(publication);
      // As one list: a large catalog has more keys and values than a call may have arguments.
      const words = [PUBLISH_SCRIPT, keys.length, ...keys, ...values];
      const write = isSmallPublication(publication) ? single : bulk;
      const done = await write("publish", signal, () => client.call("EVAL", words));
      return { kind: done === 1 ? "published" : "conflict" };
    },

    async close() {
      closed = true;
      client.disconnect();
    },
  };
}

/** Milliseconds since the epoch from the seconds and microseconds of `TIME`; of this process where the user may not ask. */
function clockMs([seconds, microseconds]: readonly string[]): number {
  if (seconds === undefined) return Date.now();
  return Number(seconds) * 1000 + Math.floor(Number(microseconds) / 1000);
}

function batchesOf(keys: readonly string[]): readonly (readonly string[])[] {
  return Array.from({ length: Math.ceil(keys.length / BATCH_KEYS) }, (_, index) =>
    keys.slice(index * BATCH_KEYS, (index + 1) * BATCH_KEYS),
  );
}

/** The keys whose values there is room for, one by one and together; those beyond count as absent. */
function readableKeys(keys: readonly string[], lengths: readonly number[]): readonly string[] {
  let bytes = 0;
  return keys.filter((_, index) => {
    const length = lengths[index] ?? 0;
    if (length > VALUE_BYTES_MAX || bytes + length > BULK_BYTES_MAX) return false;
    bytes += length;
    return true;
  });
}

/** In bytes; 0 for what is no plain value. */
async function lengthOf(client: Redis, key: string): Promise<number> {
  try {
    return await client.strlen(key);
  } catch (error) {
    if (error instanceof Error && replyCode(error) === "WRONGTYPE") return 0;
    throw error;
  }
}

/** The length of each key's value, 0 for what is no plain value: asked at once, where as many commands would each cost a reply. */
const LENGTHS_SCRIPT = `
local lengths = {}
for i = 1, #KEYS do
  local length = redis.pcall('STRLEN', KEYS[i])
  if type(length) == 'table' and string.sub(length.err, 1, 9) ~= 'WRONGTYPE' then return length end
  lengths[i] = type(length) == 'number' and length or 0
end
return lengths
`;

/**
 * One script is one step for every other client, and a publisher that dies before Redis has the whole of it has done
 * nothing. Rights are asked for before the first change, where the server can tell (Redis 7). Removals come first: should
 * an older one refuse a later command, what is left lacks views and verifies nowhere.
 *
 * KEYS: expected, removed, written. ARGV: how many are expected, how many removed, the TTL in milliseconds, then a mark and
 * a value for each expected key (mark "0": absent), then the values to write.
 */
const PUBLISH_SCRIPT = `
local expected, removed, ttl = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3]
for i = 1, expected do
  local length = redis.pcall('STRLEN', KEYS[i])
  if type(length) == 'table' and string.sub(length.err, 1, 9) ~= 'WRONGTYPE' then return length end
  local held = type(length) == 'number' and length <= ${VALUE_BYTES_MAX} and redis.call('MGET', KEYS[i])[1]
  local wanted = ARGV[2 + 2 * i] == '1' and ARGV[3 + 2 * i] or false
  if held ~= wanted then return 0 end
end
local may = redis.acl_check_cmd or function() return true end
if removed > 0 and not may('DEL', KEYS[expected + 1]) or #KEYS > expected + removed and not may('SET', KEYS[#KEYS], '') then
  return redis.error_reply('NOPERM this user may not publish')
end
for i = expected + 1, expected + removed do redis.call('DEL', KEYS[i]) end
local offset = 3 + 2 * expected - (expected + removed)
for i = expected + removed + 1, #KEYS do redis.call('SET', KEYS[i], ARGV[offset + i], 'PX', ttl) end
return 1
`;

/**
 * KEYS: whose values are fingerprinted. ARGV: the fingerprint of those before. Answers the fingerprint, then the seconds and
 * microseconds of the server's clock, or nothing where the user may not read it.
 */
const FINGERPRINT_SCRIPT = `
local fingerprint = ARGV[1]
for i = 1, #KEYS do
  local length = redis.pcall('STRLEN', KEYS[i])
  if type(length) == 'table' and string.sub(length.err, 1, 9) ~= 'WRONGTYPE' then return length end
  local value = type(length) == 'number' and length <= ${VALUE_BYTES_MAX} and redis.call('MGET', KEYS[i])[1]
  fingerprint = redis.sha1hex(fingerprint .. (value and redis.sha1hex(value) or ''))
end
local may = redis.acl_check_cmd or function() return true end
if not may('TIME') then return {fingerprint} end
local clock = redis.call('TIME')
return {fingerprint, clock[1], clock[2]}
`;

function publishArguments(
  publication: CachePublication,
): readonly [keys: string[], values: (string | Buffer)[]] {
  const { entries, expect, remove, ttlSeconds } = publication;
  const keys = [...expect.map(({ key }) => key), ...remove, ...entries.map(({ key }) => key)];
  const expectations = expect.flatMap(({ value }) =>
    value === undefined ? ["0", ""] : ["1", asBuffer(value)],
  );
  const head = [expect.length, remove.length, ttlMilliseconds(ttlSeconds)].map(String);
  return [keys, [...head, ...expectations, ...entries.map(({ value }) => asBuffer(value))]];
}

function asBuffer(value: Uint8Array): Buffer {
  return Buffer.isBuffer(value) ? value : Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}

/** Runs a task for each item, at most `atOnce` at a time, and returns the results in the order of the items. */
async function inTurns<Item, Result>(
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
