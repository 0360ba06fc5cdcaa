#!/bin/sh
# pg 8.23.1 stores an old Date some seconds off in time zones that had an offset with seconds then, such as that of São Paulo
# until 1914 (-03:06:28). pg sends local time with an offset of whole minutes, as getTimezoneOffset() gives it. Dates like
# 1900-01-01 are common as "unknown" in registers of persons and companies.
# Seen with TZ=America/Sao_Paulo: 1900-01-01T00:00:00.000Z comes back as 1899-12-31T23:59:32.000Z, on the day before; 1914-06-01 is
# right, and so are all with pg.defaults.parseInputDatesAsUTC, which pg's list of changes names in one line. Nothing about these
# seconds was found in pg's documentation and issues; Luxon has issues about its own. The server is PGlite 0.5.14, in the same
# process. Exits with 1 when that has changed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --ignore-scripts --save-exact pg@8.23.1 @electric-sql/pglite@0.5.14 @electric-sql/pglite-socket@0.2.17
cat >run.mjs <<'JS'
import assert from "node:assert/strict";
import { PGlite } from "@electric-sql/pglite";
import { PGLiteSocketServer } from "@electric-sql/pglite-socket";
import pg from "pg";
const db = await PGlite.create();
const server = new PGLiteSocketServer({ db, host: "127.0.0.1", port: 0 });
await server.start();
const [host, port] = server.getServerConn().split(":");
const client = new pg.Client({ host, port: Number(port), user: "postgres", database: "postgres", password: "unused" });
await client.connect();
const text = "SELECT extract(epoch FROM $1::timestamptz)::float8 AS seconds";
const secondsOff = async (iso) => {
  const date = new Date(iso);
  const { rows } = await client.query(text, [date]);
  return rows[0].seconds - date.getTime() / 1000;
};
assert.equal(await secondsOff("1900-01-01T00:00:00Z"), -28);
assert.equal(await secondsOff("1914-06-01T00:00:00Z"), 0);
pg.defaults.parseInputDatesAsUTC = true;
assert.equal(await secondsOff("1900-01-01T00:00:00Z"), 0);
await client.end();
await server.stop();
await db.close();
console.log("pg 8.23.1 in America/Sao_Paulo: 1900-01-01T00:00:00Z is stored as 1899-12-31T23:59:32Z");
JS
TZ=America/Sao_Paulo node run.mjs
