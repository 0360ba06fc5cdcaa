#!/bin/sh
# With node:sqlite of Deno 2.9.5, iterate() ends without an error when a query fails while it runs: the loop has the rows before the
# failure, and looks complete. A statement that writes does nothing, in silence. Node 24.21.0 and Bun 1.4.5 throw, and so do all(),
# get() and run() on Deno; its iterate() takes any result but a row for the end.
# Seen: an integer above 2^53 in the second row, for which all() throws ERR_OUT_OF_RANGE, ends the loop after one row; json_extract() over
# four rows with broken JSON in the third gives two rows; an INSERT ... RETURNING that breaks a unique key gives no row. So an
# export is short without a trace. Deno 2.4.0 and 2.8.0 end at the broken JSON too. Issues of Deno about the texts of SQLite's
# errors and about using an iterator twice are closed; about this none was found. Exits with 1 when that has changed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --save-exact node@24.21.0 deno@2.9.5 bun@1.4.5
cat >run.mjs <<'JS'
import { DatabaseSync } from "node:sqlite";
const database = new DatabaseSync(":memory:");
database.exec("CREATE TABLE documents (id INTEGER PRIMARY KEY, text TEXT)");
database.exec("INSERT INTO documents VALUES (1, '{}'), (2, '{}'), (3, '{'), (4, '{}')");
const queries = [
  "SELECT json_extract(text, '$.name') FROM documents ORDER BY id",
  "INSERT INTO documents VALUES (1, '{}') RETURNING id",
  "SELECT column1 FROM (VALUES (1), (9007199254740993), (3))",
];
function rows(read) {
  try {
    return read().length;
  } catch {
    return "error";
  }
}
for (const query of queries) {
  const all = rows(() => database.prepare(query).all());
  const iterated = rows(() => [...database.prepare(query).iterate()]);
  console.log(all, iterated);
}
JS
errors='error error
error error
error error'
[ "$(node_modules/.bin/node run.mjs)" = "$errors" ]
[ "$(node_modules/.bin/bun run.mjs)" = "$errors" ]
[ "$(node_modules/.bin/deno run -A run.mjs)" = 'error 2
error 0
error 1' ]
echo 'node:sqlite of Deno 2.9.5: iterate() ends without an error where all() throws, and gives the rows before it'
