#!/bin/sh
# A cache of lru-cache 11.5.3 that was read once under the fake timers of vitest 5.1.1 never expires an entry afterwards, with the real
# timers back. lru-cache keeps the time that it read for ttlResolution (1 ms), and a setTimeout() makes it read again. The fake
# setTimeout() never fires unless the test advances the time, and vi.useRealTimers() drops it; so the cache's clock stands still.
# Seen: with a TTL of 20 ms an entry that was set later is there after 300 ms, and getRemainingTTL() gives the same number twice; a cache
# that was not read meanwhile expires. mock.timers of node:test does the same. With ttlResolution: 0 the clock runs on. A test that
# never touches time so makes later tests of its file read stale entries. Issues of lru-cache ask why fake time does not reach it; that it
# loses the real one was not found. Exits with 1 when that has changed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm pkg set type=module >/dev/null
npm install --silent --save-exact lru-cache@11.5.3 vitest@5.1.1 node@24.21.0
cat >check.mjs <<'JS'
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { LRUCache } from "lru-cache";
export async function check(startFakeTimers, stopFakeTimers) {
  const caches = [{}, {}, { ttlResolution: 0 }].map((options) => new LRUCache({ max: 10, ttl: 20, ...options }));
  const [read, untouched, exact] = caches;
  startFakeTimers();
  for (const cache of [read, exact]) {
    cache.set("during", 1);
    cache.get("during");
  }
  stopFakeTimers();
  for (const cache of caches) cache.set("later", 1);
  const remaining = read.getRemainingTTL("later");
  await sleep(300);
  assert.deepEqual([read.get("during"), read.get("later"), read.getRemainingTTL("later")], [1, 1, remaining]);
  assert.deepEqual([untouched.get("later"), exact.get("during"), exact.get("later")], [undefined, undefined, undefined]);
}
JS
cat >vitest.test.mjs <<'JS'
import { test, vi } from "vitest";
import { check } from "./check.mjs";
test("lru-cache after vitest's timers", () => check(() => vi.useFakeTimers(), () => vi.useRealTimers()));
JS
cat >node.mjs <<'JS'
import { mock } from "node:test";
import { check } from "./check.mjs";
await check(() => mock.timers.enable({ apis: ["setTimeout"] }), () => mock.timers.reset());
JS
node_modules/.bin/node node.mjs
node_modules/.bin/node node_modules/vitest/vitest.mjs run --root . >vitest.log 2>&1 || { cat vitest.log; exit 1; }
echo 'lru-cache 11.5.3: a cache that was read under fake timers never expires again'
