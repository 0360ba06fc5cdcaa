#!/bin/sh
# In hono 4.13.19 the paths that "/:language{en|pt}" matches depend on whether some other route exists. Hono uses RegExpRouter while
# that can hold all routes, else TrieRouter for all. RegExpRouter puts the alternatives into one group; TrieRouter makes
# /^en|pt$/ of them, which is "begins with en" or "ends with pt".
# Seen: /english is 404, and 200 with language "en" once "/files/:name" and "/files/latest" are routes too, which have nothing
# to do with it. "/:language{(en|pt)}" matches the same with both. The documentation of the routers names differences in speed, and
# patterns that RegExpRouter cannot hold; an issue of 2024 reports such a match without its cause.
# Exits with 1 when that has changed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --ignore-scripts --save-exact hono@4.13.19
cat >run.mjs <<'JS'
import assert from "node:assert/strict";
import { Hono } from "hono";
async function answers(route, others) {
  const app = new Hono();
  app.get(route, (context) => context.text(context.req.param("language")));
  for (const other of others) app.get(other, (context) => context.text("other"));
  const texts = [];
  for (const path of ["/en", "/pt", "/english", "/receipt"]) {
    const response = await app.request(path);
    texts.push(response.ok ? await response.text() : response.status);
  }
  return [app.router.name.split(" ").at(-1), ...texts];
}
const others = ["/files/:name", "/files/latest"];
assert.deepEqual(await answers("/:language{en|pt}", []), ["RegExpRouter", "en", "pt", 404, 404]);
assert.deepEqual(await answers("/:language{en|pt}", others), ["TrieRouter", "en", "pt", "en", "pt"]);
assert.deepEqual(await answers("/:language{(en|pt)}", []), ["RegExpRouter", "en", "pt", 404, 404]);
assert.deepEqual(await answers("/:language{(en|pt)}", others), ["TrieRouter", "en", "pt", 404, 404]);
console.log("hono 4.13.19: /:language{en|pt} matches /english once two unrelated routes exist");
JS
node run.mjs
