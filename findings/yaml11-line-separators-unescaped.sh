#!/bin/sh
# yaml 2.9.1 writes U+0085 and U+2028 as they are with version: "1.1" too, where both are line breaks. PyYAML 6.0.3 then refuses the document or
# reads another text, while yaml reads its own back. U+2028 comes into texts by pasting from word processors and web pages.
# Seen: the query "SELECT 1", U+2028, "FROM t", LF gives a block text that PyYAML refuses; a U+2028 at the end of a text is lost; "a",
# U+0085, "b" becomes "a b". The same without version: "1.1", which YAML 1.2 allows. js-yaml 5.5.0 escapes both characters, and
# its documents keep all three texts in PyYAML. Known is that go-yaml reads these characters by YAML 1.1; about yaml writing them
# neither an issue nor documentation was found. Needs python3 with venv. Exits with 1 when that has changed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --ignore-scripts --save-exact yaml@2.9.1 js-yaml@5.5.0
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check PyYAML==6.0.3
cat >read.py <<'PY'
import json, sys, yaml
try:
    print(json.dumps(yaml.safe_load(sys.stdin.buffer)))
except yaml.YAMLError:
    print('"refused"')
PY
cat >run.mjs <<'JS'
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { dump } from "js-yaml";
import { parse, stringify } from "yaml";
const python = (input) => JSON.parse(execFileSync("python/bin/python", ["read.py"], { input, encoding: "utf8" }));
const texts = { "SELECT 1\u2028FROM t\n": "refused", "a\u2028": { text: "a" }, "a\u0085b": { text: "a b" } };
for (const [text, read] of Object.entries(texts)) {
  for (const options of [{ version: "1.1" }, {}]) {
    const written = stringify({ text }, options);
    assert.deepEqual(parse(written, options), { text });
    assert.deepEqual(python(written), read);
  }
  assert.deepEqual(python(dump({ text })), { text });
}
console.log('yaml 2.9.1 with version: "1.1" writes U+2028 unescaped, and PyYAML 6.0.3 refuses or changes the text');
JS
node run.mjs
