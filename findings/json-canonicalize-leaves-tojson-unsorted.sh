#!/bin/sh
# json-canonicalize 3.0.1 does not sort the keys of what toJSON() returns, at any depth below it; canonicalize 5.1.0, for the same RFC 8785,
# does. So two writers of canonical JSON give two hashes for one value, and one of them a hash that depends on the order of
# the keys. Buffer has a toJSON(), and so have documents of Mongoose and many classes.
# Seen: for Buffer.from("a") {"type":"Buffer","data":[97]} against {"data":[97],"type":"Buffer"}; two equal values with toJSON() whose
# keys are in another order are one text in canonicalize, two in json-canonicalize. JSON.parse(JSON.stringify(value)) first makes
# both agree. The sample program in the RFC's appendix A does as json-canonicalize; its documentation and issues do not mention it.
# Exits with 1 when that has changed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --ignore-scripts --save-exact canonicalize@5.1.0 json-canonicalize@3.0.1
cat >run.mjs <<'JS'
import assert from "node:assert/strict";
import sorted from "canonicalize";
import { canonicalize as unsorted } from "json-canonicalize";
const bytes = { bytes: Buffer.from("a") };
assert.equal(sorted(bytes), '{"bytes":{"data":[97],"type":"Buffer"}}');
assert.equal(unsorted(bytes), '{"bytes":{"type":"Buffer","data":[97]}}');
const [one, other] = [{ a: { b: 1, c: 2 } }, { a: { c: 2, b: 1 } }].map((json) => ({ toJSON: () => json }));
assert.equal(sorted(one), sorted(other));
assert.notEqual(unsorted(one), unsorted(other));
for (const value of [bytes, one, other]) assert.equal(unsorted(JSON.parse(JSON.stringify(value))), sorted(value));
console.log("json-canonicalize 3.0.1 leaves the keys of a Buffer unsorted; canonicalize 5.1.0 sorts them");
JS
node run.mjs
