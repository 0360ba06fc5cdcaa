import type { Redis } from "ioredis";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createRedisCache } from "../../../src/adapters/redis/cache.ts";

const DEADLINES = { deadlineMs: 500, bulkDeadlineMs: 5000 };
const MANY = Array.from({ length: 17 }, (_, index) => `key:${index}`);
const LATE = { code: "timeout", message: "Cannot read from the cache: Redis did not answer within 5000 ms" };

/** A connection that is ready and whose server never ends its answer: what passes is up to the test. */
function createSilentClient() {
  const stream = { bytesRead: 0, bytesWritten: 0, writableLength: 0, writable: true };
  const client = {
    status: "ready",
    stream,
    mgetBuffer: () => new Promise<never>(() => undefined),
    call: () => new Promise<never>(() => undefined),
    strlen: () => new Promise<never>(() => undefined),
    disconnect: () => {
      stream.writable = false;
    },
  };
  return { stream, client: client as unknown as Redis };
}

describe("createRedisCache() with an answer that takes long", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test("getMany() of many keys waits while bytes pass, and gives up when none do", async () => {
    const { client, stream } = createSilentClient();
    let settled = false;
    const read = createRedisCache(client, DEADLINES).getMany(MANY);
    const outcome = expect(read.finally(() => (settled = true))).rejects.toMatchObject(LATE);
    for (let turn = 0; turn < 3; turn++) {
      stream.bytesRead += 1;
      await vi.advanceTimersByTimeAsync(5000);
    }
    expect([settled, stream.writable]).toEqual([false, true]);
    await vi.advanceTimersByTimeAsync(5000);
    await outcome;
    expect(stream.writable).toBe(false);
  });

  test("getMany() of many keys gives up after a minute, though bytes pass", async () => {
    const { client, stream } = createSilentClient();
    let turns = 0;
    let settled = false;
    const read = createRedisCache(client, DEADLINES).getMany(MANY);
    const outcome = expect(read.finally(() => (settled = true))).rejects.toMatchObject(LATE);
    for (; !settled && turns < 20; turns++) {
      stream.bytesRead += 1;
      await vi.advanceTimersByTimeAsync(5000);
    }
    await outcome;
    expect(turns).toBe(12);
  });

  test("get() is late, not busy, when another call that was late has dropped the connection in the same moment", async () => {
    const { client, stream } = createSilentClient();
    const cache = createRedisCache(client, DEADLINES);
    // Destroyed streams of Bun forget what waited to be sent, which looks like progress.
    stream.writableLength = 1;
    client.disconnect = () => Object.assign(stream, { writable: false, writableLength: 0, bytesWritten: 1 });
    const first = cache.getMany(MANY).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(4500);
    const others = [cache.getMany(MANY), cache.get("a")].map((call) => call.catch((error: unknown) => error));
    await vi.advanceTimersByTimeAsync(5000);
    const timeout = { code: "timeout" };
    expect(await Promise.all([first, ...others])).toMatchObject([timeout, timeout, timeout]);
  });

  test("getMany() of a few keys does not wait longer than for one", async () => {
    const { client, stream } = createSilentClient();
    const read = createRedisCache(client, DEADLINES).getMany(MANY.slice(1));
    const outcome = expect(read).rejects.toMatchObject({ code: "timeout" });
    stream.bytesRead += 1;
    await vi.advanceTimersByTimeAsync(500);
    await outcome;
  });
});
