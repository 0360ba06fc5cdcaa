#!/bin/sh
# yaml 2.9.1 takes a lone carriage return for a character; YAML (1.1 and 1.2, b-break) ends a line at it, and js-yaml 5.5.0 does.
# Seen: yaml throws "Nested mappings are not allowed in compact mappings", and reads "a\rb" in quotes with the CR kept;
# js-yaml reads {"a":1,"b":2} and "a b". Exits with 1 when that has changed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --ignore-scripts --save-exact yaml@2.9.1 js-yaml@5.5.0
cat >run.mjs <<'JS'
import assert from "node:assert/strict";
import { load } from "js-yaml";
import { parse } from "yaml";
assert.throws(() => parse("a: 1\rb: 2\r"), /Nested mappings/);
assert.deepEqual(load("a: 1\rb: 2\r"), { a: 1, b: 2 });
assert.equal(parse('"a\r b"'), "a\r b");
assert.equal(load('"a\r b"'), "a b");
console.log("yaml 2.9.1 does not end a line at a lone CR; js-yaml 5.5.0 does");
JS
node run.mjs
