#!/bin/sh
# With ioredis 6.0.0 the case of a command's name decides the shape of its reply: call("zrange") gives a flat list with the scores,
# call("ZRANGE") a list of pairs. ioredis 6 speaks RESP3 by default, where some replies are nested, and flattens them by the name as
# it was written; prefixes and slots of keys it finds in either case. A transaction without a pipeline is not flattened either.
# Seen for ZRANGE WITHSCORES, XREAD and HRANDFIELD WITHVALUES: three shapes that differ from those of redis.zrange() and its like;
# with protocol: 2, and in ioredis 5.10.1, all are the same. So code with call("ZRANGE") changes at the upgrade, and a loop in steps
# of two reads other values, in silence. The README calls the default shapes "identical across both protocols"; no issue about it was
# found. Needs a redis-server of version 7 or later. Exits with 1 when that has changed.
set -eu
folder=$(mktemp -d)
server=
trap 'kill $server 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --ignore-scripts --save-exact ioredis@6.0.0 ioredis-5@npm:ioredis@5.10.1
redis-server --port 0 --unixsocket redis.sock --save '' >redis.log &
server=$!
cat >run.mjs <<'JS'
import assert from "node:assert/strict";
import Redis from "ioredis";
import Redis5 from "ioredis-5";
const path = "redis.sock";
const commands = [
  ["zrange", "scores", 0, -1, "WITHSCORES"],
  ["xread", "STREAMS", "stream", 0],
  ["hrandfield", "hash", 1, "WITHVALUES"],
];
const entry = ["1-1", ["field", "value"]];
const flat = [["a", "1", "b", "2"], [["stream", [entry]]], ["field", "value"]];
const nested = [[["a", "1"], ["b", "2"]], ["stream", [entry]], [["field", "value"]]];
async function replies(redis) {
  await redis.zadd("scores", 1, "a", 2, "b");
  await redis.hset("hash", "field", "value");
  if (!(await redis.exists("stream"))) await redis.xadd("stream", "1-1", "field", "value");
  const each = async (send) => {
    const list = [];
    for (const [name, ...args] of commands) list.push(await send(name, args));
    return list;
  };
  const methods = await each((name, args) => redis[name](...args));
  const small = await each((name, args) => redis.call(name, ...args));
  const capitals = await each((name, args) => redis.call(name.toUpperCase(), ...args));
  await redis.multi({ pipeline: false });
  await each((name, args) => redis[name](...args));
  const transaction = (await redis.exec()).map(([, reply]) => reply);
  redis.disconnect();
  return { methods, small, capitals, transaction };
}
const same = { methods: flat, small: flat, capitals: flat, transaction: flat };
assert.deepEqual(await replies(new Redis5({ path })), same);
assert.deepEqual(await replies(new Redis({ path, protocol: 2 })), same);
assert.deepEqual(await replies(new Redis({ path })), { ...same, capitals: nested, transaction: nested });
console.log('ioredis 6.0.0: call("zrange") gives a flat list of scores, call("ZRANGE") a list of pairs');
JS
node run.mjs
