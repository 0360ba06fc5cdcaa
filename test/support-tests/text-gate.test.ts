import { afterEach, beforeEach, expect, test } from "vitest";
import { type RedisServer, startRedis } from "../support/redis-server.ts";
import { sendRedisCommand } from "../support/send-redis-command.ts";
import { startTextGate, type TextGate } from "../support/text-gate.ts";

let redis: RedisServer;
let gate: TextGate;
beforeEach(async () => {
  redis = await startRedis();
  gate = await startTextGate({ targetPort: redis.port });
});
afterEach(async () => {
  await gate[Symbol.asyncDispose]();
  await redis.stop();
});

const verified = (...args: readonly string[]): Promise<unknown> =>
  sendRedisCommand({ port: gate.port, timeoutMs: 10_000 }, args);

test("startTextGate() forwards everything until a text is named", async () => {
  const value = "v".repeat(3_000_000);
  expect(await verified("SET", "key", value)).toBe("OK");
  expect((await verified("GET", "key")) === value).toBe(true);
});

test("holdAt() holds back the command with that text and no other one, until release()", async () => {
  gate.holdAt("held value");
  const held = verified("SET", "key", "the held value");
  await gate.untilHeld();
  expect(await verified("SET", "key", "another value")).toBe("OK");
  expect(await verified("GET", "key")).toBe("another value");
  gate.release();
  expect(await held).toBe("OK");
  expect(await verified("GET", "key")).toBe("the held value");
  expect(await verified("SET", "key", "the held value again")).toBe("OK");
});

test("holdAt() finds a text behind what fills several chunks", async () => {
  gate.holdAt("at the end");
  const held = verified("SET", "key", `${"v".repeat(500_000)}at the end`);
  await gate.untilHeld();
  expect(await redis.command("EXISTS", "key")).toBe(0);
  gate.release();
  expect(await held).toBe("OK");
});
