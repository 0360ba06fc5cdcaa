#!/bin/sh
# With etag() before compress(), hono 4.13.19 makes the ETag from the compressed bytes. compress() leaves HEAD alone, so HEAD and GET
# of one resource have different strong ETags; and two servers whose zlib compresses differently have different ETags for one text.
# Seen, with "accept-encoding: gzip": the ETag of HEAD is not that of GET, and that of GET on Node 24.21.0 is not that on Deno
# 2.9.5, while without compression both runtimes give the same. A fleet of both, or one in the middle of an upgrade, sends
# bodies where 304 would do, and a cache that asks by HEAD takes its copy for outdated. With compress() before etag() all agree.
# The documentation of both middlewares mentions no order. Exits with 1 when that has changed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --save-exact hono@4.13.19 node@24.21.0 deno@2.9.5
cat >run.mjs <<'JS'
import process from "node:process";
import { Hono } from "hono";
import { compress } from "hono/compress";
import { etag } from "hono/etag";
const app = new Hono();
const order = [etag(), compress()];
if (process.argv[2] === "etag-last") order.reverse();
app.use(...order);
app.get("/", (context) => context.text("hello world ".repeat(500)));
const etagOf = async (method, headers) =>
  (await app.request("/", { method, headers })).headers.get("etag").replace("W/", "");
const gzip = { "accept-encoding": "gzip" };
console.log(await etagOf("GET", {}), await etagOf("HEAD", gzip), await etagOf("GET", gzip));
JS
etags() {
  node_modules/.bin/node run.mjs "$1"
  node_modules/.bin/deno run -A run.mjs "$1"
}
# shellcheck disable=SC2046
set -- $(etags etag-first)
[ "$1" = "$2" ] && [ "$1" = "$4" ] && [ "$1" = "$5" ]
[ "$3" != "$1" ] && [ "$6" != "$1" ] && [ "$3" != "$6" ]
[ "$(etags etag-last | tr ' ' '\n' | sort -u)" = "$1" ]
echo 'hono 4.13.19, etag() before compress(): HEAD and GET have two ETags, and GET has others on Node and Deno'
