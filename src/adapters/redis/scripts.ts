/** Values that are read one by one are small: a larger value is invalid, and not worth its transfer. */
export const VALUE_BYTES_MAX = 16 * 1024 * 1024;

/**
 * The length of each key's value, 0 for a key of another type: one script, where as many commands would each
 * cost a reply.
 */
export const LENGTHS_SCRIPT = `
local lengths = {}
for i = 1, #KEYS do
  local length = redis.pcall('STRLEN', KEYS[i])
  if type(length) == 'table' and string.sub(length.err, 1, 9) ~= 'WRONGTYPE' then return length end
  lengths[i] = type(length) == 'number' and length or 0
end
return lengths
`;

/**
 * A script is atomic for every other client, and a publisher that dies before Redis has all of it has changed
 * nothing. Permissions are checked before the first change, where the server can do so (Redis 7). Removals
 * come first: if an older server refuses a later command, the remains lack views and fail verification
 * everywhere.
 *
 * KEYS: expected, removed, written. ARGV: the number of expected keys, the number of removed keys, the TTL in
 * milliseconds, then a mark, a value and the size limit above which a value counts as absent for each
 * expected key (mark "0": absent), then the values to write.
 */
export const PUBLISH_SCRIPT = `
local expected, removed, ttl = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3]
for i = 1, expected do
  local length = redis.pcall('STRLEN', KEYS[i])
  if type(length) == 'table' and string.sub(length.err, 1, 9) ~= 'WRONGTYPE' then return length end
  local held = type(length) == 'number' and length <= tonumber(ARGV[3 + 3 * i]) and redis.call('MGET', KEYS[i])[1]
  local wanted = ARGV[1 + 3 * i] == '1' and ARGV[2 + 3 * i] or false
  if held ~= wanted then return 0 end
end
local may = redis.acl_check_cmd or function() return true end
if removed > 0 and not may('DEL', KEYS[expected + 1]) or #KEYS > expected + removed and not may('SET', KEYS[#KEYS], '') then
  return redis.error_reply('NOPERM this user may not publish')
end
for i = expected + 1, expected + removed do redis.call('DEL', KEYS[i]) end
local offset = 3 + 3 * expected - (expected + removed)
for i = expected + removed + 1, #KEYS do redis.call('SET', KEYS[i], ARGV[offset + i], 'PX', ttl) end
return 1
`;

/**
 * KEYS: the keys of the fingerprinted values. ARGV: the fingerprint of the values before, and the size limit
 * above which a value counts as absent. Returns the fingerprint, then the seconds and microseconds of the
 * server's clock, which are left out where the user may not read it.
 */
export const FINGERPRINT_SCRIPT = `
local fingerprint, largest = ARGV[1], tonumber(ARGV[2])
for i = 1, #KEYS do
  local length = redis.pcall('STRLEN', KEYS[i])
  if type(length) == 'table' and string.sub(length.err, 1, 9) ~= 'WRONGTYPE' then return length end
  local value = type(length) == 'number' and length <= largest and redis.call('MGET', KEYS[i])[1]
  fingerprint = redis.sha1hex(fingerprint .. (value and redis.sha1hex(value) or ''))
end
local may = redis.acl_check_cmd or function() return true end
if not may('TIME') then return {fingerprint} end
local clock = redis.call('TIME')
return {fingerprint, clock[1], clock[2]}
`;
