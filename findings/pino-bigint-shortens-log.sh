#!/bin/sh
# One BigInt anywhere inside a logged object makes pino 10.4.0 shorten the whole object: JSON.stringify() throws on it, and the
# serializer that stands in has limits. Drivers return BigInts for large integers (PGlite above 2^53, node:sqlite when asked to), so
# the log entry of such a row loses other fields.
# Seen: { row: { list, nested } } is logged in full; with id: 1n beside them, a list of 150 ends after 100 with "... 49 items not
# stringified" (50 are missing), what lies deeper than five levels is "[Object]", and the keys are sorted. A BigInt that is itself
# a field of the entry does no harm. pino documents both limits, and that they apply when JSON.stringify() throws;
# its words are about circular objects, not BigInt. Exits with 1 when that has changed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --ignore-scripts --save-exact pino@10.4.0
cat >run.mjs <<'JS'
import assert from "node:assert/strict";
import pino from "pino";
let line;
const log = pino({ base: null, timestamp: false }, { write: (text) => (line = text) });
const row = { nested: { a: { b: { c: { d: { e: 1 } } } } }, list: Array.from({ length: 150 }, (_, index) => index) };
const logged = (entry) => {
  log.info(entry);
  return JSON.parse(line).row;
};
assert.deepEqual(logged({ row }), row);
assert.deepEqual(logged({ row, id: 1n }), row);
const shortened = logged({ row: { ...row, id: 1n } });
assert.deepEqual(Object.keys(shortened), ["id", "list", "nested"]);
assert.deepEqual(shortened.list, [...row.list.slice(0, 100), "... 49 items not stringified"]);
assert.deepEqual(shortened.nested, { a: { b: { c: { d: "[Object]" } } } });
console.log("pino 10.4.0: a BigInt in an object cuts its lists at 100 and its depth at 5 in the log");
JS
node run.mjs
