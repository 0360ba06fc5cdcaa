import type { Redis } from "ioredis";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createRedisCache } from "../../../src/adapters/redis/cache.ts";
import { connectRedis, createRedisClient } from "../../../src/adapters/redis/client.ts";
import {
  bytes,
  LONG_SECONDS,
  readTexts,
  setTexts,
  textEntries,
} from "../../../src/conformance/cache-samples.ts";
import { continueFingerprint, EMPTY_FINGERPRINT } from "../../../src/domain/catalog/values-fingerprint.ts";
import { CacheError, type CachePort } from "../../../src/ports/cache-port.ts";
import { connectTestRedis, ignoreErrors, untilAnswering, untilReady } from "../../support/connect-redis.ts";
import { describeCacheSentences } from "../../support/describe-sentences.ts";
import { freePort } from "../../support/free-port.ts";
import { PATIENT } from "../../support/redis-cache-harness.ts";
import { type RedisServer, startRedis } from "../../support/redis-server.ts";
import { startTcpProxy } from "../../support/tcp-proxy.ts";

const ttlSeconds = LONG_SECONDS;

let redis: RedisServer;
const clients: Redis[] = [];
beforeEach(async () => {
  redis = await startRedis();
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.disconnect();
  await redis.stop();
});

async function connect(url = redis.url): Promise<Redis> {
  const client = await connectTestRedis(url);
  clients.push(client);
  return client;
}

async function open(url?: string): Promise<CachePort> {
  return createRedisCache(await connect(url), PATIENT);
}

describeCacheSentences({ name: "createRedisCache()", open: () => open() });

function publishOver(cache: CachePort, remove: readonly string[] = []) {
  return cache.publish({ entries: textEntries({ a: "new", b: "new" }), ttlSeconds, remove, expect: [] });
}

const WRITES: readonly (readonly [words: string, call: (cache: CachePort) => Promise<unknown>])[] = [
  ["write to the cache", (cache) => cache.set("a", bytes("new"), { ttlSeconds })],
  ["delete from the cache", (cache) => cache.delete("a")],
  ["publish to the cache", (cache) => publishOver(cache)],
  ["publish to the cache", (cache) => publishOver(cache, ["ghost"])],
];
const READS: readonly (readonly [words: string, call: (cache: CachePort) => Promise<unknown>])[] = [
  ["read from the cache", (cache) => cache.get("a")],
  ["read from the cache", (cache) => cache.getMany(["a", "b"])],
];

async function describeFailure(call: Promise<unknown>): Promise<string> {
  const outcome: unknown = await call.catch((error: unknown) => error);
  return outcome instanceof CacheError
    ? `${outcome.code}: ${outcome.message}`
    : `no CacheError: ${String(outcome)}`;
}

/** What each call fails with; the client may reconnect after an answer, so it is waited for. */
async function failures(client: Redis, calls: typeof WRITES): Promise<readonly string[]> {
  const cache = createRedisCache(client, PATIENT);
  const found: string[] = [];
  for (const [, call] of calls) {
    found.push(await describeFailure(call(cache)));
    await untilAnswering(client);
  }
  return found;
}

/** Behind its first word an answer has a sentence, which differs between versions of Redis. */
function rejected(calls: typeof WRITES, reply: string): readonly unknown[] {
  return calls.map(([words]) =>
    expect.stringMatching(new RegExp(`^rejected: Cannot ${words}: Redis answered ${reply} [^\\n]+$`)),
  );
}

async function contents(): Promise<unknown> {
  return redis.command("MGET", "a", "b", "ghost");
}

describe("createRedisCache() with a key of another type", () => {
  test("fingerprint() takes it for absent", async () => {
    const cache = await open();
    await setTexts(cache, { a: "1", c: "3" });
    const absent = (await cache.fingerprint(["a", "b", "c"])).fingerprint;
    await redis.command("RPUSH", "b", "1", "2");
    expect((await cache.fingerprint(["a", "b", "c"])).fingerprint).toBe(absent);
    expect((await cache.fingerprint(["b"])).fingerprint).toBe(
      continueFingerprint(EMPTY_FINGERPRINT, [undefined]),
    );
  });

  test("a list reads as a miss, counts as absent, and is published over", async () => {
    const cache = await open();
    for (const key of ["a", "b", "c"]) await redis.command("RPUSH", key, "1", "2");
    expect(await cache.get("a")).toBeUndefined();
    expect(await readTexts(cache, ["a", "absent", "b"])).toEqual([undefined, undefined, undefined]);
    const expected = [
      { key: "a", value: undefined },
      { key: "c", value: undefined },
    ];
    const entries = textEntries({ a: "1" });
    const outcome = await cache.publish({ entries, ttlSeconds, remove: ["c"], expect: expected });
    expect(outcome).toEqual({ kind: "published" });
    await setTexts(cache, { b: "2" });
    expect(await readTexts(cache, ["a", "b", "c"])).toEqual(["1", "2", undefined]);
    expect(await redis.command("EXISTS", "c")).toBe(0);
  });

  test("a list is no value of no bytes", async () => {
    const cache = await open();
    await redis.command("RPUSH", "a", "1");
    const expected = [{ key: "a", value: bytes("") }];
    const outcome = await cache.publish({
      entries: textEntries({ b: "1" }),
      ttlSeconds,
      remove: [],
      expect: expected,
    });
    expect(outcome).toEqual({ kind: "conflict" });
    expect(await redis.command("EXISTS", "a", "b")).toBe(1);
  });
});

describe("createRedisCache() with a server that answers errors", () => {
  beforeEach(async () => {
    await redis.command("MSET", "a", "old", "b", "old", "ghost", "old");
  });
  const untouched = ["old", "old", "old"];

  test("READONLY: a replica without a primary takes no writes and is read", async () => {
    const client = await connect();
    await redis.command("CONFIG", "SET", "replica-read-only", "yes");
    await redis.command("REPLICAOF", "127.0.0.1", String(await freePort()));
    expect(await failures(client, WRITES)).toEqual(rejected(WRITES, "READONLY"));
    expect(await contents()).toEqual(untouched);
    expect(await readTexts(createRedisCache(client, PATIENT), ["a", "b"])).toEqual(["old", "old"]);
    await redis.command("REPLICAOF", "NO", "ONE");
    await publishOver(createRedisCache(client, PATIENT), ["ghost"]);
    expect(await contents()).toEqual(["new", "new", null]);
  });

  test("NOREPLICAS: too few replicas for a write", async () => {
    const client = await connect();
    await redis.command("CONFIG", "SET", "min-replicas-to-write", "1");
    expect(await failures(client, WRITES)).toEqual(rejected(WRITES, "NOREPLICAS"));
    expect(await contents()).toEqual(untouched);
  });

  test("OOM: a full server takes no new values and is read", async () => {
    const client = await connect();
    await redis.command("CONFIG", "SET", "maxmemory-policy", "noeviction");
    await redis.command("CONFIG", "SET", "maxmemory", "1");
    const growing = WRITES.filter((_, index) => index === 0 || index === 2);
    expect(await failures(client, growing)).toEqual(rejected(growing, "OOM"));
    expect(await contents()).toEqual(untouched);
    expect(await readTexts(createRedisCache(client, PATIENT), ["a", "b"])).toEqual(["old", "old"]);
  });

  test("OOM: a publication that makes room first takes place as a whole", async () => {
    const cache = await open();
    await redis.command("CONFIG", "SET", "maxmemory", "1");
    expect(await publishOver(cache, ["ghost"])).toEqual({ kind: "published" });
    expect(await contents()).toEqual(["new", "new", null]);
  });

  test("NOPERM: a user without a right to the keys", async () => {
    await redis.command("ACL", "SETUSER", "guest", "on", ">secret", "+@all", "~elsewhere:*");
    const client = await connect(`redis://guest:secret@127.0.0.1:${redis.port}/0`);
    const calls = [...READS, ...WRITES];
    expect(await failures(client, calls)).toEqual(rejected(calls, "NOPERM"));
    expect(await contents()).toEqual(untouched);
  });

  test("NOPERM: a user who may read only", async () => {
    await redis.command("ACL", "SETUSER", "reader", "on", ">secret", "+@all", "-@write", "-@scripting", "~*");
    const client = await connect(`redis://reader:secret@127.0.0.1:${redis.port}/0`);
    expect(await failures(client, WRITES)).toEqual(rejected(WRITES, "NOPERM"));
    expect(await contents()).toEqual(untouched);
    expect(await readTexts(createRedisCache(client, PATIENT), ["a", "b"])).toEqual(["old", "old"]);
  });

  test.each(["set", "del"])(
    "NOPERM: a user who may run scripts but not %s cannot publish a part",
    async (command) => {
      await redis.command("ACL", "SETUSER", "half", "on", ">secret", "+@all", `-${command}`, "~*");
      const client = await connect(`redis://half:secret@127.0.0.1:${redis.port}/0`);
      const publications = WRITES.slice(3);
      expect(await failures(client, publications)).toEqual(rejected(publications, "NOPERM"));
      expect(await contents()).toEqual(untouched);
    },
  );

  test("NOAUTH: a connection without the password never gets ready, and says nothing but that", async () => {
    await redis.command("CONFIG", "SET", "requirepass", "secret");
    const client = createRedisClient(redis.url, { retryDelayMsMax: 20 });
    clients.push(client);
    const errors: string[] = [];
    client.on("error", (error: Error) => errors.push(error.message.split(" ", 1)[0] ?? ""));
    expect(await connectRedis(client, 10_000)).toBe(false);
    const failed = describeFailure(createRedisCache(client, PATIENT).get("a"));
    expect(await failed).toBe("unavailable: Cannot read from the cache: no connection to Redis");
    expect([...new Set(errors)]).toEqual(["NOAUTH"]);
  });
});

describe("createRedisCache() with a server that lies", () => {
  test.each([
    ["-NOAUTH Authentication required.\r\n", "rejected", "Redis answered NOAUTH Authentication required."],
    [
      "-BUSY Redis is busy running a script.\r\n",
      "rejected",
      "Redis answered BUSY Redis is busy running a script.",
    ],
    ["-\r\n", "rejected", "Redis answered "],
    ["HTTP/1.1 400 Bad Request\r\n\r\n", "unavailable", "the connection to Redis was lost"],
    ["\0\0\0\0\r\n", "unavailable", "the connection to Redis was lost"],
    ["$4096\r\nab", "timeout", "Redis did not answer within 40 ms"],
  ])("the answer %j is a failure of each operation", async (lie, code, detail) => {
    await using proxy = await startTcpProxy({ targetPort: redis.port });
    const client = await connect(`redis://127.0.0.1:${proxy.port}/0`);
    const cache = createRedisCache(client, { deadlineMs: 40, bulkDeadlineMs: 40 });
    const calls = [...READS, ...WRITES];
    const found: string[] = [];
    for (const [, call] of calls) {
      proxy.replyWith(undefined);
      await untilAnswering(client);
      proxy.replyWith(lie);
      found.push(await describeFailure(call(cache)));
    }
    expect(found).toEqual(calls.map(([words]) => `${code}: Cannot ${words}: ${detail}`));
    proxy.replyWith(undefined);
    await untilAnswering(client);
    expect(await createRedisCache(client, PATIENT).get("absent")).toBeUndefined();
  });

  test("garbage from the beginning: never ready, and used once it is a Redis", async () => {
    await using proxy = await startTcpProxy({ targetPort: redis.port });
    proxy.replyWith("HTTP/1.1 400 Bad Request\r\n\r\n");
    const client = createRedisClient(`redis://127.0.0.1:${proxy.port}/0`, { retryDelayMsMax: 20 });
    ignoreErrors(client);
    clients.push(client);
    expect(await connectRedis(client, 10_000)).toBe(false);
    proxy.replyWith(undefined);
    await untilReady(client);
    expect(await createRedisCache(client, PATIENT).get("absent")).toBeUndefined();
  });
});

describe("createRedisCache() on the wire", () => {
  test("a TTL goes out in whole milliseconds, rounded up, and keys in few commands", async () => {
    const client = await connect();
    const cache = createRedisCache(client, PATIENT);
    const seen: string[][] = [];
    const spy = await client.monitor();
    clients.push(spy);
    const heard = new Promise<void>((resolve) => {
      spy.on("monitor", (_time: string, args: string[]) => {
        seen.push(args);
        if (args[0] === "del") resolve();
      });
    });
    await cache.set("a", bytes("1"), { ttlSeconds: 0.0001 });
    await cache.set("a", bytes("1"), { ttlSeconds: 1.5005 });
    await cache.getMany(Array.from({ length: 1000 }, (_, index) => `${index}`));
    await cache.delete("a");
    await heard;
    const sets = seen.filter(([name]) => name === "set");
    expect(sets.map((args) => args.slice(1))).toEqual([
      ["a", "1", "PX", "1"],
      ["a", "1", "PX", "1501"],
    ]);
    expect(seen.filter(([name]) => name === "mget").map(({ length }) => length - 1)).toEqual([384, 384, 232]);
    // Sizes are asked by one script a batch, inside which each is one look.
    const names = seen.map(([name = ""]) => name.toLowerCase()).filter((name) => name !== "strlen");
    expect(names).toEqual(["set", "set", "eval", "eval", "eval", "mget", "mget", "mget", "del"]);
  });

  test("the largest catalog there may be replaces another one as large", async () => {
    const cache = await open();
    const named = (name: string) => Array.from({ length: 50_000 }, (_, index) => `views:${name}_${index}`);
    const value = bytes("{}");
    const publication = (name: string, remove: readonly string[]) => ({
      entries: named(name).map((key) => ({ key, value })),
      ttlSeconds,
      remove,
      expect: [],
    });
    expect(await cache.publish(publication("old", []))).toEqual({ kind: "published" });
    expect(await cache.publish(publication("new", named("old")))).toEqual({ kind: "published" });
    expect(await redis.command("DBSIZE")).toBe(50_000);
    expect((await cache.getMany(named("new"))).filter((held) => held === undefined)).toEqual([]);
  });
});
