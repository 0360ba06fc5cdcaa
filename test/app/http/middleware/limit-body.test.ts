import { Agent, request as httpRequest } from "node:http";
import { Hono } from "hono";
import { describe, expect, test } from "vitest";
import { type BodyLimits, limitBody } from "../../../../src/app/http/middleware/limit-body.ts";
import type { HttpEnv } from "../../../../src/app/http/responses/request-context.ts";
import { type HttpServer, listenForRequests } from "../../../../src/app/http/server/listen.ts";
import { sendHttp2 } from "../../../support/send-http2.ts";
import { openRaw, type RawAnswer, sendRaw } from "../../../support/send-raw.ts";

/** Longer than any test may take. */
const NEVER_MS = 600_000;
const POST = "POST / HTTP/1.1\r\nHost: mosaic\r\nConnection: close\r\n";

/** Serves what its handler reads of a body. */
async function listenWith(limits: BodyLimits): Promise<HttpServer & AsyncDisposable> {
  const app = new Hono<HttpEnv>();
  app.post("*", limitBody(limits));
  app.post("/", async (context) => new Response(`read ${await context.req.text()}`));
  const server = await listenForRequests({
    handle: (request, header) => app.fetch(request, { requestId: "id", header, path: "/", route: undefined }),
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

/** Has one connection, which each request takes if the server has not announced that it closes it. */
function keptAlive(): Agent & Disposable {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return Object.assign(agent, { [Symbol.dispose]: () => agent.destroy() });
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

  test("leaves the connection usable after a body that is far too large", async () => {
    await using server = await listenWith({ bytesMax: 4, timeoutMs: NEVER_MS });
    using agent = keptAlive();
    const send = (body: string): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        const request = httpRequest(server.url, { agent, method: "POST" }, (response) =>
          response.resume().once("end", () => resolve(response.statusCode)),
        );
        // Without a length, in chunks.
        request.once("error", reject).flushHeaders();
        request.end(body);
      });
    expect(await send("a".repeat(2 ** 21))).toBe(413);
    expect(await send("body")).toBe(200);
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

/** Node's server speaks HTTP/1.1 alone, and refuses a second length. */
const IS_DENO = "Deno" in globalThis;
const KIBIBYTE = new Uint8Array(1024).fill(0x61);

/** Framings that announce nothing, or announce it in a form that is no number. */
const SILENT_FRAMINGS: Readonly<
  Record<string, (url: string, bytes: number) => Promise<{ status?: number }>>
> = {
  chunks: async (url, bytes) => {
    const chunk = `400\r\n${"a".repeat(1024)}\r\n`;
    const answer = await firstAnswer(
      url,
      `${POST}Transfer-Encoding: chunked\r\n\r\n${chunk.repeat(bytes / 1024)}0\r\n\r\n`,
    );
    return { status: answer.status ?? 0 };
  },
  ...(IS_DENO && {
    "two equal lengths": async (url, bytes) => {
      const length = `Content-Length: ${bytes}\r\n`;
      const answer = await firstAnswer(url, `${POST}${length}${length}\r\n${"a".repeat(bytes)}`);
      return { status: answer.status ?? 0 };
    },
    "HTTP/2 without a length": (url, bytes) =>
      sendHttp2(url, { path: "/", chunks: Array(bytes / 1024).fill(KIBIBYTE), ends: true }),
    "HTTP/2 with a length": (url, bytes) =>
      sendHttp2(url, {
        path: "/",
        headers: { "content-length": String(bytes) },
        chunks: Array(bytes / 1024).fill(KIBIBYTE),
        ends: true,
      }),
  }),
};

describe("A1: limitBody() counts the bytes that it reads, whatever the framing announces", () => {
  test.each(Object.entries(SILENT_FRAMINGS))("A1: %s", async (_, send) => {
    await using server = await listenWith({ bytesMax: 8 * 1024, timeoutMs: NEVER_MS });
    expect((await send(server.url, 9 * 1024)).status).toBe(413);
    expect((await send(server.url, 8 * 1024)).status).toBe(200);
  });

  test("A1: a body over HTTP/2 that does not end is refused in time", async () => {
    if (!IS_DENO) return;
    await using server = await listenWith({ bytesMax: 8 * 1024, timeoutMs: 50 });
    const answer = await sendHttp2(server.url, { path: "/", chunks: [KIBIBYTE], ends: false });
    expect([answer.status, answer.text.includes("request_timeout")]).toEqual([408, true]);
  });

  test("A1: a request without any body is handed on", async () => {
    await using server = await listenWith({ bytesMax: 4, timeoutMs: NEVER_MS });
    expect((await sendRaw(server.url, `${POST}\r\n`)).status).toBe(200);
    expect((await sendRaw(server.url, `${POST}Content-Length: 0\r\n\r\n`)).status).toBe(200);
    if (!IS_DENO) return;
    expect((await sendHttp2(server.url, { path: "/", chunks: [], ends: true })).status).toBe(200);
  });
});
