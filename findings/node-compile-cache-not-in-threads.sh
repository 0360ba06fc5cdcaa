#!/bin/sh
# module.enableCompileCache() of Node 24.21.0 does not reach worker threads, though the variable NODE_COMPILE_CACHE does, even
# when it is set while the process runs: a thread that begins afterwards has a cache with the second, and none with the first.
# Seen: getCompileCacheDir() in a thread is undefined after enableCompileCache(), and the folder once process.env names it.
# Exits with 1 when that has changed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --save-exact node@24.21.0
cat >run.mjs <<'JS'
import assert from "node:assert/strict";
import { enableCompileCache, getCompileCacheDir } from "node:module";
import { Worker } from "node:worker_threads";
const source = "require('node:worker_threads').parentPort.postMessage(String(require('node:module').getCompileCacheDir()))";
const inThread = () => new Promise((resolve, reject) => {
  new Worker(source, { eval: true }).once("message", resolve).once("error", reject);
});
assert.equal(process.version, "v24.21.0");
enableCompileCache("compiled");
const folder = getCompileCacheDir();
assert.ok(folder);
assert.equal(await inThread(), "undefined");
process.env.NODE_COMPILE_CACHE = "compiled";
assert.equal(await inThread(), folder);
console.log("Node 24.21.0: threads have no compile cache after enableCompileCache(), and one with NODE_COMPILE_CACHE");
JS
node_modules/.bin/node run.mjs
