#!/bin/sh
# yaml 2.9.1 writes an untouched document with other numbers: 010 becomes 10, which YAML 1.1 readers (PyYAML, Psych, SnakeYAML)
# take for 8 before and for 10 after. 1.10, which the library keeps as it is written, shows that it could.
# Seen: "u: 010" -> "u: 10", "y: 0x1F" -> "y: 0x1f", "x: 1e3" -> "x: 1e+3", "w: +1" -> "w: 1", "z: 1.10" -> "z: 1.10".
# Exits with 1 when that has changed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --ignore-scripts --save-exact yaml@2.9.1
cat >run.mjs <<'JS'
import assert from "node:assert/strict";
import { parseDocument } from "yaml";
const before = "u: 010\ny: 0x1F\nx: 1e3\nw: +1\nz: 1.10\n";
assert.equal(String(parseDocument(before)), "u: 10\ny: 0x1f\nx: 1e+3\nw: 1\nz: 1.10\n");
console.log("yaml 2.9.1 rewrites 010 as 10 in a document that nobody changed");
JS
node run.mjs
