#!/bin/sh
# js-yaml 5.5.0 reads a number beyond the range of a double as text, though the core schema's pattern makes it a number.
# Seen: typeof load("1e308") is "number", typeof load("1e309") is "string", and so for an integer of 310 digits; ".inf" is a
# number again. yaml 2.9.1 reads Infinity from all of them, which JSON.stringify writes as null.
# Exits with 1 when that has changed.
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
const digits = "9".repeat(310);
assert.equal(load("1e308"), 1e308);
assert.equal(load("1e309"), "1e309");
assert.equal(load(digits), digits);
assert.equal(load(".inf"), Infinity);
assert.equal(parse("1e309"), Infinity);
assert.equal(parse(digits), Infinity);
console.log('js-yaml 5.5.0 reads 1e309 as the text "1e309", yaml 2.9.1 as Infinity');
JS
node run.mjs
