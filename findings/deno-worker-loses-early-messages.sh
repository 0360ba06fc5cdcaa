#!/bin/sh
# In a worker of node:worker_threads, Deno 2.9.5 drops each message that arrives while parentPort has no listener. Node 24.21.0 and Bun
# 1.4.5 keep it until there is one; Node documents that a MessagePort starts when a listener is attached. So a worker that first opens
# a database by top-level await, or that takes one message at a time by once(), loses jobs in silence, and their sender waits for good.
# Seen: of three messages that are sent at once, a worker that begins to listen after 500 ms gets 0 on Deno and 3 on Node and Bun; one
# that takes the first by once() and listens again 500 ms later gets 1 and 3. One that listens from the beginning gets all on all
# three. Deno 2.8.0 does the same. For Web Workers the standard is so, and an issue of 2022 about Deno's manual names it; Bun had
# issues about parentPort, which are fixed. About parentPort on Deno no issue was found. Exits with 1 when that has changed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --save-exact node@24.21.0 deno@2.9.5 bun@1.4.5
cat >worker.mjs <<'JS'
import { setTimeout as sleep } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
let received = 0;
if (workerData === "late") await sleep(500);
if (workerData === "once") {
  await new Promise((resolve) => parentPort.once("message", resolve));
  received += 1;
  await sleep(500);
}
parentPort.on("message", (message) => {
  if (message === "end") parentPort.postMessage(received);
  else received += 1;
});
parentPort.postMessage("listening");
JS
cat >run.mjs <<'JS'
import process from "node:process";
import { Worker } from "node:worker_threads";
const counts = [];
for (const workerData of ["early", "late", "once"]) {
  const worker = new Worker(new URL("worker.mjs", import.meta.url), { workerData });
  for (let job = 0; job < 3; job += 1) worker.postMessage(job);
  const count = await new Promise((resolve) => {
    worker.on("message", (message) => (message === "listening" ? worker.postMessage("end") : resolve(message)));
  });
  counts.push(count);
  await worker.terminate();
}
console.log(counts.join(" "));
process.exit();
JS
[ "$(timeout 60 node_modules/.bin/node run.mjs)" = "3 3 3" ]
[ "$(timeout 60 node_modules/.bin/bun run.mjs)" = "3 3 3" ]
[ "$(timeout 60 node_modules/.bin/deno run -A run.mjs)" = "3 0 1" ]
echo 'node:worker_threads of Deno 2.9.5 drops messages that arrive while parentPort has no listener'
