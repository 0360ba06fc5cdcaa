#!/bin/sh
# yaml 2.9.1 writes the key "<<" without quotes, also where its own reader takes it for a merge (version 1.1, or merge: true).
# Seen: {"<<":{"a":1}} comes back as {"a":1}, and {"a":{"<<":1}} is refused: "Merge sources must be maps or map aliases".
# Exits with 1 when that has changed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --ignore-scripts --save-exact yaml@2.9.1
cat >run.mjs <<'JS'
import assert from "node:assert/strict";
import { parse, stringify } from "yaml";
for (const options of [{ version: "1.1" }, { merge: true }]) {
  const roundTrip = (value) => parse(stringify(value, options), options);
  assert.deepEqual(roundTrip({ "<<": { a: 1 } }), { a: 1 });
  assert.throws(() => roundTrip({ a: { "<<": 1 } }), /Merge sources must be maps/);
}
console.log('yaml 2.9.1 does not read back the key "<<" that it writes');
JS
node run.mjs
