#!/bin/sh
# A loop that waits by setImmediate() between slices of work lets Node 24.21.0 answer requests, and Deno 2.9.5 nearly none.
# With setTimeout() instead, both answer.
# Seen, for each second of slices of 2 ms: tens of requests on Node, at most a few on Deno; with timers tens on both.
# Exits with 1 when that has changed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --save-exact node@24.21.0 deno@2.9.5
cat >client.mjs <<'JS'
const end = Date.now() + 60_000;
while (Date.now() < end) await fetch(process.argv[2]).then((answer) => answer.text(), () => process.exit());
JS
cat >run.mjs <<'JS'
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import process from "node:process";
let served = 0;
const server = createServer((_, response) => {
  served += 1;
  response.end("x");
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
const client = spawn("node_modules/.bin/node", ["client.mjs", `http://127.0.0.1:${server.address().port}/`]);
while (served < 10) await new Promise((resolve) => setTimeout(resolve, 10));
async function servedBetweenSlices(wait) {
  const before = served;
  for (const end = performance.now() + 1000; performance.now() < end; ) {
    for (const slice = performance.now() + 2; performance.now() < slice; );
    await new Promise((resolve) => wait(resolve));
  }
  return served - before;
}
let [immediates, timers] = [0, 0];
for (let round = 0; round < 4; round += 1) {
  immediates += await servedBetweenSlices(setImmediate);
  timers += await servedBetweenSlices(setTimeout);
}
console.log(immediates > timers / 4 ? "immediates serve" : "immediates starve", timers > 5);
client.kill();
process.exit();
JS
[ "$(node_modules/.bin/node run.mjs)" = "immediates serve true" ]
[ "$(node_modules/.bin/deno run -A run.mjs)" = "immediates starve true" ]
echo 'between slices that wait by setImmediate(), Node 24.21.0 answers requests and Deno 2.9.5 does not'
