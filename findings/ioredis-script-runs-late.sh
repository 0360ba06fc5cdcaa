#!/bin/sh
# When Redis has forgotten a script, a command of ioredis 6.0.0's defineCommand() runs after the commands that follow it in a
# pipeline, and in a transaction it does not run at all. ioredis sends EVAL once for each connection, then EVALSHA; after NOSCRIPT it
# sends the script again, behind the pipeline. In a transaction NOSCRIPT is one entry of EXEC's reply, which ioredis does not
# look at: each further transaction fails too, until the command is called once outside of one.
# Seen, after SCRIPT FLUSH: pipeline().put("new").get() answers "OK" and "old", and the key is "new"; multi().set().put() writes
# the first key and not the second, again and again. Redis 7.4 and later also forget scripts by themselves when EVAL brought
# many (its documentation of EVAL). ioredis documents neither; of a fork, the transaction is reported for another cause (DISCARD).
# Needs a redis-server. Exits with 1 when that has changed.
set -eu
folder=$(mktemp -d)
server=
trap 'kill $server 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --ignore-scripts --save-exact ioredis@6.0.0
redis-server --port 0 --unixsocket redis.sock --save '' >redis.log &
server=$!
cat >run.mjs <<'JS'
import assert from "node:assert/strict";
import Redis from "ioredis";
const redis = new Redis({ path: "redis.sock" });
redis.defineCommand("put", { numberOfKeys: 1, lua: "return redis.call('SET', KEYS[1], ARGV[1])" });
const inPipeline = async () => (await redis.pipeline().put("key", "new").get("key").exec()).map(([, value]) => value);
const inTransaction = async () => {
  const replies = await redis.multi().set("first", "x").put("second", "x").exec();
  return replies.map(([error, value]) => error?.message.split(" ")[0] ?? value);
};
await redis.set("key", "old");
assert.deepEqual(await inPipeline(), ["OK", "new"]);
await redis.set("key", "old");
await redis.script("FLUSH");
assert.deepEqual(await inPipeline(), ["OK", "old"]);
assert.equal(await redis.get("key"), "new");
assert.deepEqual(await inTransaction(), ["OK", "OK"]);
await redis.script("FLUSH");
for (let round = 0; round < 3; round += 1) assert.deepEqual(await inTransaction(), ["OK", "NOSCRIPT"]);
await redis.put("key", "newer");
assert.deepEqual(await inTransaction(), ["OK", "OK"]);
redis.disconnect();
console.log("ioredis 6.0.0: after SCRIPT FLUSH a script runs behind its pipeline, and never in a transaction");
JS
node run.mjs
