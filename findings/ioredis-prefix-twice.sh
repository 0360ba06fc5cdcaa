#!/bin/sh
# ioredis 6.0.0 with keyPrefix loses a sharded subscription when it connects again: the channel gets the prefix a second time.
# SSUBSCRIBE and SPUBLISH take the prefix as commands with keys do, SUBSCRIBE and PUBLISH do not. The client remembers the
# channel with its prefix, and subscribes to that by the same path after a reconnection.
# Seen: ssubscribe("news") with prefix "app:" is "app:news" at first and "app:app:news" afterwards, so spublish("news") has no
# receiver, in silence; subscribe("news") goes on. Without a prefix both go on. The same with protocol 2 and 3. No document and no
# issue of ioredis about it was found. Needs a redis-server of version 7 or later. Exits with 1 when that has changed.
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
import { once } from "node:events";
import Redis from "ioredis";
async function receivers(options) {
  const [subscriber, publisher] = [new Redis(options), new Redis(options)];
  await subscriber.ssubscribe("news");
  await subscriber.subscribe("news");
  const publish = async () => [await publisher.spublish("news", "x"), await publisher.publish("news", "x")];
  const before = await publish();
  subscriber.disconnect(true);
  await once(subscriber, "ready");
  await subscriber.ping();
  const sharded = await publisher.pubsub("SHARDCHANNELS");
  const after = await publish();
  subscriber.disconnect();
  publisher.disconnect();
  return { before, sharded, after };
}
const path = "redis.sock";
for (const protocol of [2, 3]) {
  const prefixed = await receivers({ path, protocol, keyPrefix: "app:" });
  assert.deepEqual(prefixed, { before: [1, 1], sharded: ["app:app:news"], after: [0, 1] });
  const plain = await receivers({ path, protocol });
  assert.deepEqual(plain, { before: [1, 1], sharded: ["news"], after: [1, 1] });
}
console.log("ioredis 6.0.0 with keyPrefix: a sharded subscription to app:news is one to app:app:news after a reconnection");
JS
node run.mjs
