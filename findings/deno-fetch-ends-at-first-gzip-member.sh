#!/bin/sh
# fetch() of Deno 2.9.5 gives only the first member of a gzip body, without an error; Node 24.21.0 and Bun 1.4.5 give all. A gzip body may
# be a sequence of members (RFC 1952, 2.2): files joined by cat are, and so are streams whose server ends a member at each flush,
# as Kubernetes 1.37 does for watches by an issue of tower-http.
# Seen: of "one" and "two" in two members, Deno's text is "one", with status 200; gunzip() of its own node:zlib gives both. Sent one
# after the other, as events are, the second never arrives either. Deno 2.8.0 gave both; fetch() has had another decoder since.
# That issue, of 2026 and open, is about an error that Rust clients get at the second member, and Bun has fixed a loss as here;
# about Deno no issue was found. Exits with 1 when that has changed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --save-exact node@24.21.0 deno@2.9.5 bun@1.4.5
cat >run.mjs <<'JS'
import { once } from "node:events";
import { createServer } from "node:http";
import process from "node:process";
import { gunzipSync, gzipSync } from "node:zlib";
const members = [gzipSync("one"), gzipSync("two")];
let sendSecond;
const server = createServer((request, response) => {
  response.writeHead(200, { "content-encoding": "gzip" });
  if (request.url === "/whole") response.end(Buffer.concat(members));
  else response.write(members[0], () => (sendSecond = () => response.end(members[1])));
}).listen(0, "127.0.0.1");
await once(server, "listening");
const get = (path) => fetch(`http://127.0.0.1:${server.address().port}${path}`);
const whole = await get("/whole");
const stream = (await get("/stream")).body.pipeThrough(new TextDecoderStream()).getReader();
const texts = [whole.status, await whole.text(), String(gunzipSync(Buffer.concat(members)))];
for (let part = await stream.read(); !part.done; part = await stream.read()) {
  texts.push(part.value);
  if (texts.length === 4) sendSecond();
}
console.log(texts.join(" "));
process.exit();
JS
[ "$(timeout 60 node_modules/.bin/node run.mjs)" = "200 onetwo onetwo one two" ]
[ "$(timeout 60 node_modules/.bin/bun run.mjs)" = "200 onetwo onetwo one two" ]
[ "$(timeout 60 node_modules/.bin/deno run -A run.mjs)" = "200 one onetwo one" ]
echo 'fetch() of Deno 2.9.5 gives the first member of a gzip body and drops the others, without an error'
