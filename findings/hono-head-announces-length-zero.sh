#!/bin/sh
# hono 4.13.19 answers HEAD by the GET route without its body, and Deno 2.9.5 and Bun 1.4.5 then add "content-length: 0" where GET has the
# length of the text. By RFC 9110 (8.6) HEAD has the same length or none; by RFC 9111 (4.3.5) a cache that sees another one takes its stored
# answer for outdated, and a client that asks for a size by HEAD learns 0.
# Seen, for a JSON text of 7 bytes and for a stream: 0 on Deno and Bun, no length on Node 24.21.0 with @hono/node-server 2.1.8 (an
# open issue asks for it there). A handler without Hono that returns the same Response for GET and HEAD is right on all three. Deno
# 2.8.0 sent no length either. Deno has since honoured a length that the handler itself sets; about the 0 nothing was found.
# Exits with 1 when that has changed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --save-exact hono@4.13.19 @hono/node-server@2.1.8 node@24.21.0 deno@2.9.5 bun@1.4.5
cat >run.mjs <<'JS'
import process from "node:process";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
const app = new Hono();
app.get("/json", (context) => context.json({ a: 1 }));
app.get("/stream", () => new Response(new Blob(["streamed"]).stream()));
const answer = (request) => (request.url.endsWith("/plain") ? Response.json({ a: 1 }) : app.fetch(request));
const options = { hostname: "127.0.0.1", port: 0, fetch: answer };
async function startedPort() {
  if ("Bun" in globalThis) return Bun.serve(options).port;
  return new Promise((resolve) => {
    const onListen = ({ port }) => resolve(port);
    if ("Deno" in globalThis) Deno.serve({ hostname: options.hostname, port: 0, onListen }, answer);
    else serve(options, onListen);
  });
}
const port = await startedPort();
async function length(method, path) {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { method });
  await response.arrayBuffer();
  return response.headers.get("content-length") ?? "none";
}
const lengths = [await length("GET", "/json")];
for (const path of ["/json", "/stream", "/plain"]) lengths.push(await length("HEAD", path));
console.log(lengths.join(" "));
process.exit();
JS
[ "$(timeout 60 node_modules/.bin/node run.mjs)" = "7 none none 7" ]
[ "$(timeout 60 node_modules/.bin/deno run -A run.mjs)" = "7 0 0 7" ]
[ "$(timeout 60 node_modules/.bin/bun run.mjs)" = "7 0 0 7" ]
echo 'hono 4.13.19: HEAD has content-length: 0 on Deno 2.9.5 and Bun 1.4.5, where GET has 7'
