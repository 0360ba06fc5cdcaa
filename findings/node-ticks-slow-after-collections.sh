#!/bin/sh
# process.nextTick() of Node 24.21.0 takes several times as long once some full garbage collections have run while no tick was
# queued, and stays so. An idle server has such collections; a busy benchmark of some seconds has none.
# Seen: 80 to 100 ns for a tick before, 600 ns and more after five collections. Holding one object that Node queued for a tick
# (async_hooks.executionAsyncResource() inside of a tick) keeps it as fast as before.
# Exits with 1 when that has changed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --save-exact node@24.21.0
cat >run.mjs <<'JS'
import { executionAsyncResource } from "node:async_hooks";
import { setTimeout as pause } from "node:timers/promises";
let held;
if (process.argv[2] === "hold") await new Promise((resolve) => {
  process.nextTick(() => resolve((held = executionAsyncResource())));
});
async function bestTickNs() {
  const counts = Array.from({ length: 100 }, () => 20_000);
  let best = Infinity;
  for (const count of counts) {
    const start = performance.now();
    await new Promise((resolve) => {
      let left = count;
      const tick = () => ((left -= 1) > 0 ? process.nextTick(tick) : resolve());
      process.nextTick(tick);
    });
    best = Math.min(best, ((performance.now() - start) / count) * 1e6);
  }
  return best;
}
await bestTickNs();
const before = await bestTickNs();
for (let collection = 0; collection < 5; collection += 1) {
  await pause(10);
  gc();
}
console.log((await bestTickNs()) > 2 * before ? "slower" : "as fast", held === undefined ? "" : "held");
JS
[ "$(node_modules/.bin/node --expose-gc run.mjs)" = "slower " ]
[ "$(node_modules/.bin/node --expose-gc run.mjs hold)" = "as fast held" ]
echo 'Node 24.21.0: a tick takes more than twice as long after five collections, unless one queued object is held'
