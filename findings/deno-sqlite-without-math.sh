#!/bin/sh
# The SQLite inside Deno 2.9.5 has no mathematical functions; that inside Node 24.21.0 has them. Both have FTS5 and JSON, so a
# query that was tried on the one can fail on the other by a function alone.
# Seen: sqrt, ceil, pow, ln and mod give a value on Node, and "no such function" on Deno; round and abs work on both.
# Exits with 1 when that has changed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --save-exact node@24.21.0 deno@2.9.5
cat >run.mjs <<'JS'
import { DatabaseSync } from "node:sqlite";
const database = new DatabaseSync(":memory:");
const calls = ["sqrt(4)", "ceil(1.5)", "pow(2, 3)", "ln(1)", "mod(7, 4)", "round(1.5)", "abs(-1)"];
const results = calls.map((call) => {
  try {
    return database.prepare(`SELECT ${call} AS value`).get().value;
  } catch (error) {
    return error.message.split(":")[0];
  }
});
console.log(JSON.stringify(results));
JS
[ "$(node_modules/.bin/node run.mjs)" = '[2,2,8,0,3,2,1]' ]
no='"no such function"'
[ "$(node_modules/.bin/deno run -A run.mjs)" = "[$no,$no,$no,$no,$no,2,1]" ]
echo 'SQLite in Deno 2.9.5 has no sqrt, ceil, pow, ln and mod; SQLite in Node 24.21.0 has them'
