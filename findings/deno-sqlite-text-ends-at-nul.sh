#!/bin/sh
# node:sqlite of Deno 2.9.5 gives a text only up to its first NUL character; that of Node 24.21.0 gives all of it.
# Seen: a text of three characters, the second one NUL, has length 3 on Node and 1 on Deno, though SQLite's own hex() shows
# three bytes on both. A blob keeps all bytes on both.
# Exits with 1 when that has changed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --save-exact node@24.21.0 deno@2.9.5
cat >run.mjs <<'JS'
import { DatabaseSync } from "node:sqlite";
const text = "'a' || char(0) || 'b'";
const row = new DatabaseSync(":memory:")
  .prepare(`SELECT ${text} AS text, hex(${text}) AS hex, CAST(${text} AS BLOB) AS blob`)
  .get();
console.log(row.text.length, row.hex, row.blob.length);
JS
[ "$(node_modules/.bin/node run.mjs)" = "3 610062 3" ]
[ "$(node_modules/.bin/deno run -A run.mjs)" = "1 610062 3" ]
echo 'node:sqlite: a text with NUL in the middle has 3 characters on Node 24.21.0, and 1 on Deno 2.9.5'
