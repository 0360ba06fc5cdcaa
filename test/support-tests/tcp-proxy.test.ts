import { once } from "node:events";
import { createConnection, type Socket } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { freePort } from "../support/free-port.ts";
import { type RedisServer, startRedis } from "../support/redis-server.ts";
import { sendRedisCommand } from "../support/send-redis-command.ts";
import { startTcpProxy, type TcpProxy } from "../support/tcp-proxy.ts";

let redis: RedisServer;
let proxy: TcpProxy;
let clients: Client[];
beforeEach(async () => {
  redis = await startRedis();
  proxy = await startTcpProxy({ targetPort: redis.port });
  clients = [];
});
afterEach(async () => {
  for (const client of clients) client.socket.destroy();
  await proxy.close();
  await redis.stop();
});

test("startTcpProxy() forwards both ways, whatever the size", async () => {
  const value = "v".repeat(3_000_000);
  expect(await throughProxy("SET", "key", value)).toBe("OK");
  expect((await throughProxy("GET", "key")) === value).toBe(true);
});

test("startTcpProxy() forwards more than it holds while the server is slow", async () => {
  redis.freeze();
  const reply = throughProxy("SET", "key", "v".repeat(60_000_000));
  const client = await connect();
  client.socket.write("PING\r\n");
  redis.thaw();
  expect(await reply).toBe("OK");
  expect(await redis.command("STRLEN", "key")).toBe(60_000_000);
});

test("refuse() ends live connections and refuses new ones until accept()", async () => {
  const client = await connect();
  await proxy.refuse();
  await client.closed;
  await expect(throughProxy("PING")).rejects.toMatchObject({ code: "ECONNREFUSED" });
  expect(proxy.connections()).toBe(0);
  await proxy.accept();
  expect(await throughProxy("PING")).toBe("PONG");
});

test("refuse() and accept() may be repeated", async () => {
  await proxy.accept();
  await proxy.refuse();
  await proxy.refuse();
  await proxy.accept();
  await proxy.accept();
  expect(await throughProxy("PING")).toBe("PONG");
});

test("retarget() sends clients to another server from their next connection on", async () => {
  await using other = await startRedis();
  await other.command("SET", "name", "other");
  const connected = await connect();
  proxy.retarget(other.port);
  expect(await throughProxy("GET", "name")).toBe("other");
  await proxy.refuse();
  await connected.closed;
  await proxy.accept();
  expect(await throughProxy("GET", "name")).toBe("other");
});

test("pause() holds back both directions and keeps connections until resume()", async () => {
  const client = await connect();
  proxy.pause();
  client.socket.write("INCR count\r\n");
  const late = throughProxy("INCR", "count");
  for (let count = 0; count < 50; count += 1) expect(await redis.command("EXISTS", "count")).toBe(0);
  expect(client.text()).toBe("");
  expect(proxy.connections()).toBe(2);
  proxy.resume();
  await client.until(4);
  expect([client.text(), `:${await late}\r\n`].toSorted()).toEqual([":1\r\n", ":2\r\n"]);
});

test("pause() holds back the reply to what had gone through before", async () => {
  const client = await connect();
  client.socket.write("BLPOP list 0\r\n");
  while (!String(await redis.command("INFO", "clients")).includes("blocked_clients:1\r\n"));
  proxy.pause();
  await redis.command("RPUSH", "list", "item");
  for (let count = 0; count < 50; count += 1) expect(await redis.command("EXISTS", "list")).toBe(0);
  expect(client.text()).toBe("");
  proxy.resume();
  await client.until(24);
  expect(client.text()).toBe("*2\r\n$4\r\nlist\r\n$4\r\nitem\r\n");
});

test("pause() does not lose what a client sent before it gave up", async () => {
  const client = await connect();
  const watcher = await watchKey("key");
  proxy.pause();
  client.socket.end("SET key value\r\n");
  await client.closed;
  expect(proxy.connections()).toBe(0);
  proxy.resume();
  await watcher.closed;
  expect(await redis.command("GET", "key")).toBe("value");
});

test("delay() delays replies and keeps their order", async () => {
  const client = await connect();
  proxy.delay(60);
  const startMs = performance.now();
  client.socket.write("ECHO a\r\n");
  await redis.command("PING");
  client.socket.write("ECHO b\r\n");
  await client.until(14);
  expect(performance.now() - startMs).toBeGreaterThanOrEqual(60);
  expect(client.text()).toBe("$1\r\na\r\n$1\r\nb\r\n");
  proxy.delay(0);
  client.socket.write("ECHO c\r\n");
  await client.until(21);
  expect(client.text()).toBe("$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n");
});

test("resetMidReply() cuts one reply short with a reset", async () => {
  const client = await connect();
  client.socket.write("PING\r\n");
  await client.until(7);
  proxy.resetMidReply(9);
  client.socket.write("ECHO a\r\n");
  await client.until(14);
  client.socket.write("ECHO b\r\n");
  await client.closed;
  expect(client.text()).toBe("+PONG\r\n$1\r\na\r\n$1");
  expect(client.errorCode()).toBe("ECONNRESET");
  expect(await throughProxy("PING")).toBe("PONG");
});

test("resetMidReply(0) lets nothing of the next reply through", async () => {
  const client = await connect();
  proxy.resetMidReply(0);
  client.socket.write("PING\r\n");
  await client.closed;
  expect(client.text()).toBe("");
  expect(client.errorCode()).toBe("ECONNRESET");
});

test("replyWith() lies without asking the server", async () => {
  proxy.replyWith("+LIE\r\n");
  await redis.kill();
  expect(await throughProxy("SET", "key", "value")).toBe("LIE");
  await redis.restart();
  proxy.replyWith(Uint8Array.from([0xff, 0x00]));
  const client = await connect();
  client.socket.write("PING\r\n");
  await client.until(2);
  expect(client.bytes()).toEqual(Buffer.from([0xff, 0x00]));
  proxy.replyWith(undefined);
  client.socket.write("DBSIZE\r\n");
  await client.until(6);
  expect(client.bytes().subarray(2).toString()).toBe(":0\r\n");
});

test("a proxy passes on that the server was killed", async () => {
  const client = await connect();
  await redis.kill();
  await client.closed;
  await expect(throughProxy("PING")).rejects.toThrow();
});

test("a proxy survives a target that nobody listens on", async () => {
  const lost = await startTcpProxy({ targetPort: await freePort() });
  const socket = createConnection(lost.port, "127.0.0.1").resume();
  socket.on("error", () => undefined);
  await new Promise((resolve) => socket.once("close", resolve));
  await lost.close();
});

interface Client {
  readonly socket: Socket;
  readonly closed: Promise<void>;
  bytes(): Buffer;
  text(): string;
  errorCode(): unknown;
  until(receivedBytes: number): Promise<void>;
}

async function connect(): Promise<Client> {
  const socket = createConnection(proxy.port, "127.0.0.1");
  const client = observe(socket);
  clients.push(client);
  await once(socket, "connect");
  return client;
}

/** Its `closed` resolves when somebody has set the key. */
async function watchKey(key: string): Promise<Client> {
  const client = observe(createConnection(redis.port, "127.0.0.1"));
  clients.push(client);
  await redis.command("CONFIG", "SET", "notify-keyspace-events", "K$");
  client.socket.write(`SUBSCRIBE __keyspace@0__:${key}\r\n`);
  await client.until(1);
  client.socket.once("data", () => client.socket.destroy());
  return client;
}

function observe(socket: Socket): Client {
  let received: Buffer = Buffer.alloc(0);
  let errorCode: unknown;
  socket.on("data", (chunk) => {
    received = Buffer.concat([received, chunk]);
  });
  socket.on("error", (error) => {
    errorCode = "code" in error ? error.code : undefined;
  });
  return {
    socket,
    closed: new Promise((resolve) => socket.once("close", () => resolve())),
    bytes: () => received,
    text: () => received.toString(),
    errorCode: () => errorCode,
    until: async (receivedBytes) => {
      while (received.length < receivedBytes) await once(socket, "data");
    },
  };
}

function throughProxy(...args: readonly string[]): Promise<unknown> {
  return sendRedisCommand({ port: proxy.port, timeoutMs: 10_000 }, args);
}
