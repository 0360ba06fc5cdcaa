#!/bin/sh
# yaml 2.9.1 refuses a comment in column 1 after the last pair of a flow mapping of several lines, unless a comma or an empty
# line stands between them. In a flow sequence it takes the same comment. js-yaml 5.5.0 reads both, as PyYAML 6 does.
# Seen: parse("{\n  a: b\n# d\n}") throws MISSING_CHAR, "Comments must be separated from other tokens by white space
# characters"; parse("[\n  a\n# d\n]") gives ["a"].
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
const text = "{\n  a: b\n# d\n}";
assert.deepEqual(load(text), { a: "b" });
assert.throws(() => parse(text), { code: "MISSING_CHAR" });
for (const taken of ["{\n  a: b,\n# d\n}", "{\n  a: b\n\n# d\n}", "{\n  a: b\n # d\n}"]) assert.deepEqual(parse(taken), { a: "b" });
assert.deepEqual(parse("[\n  a\n# d\n]"), ["a"]);
console.log("yaml 2.9.1: MISSING_CHAR for a comment in column 1 after the last pair of a flow mapping, not of a sequence");
JS
node run.mjs
