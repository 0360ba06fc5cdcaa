import { buffer } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import {
  createSlicedBody,
  LARGE_BODY_BYTES,
  prepareBody,
} from "../../../../src/app/http/responses/large-body.ts";
import { listenForRequests } from "../../../../src/app/http/server/listen.ts";
import { openRaw } from "../../../support/send-raw.ts";
import { sendRequest } from "../../../support/send-request.ts";

const NEVER_MS = 600_000;
const GET = "GET / HTTP/1.1\r\nHost: mosaic\r\n\r\n";
/** More than what the system keeps between two programs on one machine. */
const LARGE = new Uint8Array(32 * 1024 * 1024).map((_, index) => index % 251);

describe("A16: createSlicedBody()", () => {
  test.each([1, 65_535, 65_536, 65_537, 1_000_003])("A16: gives all of %d bytes", async (length) => {
    const bytes = LARGE.slice(0, length);
    expect((await buffer(createSlicedBody(bytes))).equals(bytes)).toBe(true);
  });

  test("A16: makes no slice that nobody has asked for", async () => {
    let slices = 0;
    const counted = Object.assign(LARGE.slice(), {
      slice(start: number, end: number) {
        slices += 1;
        return LARGE.slice(start, end);
      },
    });
    const reader = createSlicedBody(counted).getReader();
    await new Promise((resolve) => setImmediate(resolve));
    expect(slices).toBe(0);
    const { value } = await reader.read();
    await new Promise((resolve) => setImmediate(resolve));
    expect([value?.byteLength, slices]).toEqual([64 * 1024, 1]);
    await reader.cancel();
  });

  test("A5: fails when the client takes too long", async () => {
    const reader = createSlicedBody(LARGE, { readTimeoutMs: 1, readBytesPerSecondMin: 1e12 }).getReader();
    await reader.read();
    await expect(reader.closed).rejects.toThrow("The client stopped reading");
  });
});

test("A16: prepareBody() keeps small bodies as they are, on both runtimes", () => {
  const small = LARGE.slice(0, LARGE_BODY_BYTES - 1);
  expect(prepareBody(small)).toEqual({ body: small, headers: {} });
  expect(prepareBody("text")).toEqual({ body: "text", headers: {} });
});

/** Bytes of this process, when what can be collected is. */
const resident = (): number => process.memoryUsage().rss;

describe("A16: many clients that do not read a large answer", () => {
  test("A16: cost less than a copy for each, and others are served in full", async () => {
    const server = await listenForRequests({
      handle: () => {
        const { body, headers } = prepareBody(LARGE);
        return new Response(body, { headers });
      },
      host: "127.0.0.1",
      port: 0,
    });
    const before = resident();
    const held = Array.from({ length: 40 }, () => openRaw(server.url, GET));
    await Promise.all(held.map((socket) => new Promise((resolve) => socket.once("readable", resolve))));
    const answer = await sendRequest(server.url, "/");
    expect([answer.body.equals(LARGE), answer.headers["content-length"]]).toEqual([
      true,
      String(LARGE.length),
    ]);
    // Forty copies would be 1280 MiB; this test's own sockets and the one whole answer are in it as well.
    expect((resident() - before) / 1024 / 1024).toBeLessThan(400);
    for (const socket of held) socket.destroy();
    await server.close({ timeoutMs: NEVER_MS });
  });
});
