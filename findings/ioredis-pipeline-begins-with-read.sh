#!/bin/sh
# ioredis 6.0.0, a Cluster with scaleReads: "slave": a pipeline whose first command reads goes to a replica as a whole, its writes too. The
# replica answers each write with MOVED and the write's slot. ioredis sends a pipeline again only if all errors have one text, so
# writes to two slots of one node are rejected with MOVED. The order of the commands decides: with a write first all is well.
# Seen: get, set, set gives the value and two MOVED errors, each time, and nothing is written; set, get, set works, and so do
# get, set, set with one slot, and all of them with scaleReads: "master". ioredis documents that writes go to masters, that the keys of a
# pipeline may have several slots of one node, and that MOVED errors "pointing to different nodes" are not sent again; here both point
# to the same one. A fix of 2026 separates reads from writes in automatic pipelines only; about explicit ones nothing was found.
# Needs a redis-server of version 7 or later. Exits with 1 when that has changed.
set -eu
folder=$(mktemp -d)
servers=
trap 'kill $servers 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --ignore-scripts --save-exact ioredis@6.0.0
cat >ports.mjs <<'JS'
import { createServer } from "node:net";
import { once } from "node:events";
const ports = [];
while (ports.length < 4) {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  ports.push(server.address().port);
  setTimeout(() => server.close(), 100);
}
console.log(ports.join(" "));
JS
# shellcheck disable=SC2046
set -- $(node ports.mjs)
start() {
  mkdir "$1"
  redis-server --dir "$1" --bind 127.0.0.1 --port "$1" --cluster-port "$2" --cluster-enabled yes --save '' >"$1.log" &
  servers="$servers $!"
}
start "$1" "$2"
start "$3" "$4"
cat >run.mjs <<'JS'
import assert from "node:assert/strict";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import Redis from "ioredis";
const [port, busPort, replicaPort] = process.argv.slice(2).map(Number);
const [primary, replica] = [new Redis(port), new Redis(replicaPort)];
async function until(condition) {
  for (let tries = 0; !(await condition()); tries += 1) {
    assert.ok(tries < 300);
    await sleep(100);
  }
}
await primary.cluster("ADDSLOTSRANGE", 0, 16383);
await replica.cluster("MEET", "127.0.0.1", port, busPort);
const id = await primary.cluster("MYID");
await until(() => replica.cluster("REPLICATE", id).then(() => true, () => false));
await until(async () => (await primary.info("replication")).includes("state=online"));
await until(async () => (await primary.cluster("SLOTS"))[0].length === 4);
async function outcome(scaleReads, commands) {
  const cluster = new Redis.Cluster([{ host: "127.0.0.1", port }], { scaleReads });
  await once(cluster, "ready");
  const replies = await cluster.pipeline(commands).exec();
  cluster.disconnect();
  return replies.map(([error, reply]) => error?.message.split(" ")[0] ?? reply);
}
await primary.set("a", "value");
const [read, write, otherSlot] = [["get", "a"], ["set", "b", "new"], ["set", "c", "new"]];
for (let round = 0; round < 3; round += 1) {
  assert.deepEqual(await outcome("slave", [read, write, otherSlot]), ["value", "MOVED", "MOVED"]);
}
assert.deepEqual([await primary.get("b"), await primary.get("c")], [null, null]);
assert.deepEqual(await outcome("slave", [read, write, ["set", "{b}c", "new"]]), ["value", "OK", "OK"]);
assert.deepEqual(await outcome("slave", [write, read, otherSlot]), ["OK", "value", "OK"]);
assert.deepEqual(await outcome("master", [read, write, otherSlot]), ["value", "OK", "OK"]);
primary.disconnect();
replica.disconnect();
console.log('ioredis 6.0.0, scaleReads: "slave": a pipeline that begins with a read rejects its writes with MOVED');
JS
node run.mjs "$1" "$2" "$3"
