import { once } from "node:events";
import { createConnection, type Socket } from "node:net";
import { Redis } from "ioredis";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type RedisServer, startRedis } from "../support/redis-server.ts";
import { type RespGate, startRespGate } from "../support/resp-gate.ts";
import { encodeCommand } from "../support/send-redis-command.ts";

let redis: RedisServer;
let gate: RespGate;
beforeEach(async () => {
  redis = await startRedis();
  gate = await startRespGate({ targetPort: redis.port });
});
afterEach(async () => {
  await gate.close();
  await redis.stop();
});

describe.each([2, 3] as const)("an ioredis client speaking RESP%i through a gate", (protocol) => {
  let client: Redis;
  beforeEach(async () => {
    client = new Redis({ port: gate.port, protocol, lazyConnect: true, retryStrategy: null });
    client.on("error", () => undefined);
    gate.passthrough(true);
    await client.connect();
    gate.passthrough(false);
  });
  afterEach(() => client.disconnect());

  test("step() forwards one command at a time", async () => {
    const first = client.set("a", "1");
    const second = client.set("b", "2");
    await gate.untilWaiting();
    expect(await redis.command("DBSIZE")).toBe(0);
    expect(await gate.step()).toEqual({ kind: "forwarded", command: "SET", args: 2 });
    expect(await redis.command("MGET", "a", "b")).toEqual(["1", null]);
    expect(await first).toBe("OK");
    await gate.untilWaiting();
    expect(await gate.step()).toEqual({ kind: "forwarded", command: "SET", args: 2 });
    expect(await second).toBe("OK");
    expect(await gate.step()).toEqual({ kind: "idle" });
  });

  test("step() goes through a transaction", async () => {
    const reply = client.multi().set("a", "1").get("a").lrange("none", 0, -1).exec();
    const commands: unknown[] = [];
    for (let count = 0; count < 5; count += 1) {
      await gate.untilWaiting();
      expect(await redis.command("DBSIZE")).toBe(0);
      const result = await gate.step();
      commands.push(result.kind === "forwarded" ? result.command : result.kind);
    }
    expect(commands).toEqual(["MULTI", "SET", "GET", "LRANGE", "EXEC"]);
    expect(await redis.command("GET", "a")).toBe("1");
    expect(await reply).toEqual([
      [null, "OK"],
      [null, "1"],
      [null, []],
    ]);
  });

  test("cut() in the middle of a transaction leaves nothing written", async () => {
    const reply = client.multi().set("a", "1").set("b", "2").exec();
    const failed = expect(reply).rejects.toThrow();
    for (let count = 0; count < 3; count += 1) {
      await gate.untilWaiting();
      await gate.step();
    }
    await gate.untilWaiting();
    expect(gate.waiting()).toBe(1);
    await gate.cut();
    await failed;
    expect(gate.waiting()).toBe(0);
    expect(await gate.step()).toEqual({ kind: "idle" });
    expect(await redis.command("DBSIZE")).toBe(0);
  });

  test("step() takes one confirmation for each channel as the reply, and passes messages on", async () => {
    const subscribed = client.subscribe("one", "two");
    await gate.untilWaiting();
    expect(await gate.step()).toEqual({ kind: "forwarded", command: "SUBSCRIBE", args: 2 });
    expect(await subscribed).toBe(2);
    const message = new Promise((resolve) => client.once("message", (...args) => resolve(args)));
    await redis.command("PUBLISH", "two", "hello");
    expect(await message).toEqual(["two", "hello"]);
  });
});

describe("a raw client through a gate", () => {
  let client: Socket;
  beforeEach(async () => {
    client = createConnection(gate.port, "127.0.0.1");
    client.on("error", () => undefined);
    client.resume();
    await once(client, "connect");
  });
  afterEach(() => client.destroy());

  test("commands are put together from any bytes, in any pieces", async () => {
    const value = Buffer.concat([Buffer.from("*1\r\n$4\r\nPING\r\n"), Buffer.from([0xff, 0x00, 0x0d, 0x0a])]);
    const bytes = Buffer.concat([
      Buffer.from(`*3\r\n$3\r\nset\r\n$3\r\nkey\r\n$${value.length}\r\n`),
      value,
      Buffer.from("\r\n"),
      Buffer.from(encodeCommand(["strlen", "key"])),
    ]);
    for (const byte of bytes) await new Promise((resolve) => client.write(Buffer.from([byte]), resolve));
    await gate.untilWaiting();
    expect(await gate.step()).toEqual({ kind: "forwarded", command: "SET", args: 2 });
    await gate.untilWaiting();
    expect(await gate.step()).toEqual({ kind: "forwarded", command: "STRLEN", args: 1 });
    expect(await redis.command("STRLEN", "key")).toBe(value.length);
  });

  test("step() waits for the whole of a large reply", async () => {
    await redis.command("SET", "key", "v".repeat(3_000_000));
    let receivedBytes = 0;
    client.on("data", (chunk) => {
      receivedBytes += chunk.length;
    });
    client.write(encodeCommand(["GET", "key"]));
    await gate.untilWaiting();
    expect(await gate.step()).toMatchObject({ kind: "forwarded" });
    await new Promise<void>((resolve) => {
      client.on("data", () => receivedBytes === 3_000_012 && resolve());
      if (receivedBytes === 3_000_012) resolve();
    });
  });

  test("passthrough() forwards what is queued, then each command at once", async () => {
    client.write(encodeCommand(["SET", "a", "1"]));
    await gate.untilWaiting();
    gate.passthrough(true);
    expect(gate.waiting()).toBe(0);
    const replies = nextText(client, "+OK\r\n:1\r\n");
    client.write(encodeCommand(["DBSIZE"]));
    expect(await replies).toBe("+OK\r\n:1\r\n");
  });

  test("a command sent while open does not pass for the reply to a step", async () => {
    gate.passthrough(true);
    client.write(encodeCommand(["BLPOP", "list", "0"]));
    await untilBlocked();
    gate.passthrough(false);
    client.write(encodeCommand(["ECHO", "x"]));
    await gate.untilWaiting();
    let isStepped = false;
    const step = gate.step().then((result) => {
      isStepped = true;
      return result;
    });
    for (let count = 0; count < 20; count += 1) await redis.command("PING");
    expect(isStepped).toBe(false);
    await redis.command("RPUSH", "list", "item");
    expect(await step).toEqual({ kind: "forwarded", command: "ECHO", args: 1 });
  });

  test("a message does not pass for the reply to a step", async () => {
    gate.passthrough(true);
    client.write(encodeCommand(["HELLO", "3"]) + encodeCommand(["SUBSCRIBE", "news"]));
    await nextText(client, "news\r\n:1\r\n");
    gate.passthrough(false);
    client.write(encodeCommand(["BLPOP", "list", "0"]));
    await gate.untilWaiting();
    let isStepped = false;
    const step = gate.step().then((result) => {
      isStepped = true;
      return result;
    });
    await untilBlocked();
    const message = nextText(client, "hello\r\n");
    await redis.command("PUBLISH", "news", "hello");
    expect(await message).toMatch(/^>3\r\n/);
    expect(isStepped).toBe(false);
    await redis.command("RPUSH", "list", "item");
    expect(await step).toEqual({ kind: "forwarded", command: "BLPOP", args: 2 });
  });

  test("step() says when the connection was closed before the reply", async () => {
    client.write(encodeCommand(["BLPOP", "list", "0"]));
    await gate.untilWaiting();
    const step = gate.step();
    await untilBlocked();
    await gate.cut();
    expect(await step).toEqual({ kind: "closed", command: "BLPOP", args: 2 });
  });

  test("cut() does not wait for a frozen server", async () => {
    client.write(encodeCommand(["PING"]));
    await gate.untilWaiting();
    redis.freeze();
    const step = gate.step();
    await gate.cut();
    expect(await step).toEqual({ kind: "closed", command: "PING", args: 0 });
  });

  test("step() says when the server was killed before the reply", async () => {
    client.write(encodeCommand(["PING"]));
    await gate.untilWaiting();
    redis.freeze();
    const step = gate.step();
    await redis.kill();
    expect(await step).toEqual({ kind: "closed", command: "PING", args: 0 });
  });

  test("what a client sent before it closed may still be stepped through", async () => {
    client.end(Buffer.from(encodeCommand(["SET", "a", "1"]) + encodeCommand(["SET", "b", "2"])));
    await new Promise((resolve) => client.once("close", resolve));
    await gate.untilWaiting();
    expect(gate.waiting()).toBe(2);
    expect(await gate.step()).toMatchObject({ kind: "forwarded", command: "SET" });
    await gate.step();
    expect(await redis.command("MGET", "a", "b")).toEqual(["1", "2"]);
    await gate.untilWaiting();
    expect(await gate.step()).toEqual({ kind: "idle" });
  });

  test("untilWaiting() resolves when the client closes", async () => {
    const waiting = gate.untilWaiting();
    client.destroy();
    await waiting;
    expect(gate.waiting()).toBe(0);
  });

  test("what is not a RESP array of strings is answered with an error", async () => {
    client.write("PING\r\n");
    expect(await nextText(client, "\r\n")).toMatch(/^-ERR RESP gate: /);
  });

  test("a new client takes the place of the last", async () => {
    const closed = new Promise((resolve) => client.once("close", resolve));
    let isWaiting = false;
    const waiting = gate.untilWaiting().then(() => {
      isWaiting = true;
    });
    const second = createConnection(gate.port, "127.0.0.1").resume();
    await closed;
    for (let count = 0; count < 20; count += 1) await redis.command("PING");
    expect(isWaiting).toBe(false);
    second.write(encodeCommand(["SET", "a", "1"]));
    await waiting;
    expect(await gate.step()).toEqual({ kind: "forwarded", command: "SET", args: 2 });
    second.destroy();
  });
});

/** Resolves when Redis holds a client in a blocking command. */
async function untilBlocked(): Promise<void> {
  while (!String(await redis.command("INFO", "clients")).includes("blocked_clients:1\r\n"));
}

function nextText(socket: Socket, end: string): Promise<string> {
  let text = "";
  return new Promise((resolve) => {
    socket.on("data", (chunk) => {
      text += chunk;
      if (text.endsWith(end)) resolve(text);
    });
  });
}
