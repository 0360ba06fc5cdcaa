#!/bin/sh
# yaml 2.9.1 drops a line of blanks that is deeper than the indentation that a block text states.
# "x: |2-", then a line of five blanks: two are the indentation, three the text (YAML 1.2.2, 8.1.1.1 and 8.1.2).
# Seen: yaml reads "", js-yaml 5.5.0 reads "   ". Exits with 1 when that has changed.
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
const text = "x: |2-\n     \n";
assert.deepEqual(parse(text), { x: "" });
assert.deepEqual(load(text), { x: "   " });
console.log('yaml 2.9.1 reads "" and js-yaml 5.5.0 reads "   " from a block text of one line of blanks');
JS
node run.mjs
