import type { Redis } from "ioredis";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createRedisCache, type RedisCacheOptions } from "../../../src/adapters/redis/cache.ts";
import { connectRedis, createRedisClient } from "../../../src/adapters/redis/client.ts";
import {
  bytes,
  LONG_SECONDS,
  readText,
  readTexts,
  setTexts,
  textEntries,
} from "../../../src/conformance/cache-samples.ts";
import { CacheError, type CachePort } from "../../../src/ports/cache-port.ts";
import { connectTestRedis, ignoreErrors, untilAnswering, untilReady } from "../../support/connect-redis.ts";
import { freePort } from "../../support/free-port.ts";
import { PATIENT } from "../../support/redis-cache-harness.ts";
import { type RedisServer, startRedis } from "../../support/redis-server.ts";
import { startTcpProxy, type TcpProxy } from "../../support/tcp-proxy.ts";

/** Nothing answers within these, and nothing is late by them: only for calls that cannot be answered. */
const HASTY: RedisCacheOptions = { deadlineMs: 40, bulkDeadlineMs: 60 };
const ttlSeconds = LONG_SECONDS;
const NO_CONNECTION = "no connection to Redis";
const BROKE = "the connection to Redis was lost";

let redis: RedisServer;
let proxy: TcpProxy;
const clients: Redis[] = [];
beforeEach(async () => {
  redis = await startRedis();
  proxy = await startTcpProxy({ targetPort: redis.port });
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.disconnect();
  await proxy.close();
  await redis.stop();
});

async function connect(port: number): Promise<Redis> {
  const client = await connectTestRedis(`redis://127.0.0.1:${port}/0`, { connectTimeoutMs: 10_000 });
  clients.push(client);
  return client;
}

function unconnected(port: number): Redis {
  const client = createRedisClient(`redis://127.0.0.1:${port}/0`, {
    connectTimeoutMs: 50,
    retryDelayMsMax: 20,
  });
  ignoreErrors(client);
  clients.push(client);
  return client;
}

function publishIt(cache: CachePort, signal?: AbortSignal) {
  const publication = {
    entries: textEntries({ a: "new", b: "new" }),
    ttlSeconds,
    remove: ["ghost"],
    expect: [],
  };
  return cache.publish(publication, signal === undefined ? {} : { signal });
}

const NOTHING = { entries: [], ttlSeconds, remove: [], expect: [] };
const MANY_KEYS = Array.from({ length: 17 }, (_, index) => `absent:${index}`);
const LARGE_ENTRY = { key: "large", value: new Uint8Array(256 * 1024 + 1) };

const CALLS: readonly (readonly [
  words: string,
  call: (cache: CachePort) => Promise<unknown>,
  deadlineMs: number,
])[] = [
  ["read from the cache", (cache) => cache.get("a"), 40],
  ["read from the cache", (cache) => cache.getWithTtl("a"), 40],
  ["read from the cache", (cache) => cache.getMany(["a", "b"]), 40],
  [
    "read from the cache",
    (cache) => cache.getMany(Array.from({ length: 2000 }, (_, index) => `${index}`)),
    60,
  ],
  ["write to the cache", (cache) => cache.set("a", bytes("new"), { ttlSeconds }), 40],
  ["delete from the cache", (cache) => cache.delete("a"), 40],
  ["publish to the cache", (cache) => publishIt(cache), 40],
  ["publish to the cache", (cache) => cache.publish({ ...NOTHING, remove: MANY_KEYS }), 60],
  ["publish to the cache", (cache) => cache.publish({ ...NOTHING, entries: [LARGE_ENTRY] }), 60],
];

/** What each call fails with, one after the other. */
async function failures(cache: CachePort, between: () => Promise<void> = async () => undefined) {
  const found: string[] = [];
  for (const [, call] of CALLS) {
    await between();
    found.push(await describeFailure(call(cache)));
  }
  return found;
}

async function describeFailure(call: Promise<unknown>): Promise<string> {
  const outcome: unknown = await call.catch((error: unknown) => error);
  return outcome instanceof CacheError
    ? `${outcome.code}: ${outcome.message}`
    : `no CacheError: ${String(outcome)}`;
}

function unansweredCommands(client: Redis): number {
  return (client as unknown as { readonly commandQueue: ArrayLike<unknown> }).commandQueue.length;
}

function everyCall(code: string, detail: string): readonly string[] {
  return CALLS.map(([words]) => `${code}: Cannot ${words}: ${detail}`);
}

describe("createRedisCache() with a server that is frozen", () => {
  test("each operation times out, is then unavailable at once, and works again after the thaw", async () => {
    const client = await connect(redis.port);
    const [hasty, patient] = [createRedisCache(client, HASTY), createRedisCache(client, PATIENT)];
    const thawed = async (): Promise<void> => {
      redis.thaw();
      await untilReady(client);
      await redis.command("FLUSHALL");
      await setTexts(patient, { a: "old" });
      redis.freeze();
    };
    const outcomes: string[][] = [];
    for (const [, call] of CALLS) {
      await thawed();
      const first = await describeFailure(call(hasty));
      const closed = new Promise((resolve) => client.once("close", resolve));
      await closed;
      outcomes.push([first, await describeFailure(call(hasty))]);
    }
    const wanted = CALLS.map(([words, , deadlineMs]) => [
      `timeout: Cannot ${words}: Redis did not answer within ${deadlineMs} ms`,
      `unavailable: Cannot ${words}: ${NO_CONNECTION}`,
    ]);
    expect(outcomes).toEqual(wanted);
    await thawed();
    redis.thaw();
    expect(await readText(patient, "a")).toBe("old");
  });

  test("calls that wait side by side all end, as timeout or unavailable", async () => {
    const client = await connect(redis.port);
    const cache = createRedisCache(client, HASTY);
    redis.freeze();
    const calls = Array.from({ length: 20 }, () => CALLS.map(([, call]) => call(cache))).flat();
    const codes = (await Promise.all(calls.map(describeFailure))).map((text) => text.split(":", 1)[0]);
    expect(codes).toHaveLength(20 * CALLS.length);
    // The first one that is late drops the connection of the others, unless they are late in the same moment.
    expect(codes.filter((code) => code !== "unavailable")).toContain("timeout");
    expect(codes.filter((code) => code !== "unavailable" && code !== "timeout")).toEqual([]);
    redis.thaw();
    await untilAnswering(client);
    expect(await createRedisCache(client, PATIENT).delete("absent")).toBe(false);
  });

  test("an abort ends a call at once, and leaves the connection to the others", async () => {
    const client = await connect(redis.port);
    const cache = createRedisCache(client, PATIENT);
    await setTexts(cache, { a: "old" });
    redis.freeze();
    const reason = new Error("The caller has left");
    const controller = new AbortController();
    const { signal } = controller;
    const given = [cache.get("a", { signal }), cache.getMany(["a"], { signal }), publishIt(cache, signal)];
    const settled = Promise.allSettled(given);
    const other = readText(cache, "b");
    controller.abort(reason);
    for (const outcome of await settled) {
      expect(outcome).toMatchObject({ status: "rejected", reason: { code: "aborted", cause: reason } });
    }
    redis.thaw();
    // The publication was on the wire already, and comes before what is asked later.
    expect(await other).toBe("new");
    expect(await readTexts(cache, ["a", "b"])).toEqual(["new", "new"]);
  });
});

describe("createRedisCache() with a connection that is lost", () => {
  test("it is unavailable after a kill, and by itself there again after a restart", async () => {
    const client = await connect(redis.port);
    const cache = createRedisCache(client, PATIENT);
    await setTexts(cache, { a: "old" });
    const closed = new Promise((resolve) => client.once("close", resolve));
    await redis.kill();
    await closed;
    expect(await failures(cache)).toEqual(everyCall("unavailable", NO_CONNECTION));
    await redis.restart();
    await untilReady(client);
    expect(await readTexts(cache, ["a"])).toEqual([undefined]);
    await setTexts(cache, { a: "new" });
    expect(await redis.command("GET", "a")).toBe("new");
  });

  test("a kill under a call makes that call unavailable", async () => {
    const client = await connect(redis.port);
    const cache = createRedisCache(client, PATIENT);
    redis.freeze();
    const calls: Promise<string>[] = [];
    for (const [, call] of CALLS) {
      const before = unansweredCommands(client);
      calls.push(describeFailure(call(cache)));
      // A large publication is sent in a later turn.
      await expect.poll(() => unansweredCommands(client)).toBeGreaterThan(before);
    }
    await redis.kill();
    expect(await Promise.all(calls)).toEqual(everyCall("unavailable", BROKE));
  });

  test("a reset in mid-reply makes each call unavailable, and the next connection is a clean one", async () => {
    const client = await connect(proxy.port);
    const cache = createRedisCache(client, PATIENT);
    const reset = async (): Promise<void> => {
      await untilReady(client);
      proxy.resetMidReply(2);
    };
    expect(await failures(cache, reset)).toEqual(everyCall("unavailable", BROKE));
    await untilReady(client);
    await setTexts(cache, { a: "1", b: "2" });
    expect(await readTexts(cache, ["b", "absent", "a"])).toEqual(["2", undefined, "1"]);
  });

  test("a proxy that refuses and accepts again is used again", async () => {
    const client = await connect(proxy.port);
    const cache = createRedisCache(client, PATIENT);
    const closed = new Promise((resolve) => client.once("close", resolve));
    await proxy.refuse();
    await closed;
    expect(await failures(cache)).toEqual(everyCall("unavailable", NO_CONNECTION));
    await proxy.accept();
    await untilReady(client);
    await setTexts(cache, { a: "1" });
    expect(await readText(cache, "a")).toBe("1");
  });

  test("close() while it reconnects ends it: closed, and no attempt any more", async () => {
    const client = await connect(proxy.port);
    const cache = createRedisCache(client, PATIENT);
    const reconnecting = new Promise((resolve) => client.once("reconnecting", resolve));
    await proxy.refuse();
    await reconnecting;
    await cache.close();
    expect(await failures(cache)).toEqual(everyCall("closed", "the cache is closed"));
  });
});

describe("createRedisCache() with a server that is never there", () => {
  test("refused from the beginning: not connected, unavailable, and used once it listens", async () => {
    const port = await freePort();
    const client = unconnected(port);
    const cache = createRedisCache(client, PATIENT);
    expect(await failures(cache)).toEqual(everyCall("unavailable", NO_CONNECTION));
    expect(await connectRedis(client, 10_000)).toBe(false);
    expect(await failures(cache)).toEqual(everyCall("unavailable", NO_CONNECTION));
    await using late = await startRedis({ port });
    await untilReady(client);
    await setTexts(cache, { a: "1" });
    expect(await late.command("GET", "a")).toBe("1");
  });

  test("frozen before it is ready: not connected in the time given, and used after the thaw", async () => {
    redis.freeze();
    const client = unconnected(redis.port);
    expect(await connectRedis(client, 30)).toBe(false);
    const cache = createRedisCache(client, PATIENT);
    expect(await failures(cache)).toEqual(everyCall("unavailable", NO_CONNECTION));
    const closedTwice = untilClosed(client, 2);
    await closedTwice;
    redis.thaw();
    await untilReady(client);
    await setTexts(cache, { a: "1" });
    expect(await readText(cache, "a")).toBe("1");
  });

  test("a black hole that accepts: not connected, and used when it lets through", async () => {
    proxy.pause();
    const client = unconnected(proxy.port);
    expect(await connectRedis(client, 10_000)).toBe(false);
    proxy.resume();
    await untilReady(client);
    expect(await createRedisCache(client, PATIENT).get("a")).toBeUndefined();
  });
});

function untilClosed(client: Redis, times: number): Promise<void> {
  return new Promise((resolve) => {
    let count = 0;
    client.on("close", () => {
      count += 1;
      if (count === times) resolve();
    });
  });
}

test("createRedisClient() is never ready for a database that the server does not have", async () => {
  const client = createRedisClient(`redis://127.0.0.1:${redis.port}/99`);
  ignoreErrors(client);
  clients.push(client);
  expect(await connectRedis(client, 500)).toBe(false);
  const cache = createRedisCache(client);
  await expect(cache.set("key", bytes("text"), { ttlSeconds })).rejects.toMatchObject({
    code: "unavailable",
  });
  expect(await redis.command("DBSIZE")).toBe(0);
});
