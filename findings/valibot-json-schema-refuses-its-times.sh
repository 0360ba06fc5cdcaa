#!/bin/sh
# The JSON Schema that @valibot/to-json-schema 1.8.0 makes of isoDateTime() and isoTime() takes only what these refuse, and refuses all
# that they take. valibot 1.5.0 means local times without seconds and zone; the formats "date-time" and "time" are those of RFC
# 3339, which need both. A client that is checked by the published schema cannot send one value that the server takes.
# Seen with ajv 8.20.0 and ajv-formats 3.0.1: "2024-01-01T10:00" and "10:00" are valid for valibot only, "2024-01-01T10:00:00Z" and
# "10:00:00Z" for ajv only. isoTimestamp() is "date-time" too, and there both agree. valibot documents what each action takes;
# neither package documents the difference, and of the converter no issue was found. Exits with 1 when that has changed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --ignore-scripts --save-exact valibot@1.5.0 @valibot/to-json-schema@1.8.0 ajv@8.20.0 ajv-formats@3.0.1
cat >run.mjs <<'JS'
import assert from "node:assert/strict";
import { toJsonSchema } from "@valibot/to-json-schema";
import { Ajv } from "ajv";
import formats from "ajv-formats";
import * as v from "valibot";
const ajv = new Ajv();
formats.default(ajv);
const verdicts = (action, text) => {
  const schema = v.pipe(v.string(), action);
  return { valibot: v.is(schema, text), ajv: ajv.validate(toJsonSchema(schema), text) };
};
const [onlyValibot, onlyAjv, both] = [{ valibot: true, ajv: false }, { valibot: false, ajv: true }, { valibot: true, ajv: true }];
assert.deepEqual(verdicts(v.isoDateTime(), "2024-01-01T10:00"), onlyValibot);
assert.deepEqual(verdicts(v.isoDateTime(), "2024-01-01T10:00:00Z"), onlyAjv);
assert.deepEqual(verdicts(v.isoTime(), "10:00"), onlyValibot);
assert.deepEqual(verdicts(v.isoTime(), "10:00:00Z"), onlyAjv);
assert.deepEqual(verdicts(v.isoTimestamp(), "2024-01-01T10:00:00Z"), both);
console.log("valibot 1.5.0 and its JSON Schema take different texts for isoDateTime() and isoTime(), and none in common");
JS
node run.mjs
