import { readFile } from "node:fs/promises";
import process from "node:process";
import { serve } from "@hono/node-server";
import { Hono } from "hono";

/** The least that a Hono service can do: it sends two bodies that it was given as files. */
const [listingFile, viewFile] = process.argv.slice(2) as [string, string];
const listing = new Uint8Array(await readFile(listingFile));
const view = new Uint8Array(await readFile(viewFile));
const headers = { "content-type": "application/json" };

const app = new Hono();
app.get("/views", (context) => context.body(listing, 200, headers));
app.get("/views/:entity", (context) => context.body(view, 200, headers));
serve({ fetch: app.fetch, hostname: "127.0.0.1", port: 0 }, ({ port }) => {
  process.stdout.write(`${JSON.stringify({ msg: "Listening", url: `http://127.0.0.1:${port}` })}\n`);
});
