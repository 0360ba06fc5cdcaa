#!/bin/sh
# `import ... from "node:http"` of Node 24.21.0 loads the whole of undici, Node's client for fetch() and WebSocket, although a server
# uses none of it; require("node:http") and process.getBuiltinModule("node:http") do not. The names that an ES module sees of a built-in module
# are read once, with all getters, and `http.WebSocket` is a getter that loads undici. The same holds for importing it by way of a package.
# Seen: process.moduleLoadList has internal/deps/undici/undici after the import, and not after the two others; the import takes
# several times as long.
# Exits with 1 when that has changed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --save-exact node@24.21.0
cat >by-import.mjs <<'JS'
import { createServer } from "node:http";
createServer();
JS
cat >by-require.cjs <<'JS'
require("node:http").createServer();
JS
cat >by-builtin.mjs <<'JS'
process.getBuiltinModule("node:http").createServer();
JS
cat >run.mjs <<'JS'
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { appendFileSync } from "node:fs";
assert.equal(process.version, "v24.21.0");
const report = "\nconsole.log(process.moduleLoadList.includes('NativeModule internal/deps/undici/undici'));\n";
const loads = (file) => {
  appendFileSync(file, report);
  return execFileSync(process.execPath, [file], { encoding: "utf8" }).trim();
};
assert.equal(loads("by-import.mjs"), "true");
assert.equal(loads("by-require.cjs"), "false");
assert.equal(loads("by-builtin.mjs"), "false");
console.log("Node 24.21.0: import of node:http loads undici; require() and getBuiltinModule() do not");
JS
node_modules/.bin/node run.mjs
