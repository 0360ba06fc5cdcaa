import { hash } from "node:crypto";
import { type CacheEntry, type CachePublication, ttlMilliseconds } from "../../ports/cache-port.ts";
import { valueBytesMax } from "./scripts.ts";
import type { CommandWords } from "./send-encoded.ts";

/**
 * Publishes in one step: a script is atomic for every other client, and it does not run if its publisher dies before
 * Redis has received all of it. Permissions are checked before the first change, if the server can check them (Redis
 * 7). Removals come first. If an older server refuses a later command, views are then missing, so that verification
 * fails on every replica.
 *
 * All keys without a TTL of their own expire at the same millisecond. An unchanged key that does not expire with the
 * key `since` is absent, or was written by another program. Then the script changes nothing, and the unchanged values
 * must be written too. The same is true if the server is older than Redis 7 and cannot return the time of expiry, or if
 * the user may not read this time.
 *
 * KEYS: the expected, the removed and the written keys, and the key `since` if there are unchanged keys. ARGV: the
 * number of expected keys, the number of removed keys, the TTL in milliseconds, the unchanged keys ({@link packKeys});
 * for each expected key a mark ("0": absent, "1": the value, "2": its SHA-1), a value, and the size limit above which a
 * value counts as absent; then the values to write, those with their own TTL last; then these TTLs in milliseconds. The
 * unchanged keys are not in KEYS, because they would be most of the bytes of the call. They have the same hash tag as
 * the other keys.
 */
const PUBLISH_SCRIPT = `
local expected, removed, ttl, packed = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3], ARGV[4]
for i = 1, expected do
  local length = redis.pcall('STRLEN', KEYS[i])
  if type(length) == 'table' and string.sub(length.err, 1, 9) ~= 'WRONGTYPE' then return length end
  local held = type(length) == 'number' and length <= tonumber(ARGV[4 + 3 * i]) and redis.call('MGET', KEYS[i])[1]
  local mark = ARGV[2 + 3 * i]
  if held and mark == '2' then held = redis.sha1hex(held) end
  local wanted = mark ~= '0' and ARGV[3 + 3 * i] or false
  if held ~= wanted then return 0 end
end
local may = redis.acl_check_cmd or function() return true end
local call, kept, count, last = redis.call, {}, 0, #KEYS
if packed ~= '' then
  local since = KEYS[last]
  last = last - 1
  local before = may('PEXPIRETIME', since) and may('PEXPIREAT', since, '1') and redis.pcall('PEXPIRETIME', since)
  if type(before) ~= 'number' or before < 0 then return 2 end
  for _, group in ipairs(cjson.decode(packed)) do
    local prefix = group[1]
    for i = 2, #group do
      local key = prefix .. group[i]
      if call('PEXPIRETIME', key) ~= before then return 2 end
      count = count + 1
      kept[count] = key
    end
  end
end
if removed > 0 and not may('DEL', KEYS[expected + 1]) or last > expected + removed and not may('SET', KEYS[last], '') then
  return redis.error_reply('NOPERM this user may not publish')
end
for i = expected + 1, expected + removed do call('DEL', KEYS[i]) end
local offset, first = 4 + 3 * expected - (expected + removed), expected + removed + 1
local own = #ARGV - offset - last
local shared, unit, moment = last - own, 'PX', ttl
local function expireAt(key)
  local at = may('PEXPIRETIME', key) and redis.pcall('PEXPIRETIME', key)
  if type(at) == 'number' then unit, moment = 'PXAT', at end
end
if first <= shared then
  call('SET', KEYS[first], ARGV[offset + first], 'PX', ttl)
  expireAt(KEYS[first])
elseif count > 0 then
  call('PEXPIRE', kept[1], ttl)
  expireAt(kept[1])
end
for i = 1, count do call('PEXPIREAT', kept[i], moment) end
for i = first + 1, shared do call('SET', KEYS[i], ARGV[offset + i], unit, moment) end
for i = shared + 1, last do call('SET', KEYS[i], ARGV[offset + i], 'PX', ARGV[offset + own + i]) end
return 1
`;

/** The replies of {@link PUBLISH_SCRIPT}; 0 is a conflict. */
export const REPLY_PUBLISHED = 1;
/** The script changed nothing; the unchanged values must be written too. */
export const REPLY_MUST_WRITE = 2;

/** A value above this size is compared by its SHA-1, which needs no transfer of the value. */
const FULLY_COMPARED_BYTES_MAX = 1024;

export function encodePublishCommand(publication: CachePublication): CommandWords {
  const { unchanged, expect, remove, ttlSeconds } = publication;
  const own = publication.entries.filter((entry) => entry.ttlSeconds !== undefined);
  const entries = [...publication.entries.filter((entry) => entry.ttlSeconds === undefined), ...own];
  const keys = [...expect.map(({ key }) => key), ...remove, ...entries.map(({ key }) => key)];
  if (unchanged !== undefined) keys.push(unchanged.since);
  const expectations = expect.flatMap(({ value, bytesMax }) => [
    ...encodeExpectation(value),
    String(valueBytesMax(bytesMax)),
  ]);
  const packed = unchanged === undefined ? "" : packKeys(unchanged.entries.map(({ key }) => key));
  const head = [
    String(expect.length),
    String(remove.length),
    String(ttlMillisecondsBelow(ttlSeconds)),
    packed,
  ];
  const values = entries.map(({ value }) => value);
  const ttls = own.map((entry) => String(ttlMilliseconds(entry.ttlSeconds ?? ttlSeconds)));
  return ["EVAL", PUBLISH_SCRIPT, String(keys.length), ...keys, ...head, ...expectations, ...values, ...ttls];
}

/**
 * Returns a millisecond less than the TTL. If another program writes a key later with the same TTL, even in the same
 * millisecond, that key does not expire at the same time as the publication.
 */
function ttlMillisecondsBelow(ttlSeconds: number): number {
  return Math.max(1, ttlMilliseconds(ttlSeconds) - 1);
}

function encodeExpectation(
  value: Uint8Array | undefined,
): readonly [mark: string, value: string | Uint8Array] {
  if (value === undefined) return ["0", ""];
  if (value.byteLength <= FULLY_COMPARED_BYTES_MAX) return ["1", value];
  return ["2", hash("sha1", value)];
}

/** Moves the unchanged entries of a publication to the entries that are written. */
export function toFullPublication({ unchanged, ...publication }: CachePublication): CachePublication {
  const entries: readonly CacheEntry[] = [...publication.entries, ...(unchanged?.entries ?? [])];
  return { ...publication, entries };
}

/** The bytes that each group of {@link packKeys} adds: brackets, quotes and commas. */
const BYTES_PER_GROUP = 6;

/**
 * Formats keys as JSON, which takes about a fifth of their size in a large catalog. Each group lists a prefix, then the
 * rest of each key with this prefix. A key joins the last group if a new group would take as many bytes or more.
 */
export function packKeys(keys: readonly string[]): string {
  const groups: { prefix: string; names: string[] }[] = [];
  for (const key of keys.toSorted()) {
    const group = groups.at(-1);
    const shared = group === undefined ? 0 : sharedPrefixLength(group.prefix, key);
    const canJoin =
      group !== undefined && (group.prefix.length - shared) * group.names.length <= shared + BYTES_PER_GROUP;
    if (!canJoin) {
      groups.push({ prefix: key, names: [key] });
      continue;
    }
    group.prefix = key.slice(0, shared);
    group.names.push(key);
  }
  return JSON.stringify(
    groups.map(({ prefix, names }) => [prefix, ...names.map((name) => name.slice(prefix.length))]),
  );
}

function sharedPrefixLength(left: string, right: string): number {
  let length = 0;
  while (length < left.length && left[length] === right[length]) length += 1;
  // Redis rejects JSON with half of a surrogate pair.
  const isPairSplit = (left.charCodeAt(length - 1) & 0xfc00) === 0xd800;
  return isPairSplit ? length - 1 : length;
}
