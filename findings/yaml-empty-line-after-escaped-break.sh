#!/bin/sh
# An empty line after an escaped line break in a double-quoted scalar is a line feed by YAML 1.2.2 (production
# s-double-escaped), and PyYAML 6 reads it so. js-yaml 5.5.0 drops it, and yaml 2.9.1 makes it a space.
# Seen: for "a\<line break><empty line>q" js-yaml gives "aq" and yaml "a q", where the specification gives "a\nq". Both agree
# with it when no empty line follows.
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
const [plain, withEmptyLine] = ['"a\\\nq"', '"a\\\n\nq"'];
assert.deepEqual([load(plain), parse(plain)], ["aq", "aq"]);
assert.equal(load(withEmptyLine), "aq");
assert.equal(parse(withEmptyLine), "a q");
console.log('an empty line after an escaped break: js-yaml 5.5.0 reads "aq", yaml 2.9.1 "a q", the specification "a\\nq"');
JS
node run.mjs
