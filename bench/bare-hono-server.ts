import { readFile } from "node:fs/promises";
import process from "node:process";
import { Hono } from "hono";

/**
 * The least that a Hono service can do: it sends bodies that it was given as files, the list, one view, and the list as it
 * is compressed, in a coding.
 */
const [listingFile, viewFile, codedFile, coding = "zstd"] = process.argv.slice(2);
const headers = { "content-type": "application/json" };

const app = new Hono();
for (const [path, file, more] of [
  ["/views", listingFile, {}],
  ["/views/:entity", viewFile, {}],
  ["/coded", codedFile, { "content-encoding": coding }],
] as const) {
  if (file === undefined) continue;
  const body = new Uint8Array(await readFile(file));
  app.get(path, (context) => context.body(body, 200, { ...headers, ...more }));
}
app.get("/ready", (context) => context.json({ status: "ok" }));

const listening = (port: number): void => {
  process.stdout.write(`${JSON.stringify({ msg: "Listening", url: `http://127.0.0.1:${port}` })}\n`);
};

interface DenoServe {
  serve(
    options: {
      readonly hostname: string;
      readonly port: number;
      readonly onListen: (address: { port: number }) => void;
    },
    handler: (request: Request) => Promise<Response> | Response,
  ): unknown;
}

if ("Deno" in globalThis) {
  const { Deno: deno } = globalThis as unknown as { readonly Deno: DenoServe };
  deno.serve({ hostname: "127.0.0.1", port: 0, onListen: ({ port }) => listening(port) }, app.fetch);
} else {
  const { serve } = await import("@hono/node-server");
  serve({ fetch: app.fetch, hostname: "127.0.0.1", port: 0 }, ({ port }) => listening(port));
}
