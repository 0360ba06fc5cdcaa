import { readFile } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { createServer as createTlsServer, TLSSocket } from "node:tls";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { createRedisCache } from "../../../src/adapters/redis/cache.ts";
import { createRedisPair, type RedisClientOptions } from "../../../src/adapters/redis/client.ts";
import type { TlsFileTexts } from "../../../src/adapters/redis/read-tls-files.ts";
import type { ConnectionFailure } from "../../../src/adapters/redis/topology/redis-connection.ts";
import { type CertificateAuthority, createCertificateAuthority } from "../../support/certificates.ts";
import { freePort } from "../../support/free-port.ts";
import { listenLoopback } from "../../support/listen-loopback.ts";
import { startRedis } from "../../support/redis-server.ts";

const WAIT = { timeout: 15_000, interval: 10 };
const SECRET = "planted-secret";
const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

let authority: CertificateAuthority;
beforeAll(async () => {
  authority = await createCertificateAuthority();
});
afterAll(() => authority[Symbol.asyncDispose]());

/** What a client finds of a URL. */
function open(url: string, options: RedisClientOptions = {}) {
  const { commands } = createRedisPair(url, { connectTimeoutMs: 300, retryDelayMsMax: 50, ...options });
  const failures: ConnectionFailure[] = [];
  commands.onFailure((failure) => failures.push(failure));
  commands.client.connect().catch(() => undefined);
  ends.push(() => commands.client.disconnect());
  return { ...commands, failures };
}

/** A server of another kind. */
async function startOther(serve: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    serve(socket);
  });
  const port = await listenLoopback(server);
  ends.push(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return port;
}

const HELLO =
  "%7\r\n$6\r\nserver\r\n$5\r\nredis\r\n$7\r\nversion\r\n$5\r\n7.0.0\r\n$5\r\nproto\r\n:3\r\n$2\r\nid\r\n:1\r\n$4\r\nmode\r\n$10\r\nstandalone\r\n$4\r\nrole\r\n$6\r\nmaster\r\n$7\r\nmodules\r\n*0\r\n";

describe("a connection that is never ready has a reason:", () => {
  test.each([
    [
      "closes at once, as a proxy without a server behind it",
      "closed-early",
      (socket: Socket) => void socket.end(),
    ],
    ["is silent", "no-answer", () => undefined],
    [
      "answers HELLO and then nothing",
      "slow-handshake",
      (socket: Socket) => void socket.once("data", () => socket.write(HELLO)),
    ],
    [
      "knows no HELLO",
      "no-hello",
      (socket: Socket) =>
        void socket.on("data", () =>
          socket.write(
            `-ERR unknown command \`HELLO\`, with args beginning with: \`3\` \`AUTH\` \`u\` \`${SECRET}\` \r\n`.repeat(
              2,
            ),
          ),
        ),
    ],
  ])("a server that %s", async (_name, kind, serve) => {
    const port = await startOther(serve);
    const opened = open(`redis://u:${SECRET}@127.0.0.1:${port}/0`);
    await vi.waitFor(() => expect(opened.failures.map(({ fault }) => fault?.kind)).toContain(kind), WAIT);
    await vi.waitFor(() => expect(opened.fault()?.kind).toBe(kind), WAIT);
    expect(JSON.stringify(opened.failures)).not.toContain(SECRET);
  });

  test("a server that requires a client certificate, and with one it is ready", async () => {
    const port = await freePort();
    const { cert, key } = await authority.issue({ for: "IP:127.0.0.1" });
    const files = ["--tls-ca-cert-file", authority.path, "--tls-cert-file", cert, "--tls-key-file", key];
    await using redis = await startRedis({ args: ["--tls-port", String(port), ...files] });
    expect(redis.port).not.toBe(port);
    const ca = await readFile(authority.path, "utf8");
    const without = open(`rediss://127.0.0.1:${port}`, { tls: { ca } });
    await expect
      .poll(without.fault, WAIT)
      .toMatchObject({ kind: expect.stringMatching(/^client-certificate|closed-early$/) });
    const tls: TlsFileTexts = { ca, ...(await clientFiles()) };
    const opened = open(`rediss://127.0.0.1:${port}`, { tls, connectTimeoutMs: 5000 });
    await vi.waitFor(() => expect(opened.client.status).toBe("ready"), WAIT);
  });
});

async function clientFiles(): Promise<{ readonly cert: string; readonly key: string }> {
  const { cert, key } = await authority.issue({ for: "DNS:client.example" });
  return { cert: await readFile(cert, "utf8"), key: await readFile(key, "utf8") };
}

test.each([
  ["the URL's host", "localhost", undefined, "localhost"],
  ["none for an address", "127.0.0.1", undefined, "none"],
  ["the setting's", "127.0.0.1", "redis.example", "redis.example"],
])("TLS sends a server name: %s", async (_name, host, serverName, sent) => {
  const names = "IP:127.0.0.1,DNS:localhost,DNS:redis.example";
  const { cert, key } = await authority.issue({ for: names });
  const files = { cert: await readFile(cert), key: await readFile(key) };
  const received: unknown[] = [];
  const server = createTlsServer(files, (socket) => {
    if (socket instanceof TLSSocket) received.push(socket.servername || "none");
    socket.on("error", () => undefined).end();
  });
  server.on("tlsClientError", () => undefined);
  const port = await listenLoopback(server);
  ends.push(() => void server.close());
  open(`rediss://${host}:${port}`, {
    tls: { ca: await readFile(authority.path, "utf8"), serverName },
    connectTimeoutMs: 5000,
  });
  await expect.poll(() => received[0], WAIT).toBe(sent);
});

describe("a server that answers has a fault:", () => {
  test("a node of a cluster that is named alone", async () => {
    const args = ["--cluster-enabled", "yes", "--cluster-port", String(await freePort())];
    await using redis = await startRedis({ args });
    const opened = open(redis.url);
    await vi.waitFor(() => expect(opened.client.status).toBe("ready"), WAIT);
    const cache = createRedisCache(opened.client);
    await expect(cache.get("a")).rejects.toMatchObject({ code: "rejected" });
    // Without slots the cluster is down; with those of another node, it redirects.
    expect(opened.fault()?.kind).toBe("cluster-down");
  });

  test("redis-cluster:// to a server that is no node of one", async () => {
    await using redis = await startRedis();
    const opened = open(`redis-cluster://127.0.0.1:${redis.port}`, { namespace: "{m}" });
    await expect.poll(opened.fault, WAIT).toMatchObject({ kind: "no-cluster" });
    expect(opened.failures[0]?.detail).toContain("cluster support disabled");
  });

  // Where the machine has no IPv6, the address cannot be reached.
  test.each(["redis", "rediss"])("%s:// with an IPv6 address is named by it in brackets", async (scheme) => {
    const server = `[::1]:${await freePort()}`;
    const { address } = open(`${scheme}://${server}`);
    await expect.poll(address, WAIT).toBe(server);
  });

  test.each([
    ["redis-sentinel", "#m", "no-sentinel"],
    ["redis-cluster", "", "refused"],
  ])("%s:// names a server with an IPv6 address in brackets", async (scheme, name, kind) => {
    const server = `[::1]:${await freePort()}`;
    const { failures } = open(`${scheme}://${server}${name}`, { namespace: "{m}" });
    await expect
      .poll(() => failures.at(-1), WAIT)
      .toMatchObject({
        detail: expect.stringContaining(server),
      });
    expect(failures.at(-1)?.fault?.kind).toMatch(new RegExp(`${kind}|unreachable`));
  });

  test("redis-sentinel:// to a server that is no Sentinel, and to none", async () => {
    await using redis = await startRedis();
    for (const port of [redis.port, await freePort()]) {
      const opened = open(`redis-sentinel://127.0.0.1:${port}#m`);
      await expect.poll(opened.fault, WAIT).toMatchObject({ kind: "no-sentinel" });
      expect(opened.failures[0]?.detail).toContain(`127.0.0.1:${port}`);
    }
  });
});
