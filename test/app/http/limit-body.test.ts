import { Hono } from "hono";
import { describe, expect, test } from "vitest";
import type { HttpEnv } from "../../../src/app/http/http-env.ts";
import { type HttpServer, listen } from "../../../src/app/http/http-server.ts";
import { type BodyLimits, limitBody } from "../../../src/app/http/limit-body.ts";
import { openRaw, type RawAnswer, sendRaw } from "../../support/send-raw.ts";

/** Longer than any test may take. */
const NEVER_MS = 600_000;
const POST = "POST / HTTP/1.1\r\nHost: mosaic\r\nConnection: close\r\n";

/** Serves what its handler reads of a body. */
async function listenWith(limits: BodyLimits): Promise<HttpServer & AsyncDisposable> {
  const app = new Hono<HttpEnv>();
  app.post("*", limitBody(limits));
  app.post("/", async (context) => new Response(`read ${await context.req.text()}`));
  const server = await listen({
    handle: (request, header) => app.fetch(request, { requestId: "id", header, route: undefined }),
    host: "127.0.0.1",
    port: 0,
  });
  return { ...server, [Symbol.asyncDispose]: () => server.close({ timeoutMs: 1 }) };
}

/** What is answered before the server closes the connection, which Deno's does not while a body is missing. */
async function firstAnswer(url: string, head: string): Promise<RawAnswer> {
  const socket = openRaw(url, head);
  const [chunk] = await new Promise<[Buffer]>((resolve) =>
    socket.once("data", (...data) => resolve(data as [Buffer])),
  );
  socket.destroy();
  const text = chunk.toString("latin1");
  return { status: Number(text.slice(9, 12)), text };
}

describe("limitBody()", () => {
  test.each([
    ["a length", "Content-Length: 4\r\n\r\nbody"],
    ["chunks", "Transfer-Encoding: chunked\r\n\r\n2\r\nbo\r\n2\r\ndy\r\n0\r\n\r\n"],
  ])("hands a body with %s on to the handler", async (_, rest) => {
    await using server = await listenWith({ bytesMax: 4, timeoutMs: NEVER_MS });
    const { status, text } = await sendRaw(server.url, `${POST}${rest}`);
    expect([status, text.endsWith("read body")]).toEqual([200, true]);
  });

  test.each([
    ["a length", "Content-Length: 5\r\n\r\nbody!"],
    ["chunks", "Transfer-Encoding: chunked\r\n\r\n2\r\nbo\r\n3\r\ndy!\r\n0\r\n\r\n"],
  ])("refuses a body with %s that is too large", async (_, rest) => {
    await using server = await listenWith({ bytesMax: 4, timeoutMs: NEVER_MS });
    const { status, text } = await firstAnswer(server.url, `${POST}${rest}`);
    expect([status, text.includes("body_too_large")]).toEqual([413, true]);
  });

  test.each([
    ["a length", "Content-Length: 4\r\n\r\nbod"],
    ["chunks", "Transfer-Encoding: chunked\r\n\r\n2\r\nbo\r\n"],
    ["a length, but nothing of it", "Content-Length: 4\r\n\r\n"],
  ])("does not wait for the rest of a body with %s", async (_, rest) => {
    await using server = await listenWith({ bytesMax: 4, timeoutMs: 20 });
    const { status, text } = await firstAnswer(server.url, `${POST}${rest}`);
    expect([status, text.includes("request_timeout")]).toEqual([408, true]);
  });
});
