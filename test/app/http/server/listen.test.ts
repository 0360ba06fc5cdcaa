import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { describe, expect, test, vi } from "vitest";
import {
  CONNECTION_LIMITS,
  type HttpServer,
  listenForRequests,
  type RequestHandler,
} from "../../../../src/app/http/server/listen.ts";
import { freePort } from "../../../support/free-port.ts";
import { openRaw, sendRaw } from "../../../support/send-raw.ts";
import { sendRequest } from "../../../support/send-request.ts";

/** Longer than any test may take: what ends before it did not wait for it. */
const NEVER_MS = 600_000;
const GET = "GET /path HTTP/1.1\r\nHost: mosaic\r\n\r\n";

function listenLocally(handle: RequestHandler): Promise<HttpServer> {
  return listenForRequests({ handle, host: "127.0.0.1", port: 0 });
}

const STATUSES = { "bad-request": 400, "head-too-large": 431, "host-missing": 400, "too-slow": 408 } as const;

/** The application's part: what the server has refused is a problem. */
function refusing(handle: RequestHandler): RequestHandler {
  return (request, header, head) =>
    head?.refusal === undefined
      ? handle(request, header, head)
      : new Response(head.refusal, { status: STATUSES[head.refusal] });
}

const hello = refusing(() => new Response("hello"));

async function connectTo({ port }: HttpServer): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  return socket;
}

describe("listen()", () => {
  test("says where it listens and hands each request over", async () => {
    const server = await listenLocally(
      async (request) => new Response(await request.text(), { status: 201 }),
    );
    expect(server.url).toBe(`http://127.0.0.1:${server.port}`);
    const answer = await sendRequest(server.url, "/path", { method: "POST", body: "body" });
    await server.close({ timeoutMs: NEVER_MS });
    expect([answer.status, answer.text]).toEqual([201, "body"]);
  });

  test("fails when the address is taken", async () => {
    const server = await listenLocally(hello);
    const second = listenForRequests({ handle: hello, host: "127.0.0.1", port: server.port });
    await expect(second).rejects.toMatchObject({ code: "EADDRINUSE" });
    await server.close({ timeoutMs: NEVER_MS });
  });
});

describe("close()", () => {
  test("takes no more connections", async () => {
    const server = await listenLocally(hello);
    await server.close({ timeoutMs: NEVER_MS });
    await expect(sendRequest(server.url, "/")).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  test("does not wait for a connection that has sent nothing", async () => {
    const server = await listenLocally(hello);
    // A second client is answered, so that the first one's connection has been accepted too.
    const silent = await connectTo(server);
    await sendRequest(server.url, "/");
    await server.close({ timeoutMs: NEVER_MS });
    expect(await text(silent)).toBe("");
  });

  test("does not wait for a connection that was kept alive", async () => {
    const server = await listenLocally(hello);
    const idle = await connectTo(server);
    idle.write(GET);
    await once(idle, "readable");
    await server.close({ timeoutMs: NEVER_MS });
    expect(await text(idle)).toMatch(/^HTTP\/1\.1 200 OK\r\n.*hello$/s);
  });

  test("lets the request under way end, and does not wait for its connection then", async () => {
    const [started, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const server = await listenLocally(async () => {
      started.resolve();
      await gate.promise;
      return new Response("hello");
    });
    const client = await connectTo(server);
    client.write(GET);
    await started.promise;
    const closed = server.close({ timeoutMs: NEVER_MS });
    gate.resolve();
    await closed;
    expect(await text(client)).toMatch(/^HTTP\/1\.1 200 OK\r\n.*hello$/s);
  });

  test("waits no longer than it is told to for a handler that does not end", async () => {
    const [started, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const server = await listenLocally(async () => {
      started.resolve();
      await gate.promise;
      return new Response("hello");
    });
    const client = await connectTo(server);
    client.on("error", () => undefined);
    client.write(GET);
    await started.promise;
    await server.close({ timeoutMs: 1 });
    gate.resolve();
    client.destroy();
  });

  test.each([
    ["head", "GET /path HTTP/1.1\r\nHos"],
    ["body", "POST /path HTTP/1.1\r\nHost: mosaic\r\nContent-Length: 100\r\n\r\nthe beginning"],
  ])(
    "waits no longer than it is told to for a client that never ends the %s of its request",
    async (_, bytes) => {
      const server = await listenLocally(hello);
      const client = await connectTo(server);
      client.on("error", () => undefined);
      client.write(bytes);
      await sendRequest(server.url, "/");
      await server.close({ timeoutMs: 1 });
      client.destroy();
      await expect(sendRequest(server.url, "/")).rejects.toMatchObject({ code: "ECONNREFUSED" });
    },
  );

  test("frees the port", async () => {
    const port = await freePort();
    for (const answer of ["first", "second"]) {
      const server = await listenForRequests({ handle: () => new Response(answer), host: "127.0.0.1", port });
      expect((await sendRequest(server.url, "/")).text).toBe(answer);
      await server.close({ timeoutMs: NEVER_MS });
    }
  });
});

/** Deno's server has no limits on time or connections, which docs/security.md says. */
const LIMITED = "Deno" in globalThis ? [] : (["headTimeoutMs", "requestTimeoutMs", "idleTimeoutMs"] as const);
const CONNECTIONS_MAX = "Deno" in globalThis ? [] : [2];
const CLOSING = GET.replace("Host", "Connection: close\r\nHost");
const SLOW = {
  headTimeoutMs: "GET / HTTP/1.1\r\nHost: mos",
  requestTimeoutMs: "POST / HTTP/1.1\r\nHost: mosaic\r\nContent-Length: 9\r\n\r\nbody",
  idleTimeoutMs: GET,
};

/** Node wants a head to have no more time than its request. */
const PATIENT = { headTimeoutMs: NEVER_MS, requestTimeoutMs: NEVER_MS, checkEveryMs: 10 };

describe("listen() with limits", () => {
  test("closes connections that are too slow, each for its own reason", async () => {
    for (const limit of LIMITED) {
      const server = await listenForRequests({
        handle: refusing(async (request) => new Response(await request.text())),
        host: "127.0.0.1",
        port: 0,
        limits: { ...PATIENT, ...(limit === "idleTimeoutMs" ? {} : { headTimeoutMs: 50 }), [limit]: 50 },
      });
      const { status } = await sendRaw(server.url, SLOW[limit]);
      expect([limit, status]).toEqual([limit, limit === "idleTimeoutMs" ? 200 : 408]);
      await server.close({ timeoutMs: NEVER_MS });
    }
  });

  test("gives each client what the manual says unless it is told otherwise", () => {
    expect(CONNECTION_LIMITS).toEqual({
      headBytesMax: 16_384,
      headTimeoutMs: 10_000,
      requestTimeoutMs: 30_000,
      idleTimeoutMs: 65_000,
      readTimeoutMs: 30_000,
      readBytesPerSecondMin: 32_768,
      connectionsMax: 10_000,
      checkEveryMs: 2000,
    });
  });

  test("closes connections beyond those that there may be, and takes others when one ends", async () => {
    for (const connectionsMax of CONNECTIONS_MAX) {
      const limits = { ...PATIENT, connectionsMax };
      const server = await listenForRequests({ handle: hello, host: "127.0.0.1", port: 0, limits });
      const held = await Promise.all(Array.from({ length: connectionsMax }, () => connectTo(server)));
      // Closed before a request of theirs is read.
      expect((await sendRaw(server.url, CLOSING)).status).toBeUndefined();
      held[0]?.destroy();
      await vi.waitFor(async () => expect((await sendRaw(server.url, CLOSING)).status).toBe(200));
      for (const socket of held) socket.destroy();
      await server.close({ timeoutMs: NEVER_MS });
    }
  });

  test("refuses a head that is too large, and goes on", async () => {
    const server = await listenLocally(hello);
    for (const head of [
      GET.replace("/path", `/${"a".repeat(100_000)}`),
      GET.replace("Host", `X: ${"a".repeat(100_000)}\r\nHost`),
      GET.replace("Host", `${"X: y\r\n".repeat(20_000)}Host`),
    ])
      expect([400, 431]).toContain((await sendRaw(server.url, head)).status);
    expect((await sendRequest(server.url, "/")).text).toBe("hello");
    await server.close({ timeoutMs: NEVER_MS });
  });

  test("answers others while many connections are held open", async () => {
    const server = await listenLocally(hello);
    const held = Array.from({ length: 200 }, (_, index) =>
      openRaw(server.url, Object.values(SLOW)[index % 3] ?? ""),
    );
    await Promise.all(held.map((socket) => once(socket, "connect")));
    expect((await sendRequest(server.url, "/")).text).toBe("hello");
    for (const socket of held) socket.destroy();
    await server.close({ timeoutMs: NEVER_MS });
  });
});

/** More than what the system keeps between two programs on one machine. */
const LARGE = new Uint8Array(64 * 1024 * 1024);
/** Node's server has no copy of its own; Deno's is told by the application, see large-body.test.ts. */
const IS_NODE = !("Deno" in globalThis);

describe("A5: a client that does not read", () => {
  const limits = { ...PATIENT, idleTimeoutMs: NEVER_MS, readTimeoutMs: 50 };

  test.each([
    ["one large answer", 1],
    ["many answers that it has asked for at once", 50],
  ])("A5: is let go, whether it asked for %s", async (_, times) => {
    if (!IS_NODE) return;
    // In the time for so much, the deadline would never come.
    const bytes = LARGE.subarray(0, times === 1 ? LARGE.length : 2 * 1024 * 1024);
    const server = await listenForRequests({
      handle: () => new Response(bytes),
      host: "127.0.0.1",
      port: 0,
      limits: { ...limits, readBytesPerSecondMin: 1024 * 1024 * 1024 },
    });
    const client = await connectTo(server);
    client.pause();
    client.on("error", () => undefined);
    client.write(GET.repeat(times));
    const closed = new Promise((resolve) => client.once("close", resolve));
    // A reset is only seen by a client that reads or writes.
    const writing = setInterval(() => client.write("\r\n"), 20);
    await closed;
    clearInterval(writing);
    await server.close({ timeoutMs: NEVER_MS });
  });

  test("A5: a client that reads is not let go, however long it takes in all", async () => {
    if (!IS_NODE) return;
    const server = await listenForRequests({
      handle: () => new Response(LARGE),
      host: "127.0.0.1",
      port: 0,
      limits,
    });
    const { text: received } = await sendRaw(server.url, CLOSING);
    expect(received.length).toBeGreaterThan(LARGE.length);
    await server.close({ timeoutMs: NEVER_MS });
  });
});

describe("A15: a stop while a large answer is read", () => {
  test("A15: lets the answer end", async () => {
    const server = await listenLocally(() => new Response(LARGE));
    const client = await connectTo(server);
    client.write(GET);
    await once(client, "readable");
    const closed = server.close({ timeoutMs: NEVER_MS });
    let bytes = 0;
    for await (const chunk of client) bytes += (chunk as Buffer).length;
    await closed;
    expect(bytes).toBeGreaterThan(LARGE.length);
  });

  test("A15: waits no longer than it is told to", async () => {
    const server = await listenLocally(() => new Response(LARGE));
    const client = await connectTo(server);
    client.on("error", () => undefined);
    client.write(GET);
    await once(client, "readable");
    await server.close({ timeoutMs: 30 });
    client.destroy();
  });
});
