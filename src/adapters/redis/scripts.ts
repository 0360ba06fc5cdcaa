/** Maximum size of a value that is read, in bytes. A larger value is invalid, so it is not transferred. */
const VALUE_BYTES_MAX = 16 * 1024 * 1024;

export function valueBytesMax(bytesMax = VALUE_BYTES_MAX): number {
  return Math.min(bytesMax, VALUE_BYTES_MAX);
}

/** Makes a Buffer over the same memory, which the client sends unchanged. */
export function viewAsBuffer(value: Uint8Array): Buffer {
  return Buffer.isBuffer(value) ? value : Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}

/**
 * Returns the length of each key's value; 0 if the value is not a string. One script has one reply; a command for each
 * key would have as many replies as keys.
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
 * KEYS: the keys of the values. ARGV: the fingerprint that the previous call returned, to be continued; then the
 * maximum size of a value, above which it counts as absent. Returns the new fingerprint, then the server's time in
 * seconds and microseconds. The time is missing if the user may not read the clock.
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
