import type { Redis } from "ioredis";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  type BreakerStatus,
  type GuardedCache,
  withBreaker,
} from "../../../src/adapters/decorators/breaker.ts";
import { withObserver } from "../../../src/adapters/decorators/observe.ts";
import { createRedisCache, type RedisCacheOptions } from "../../../src/adapters/redis/cache.ts";
import {
  bytes,
  LONG_SECONDS,
  readText,
  readTexts,
  setTexts,
} from "../../../src/conformance/cache-samples.ts";
import type { CachePort } from "../../../src/ports/cache-port.ts";
import { CACHE_CALLS } from "../../support/cache-calls.ts";
import { connectTestRedis, untilAnswering } from "../../support/connect-redis.ts";
import { PATIENT } from "../../support/redis-cache-harness.ts";
import { type RedisServer, startRedis } from "../../support/redis-server.ts";
import { startTcpProxy, type TcpProxy } from "../../support/tcp-proxy.ts";

const ttlSeconds = LONG_SECONDS;
/** For what cannot be answered; what can be may still come too late for them on a busy machine, and is asked again. */
const HASTY = { deadlineMs: 40, bulkDeadlineMs: 40 } as const;
/** Longer than what a machine busy with other tests makes of a moment. */
const SLOW_MS = 60_000;

let redis: RedisServer;
let proxy: TcpProxy;
let client: Redis;
beforeEach(async () => {
  redis = await startRedis();
  proxy = await startTcpProxy({ targetPort: redis.port });
  const url = `redis://127.0.0.1:${proxy.port}/0`;
  client = await connectTestRedis(url, { connectTimeoutMs: 500 });
});
afterEach(async () => {
  client.disconnect();
  await proxy.close();
  await redis.stop();
});

/** A guard over the real server, whose clock stands still until a test moves it. */
function guard(deadlines: RedisCacheOptions, guardDeadlines: RedisCacheOptions = PATIENT) {
  const asked: string[] = [];
  const states: BreakerStatus["state"][] = [];
  const clock = { nowMs: 0 };
  const seen = withObserver(createRedisCache(client, deadlines), ({ operation, result }) =>
    asked.push(`${operation} ${result}`),
  );
  const cache = withBreaker(seen, {
    ...guardDeadlines,
    nowMs: () => clock.nowMs,
    random: () => 1,
    onChange: ({ state }) => states.push(state),
  });
  return { asked, states, clock, cache };
}

const failureOf = (call: Promise<unknown>) => call.catch((error: unknown) => error);

async function untilOpen(cache: GuardedCache): Promise<void> {
  while (cache.breaker().state !== "open") await failureOf(cache.get("key"));
}

/** @param caller what is called until the guard has closed */
async function untilClosed(guarded: GuardedCache, caller: CachePort): Promise<void> {
  while (guarded.breaker().state !== "closed") {
    await untilAnswering(client);
    guarded.probeNow();
    await failureOf(caller.get("key"));
  }
}

/** Ways to lose a server, and to have it again. */
const FAULTS: readonly (readonly [
  name: string,
  start: () => Promise<void> | void,
  end: () => Promise<void> | void,
])[] = [
  ["refuses", () => proxy.refuse(), () => proxy.accept()],
  ["is frozen", () => redis.freeze(), () => redis.thaw()],
  ["is a black hole", () => proxy.pause(), () => proxy.resume()],
  ["answers far too late", () => proxy.delay(SLOW_MS), () => proxy.delay(0)],
  ["is killed, and started anew", () => redis.kill(), () => redis.restart()],
];

describe("withBreaker() over a Redis that fails", () => {
  test.each(FAULTS)(
    "when it %s, it is left alone but for one try at a time, and used again after",
    async (_name, start, end) => {
      const { asked, states, clock, cache } = guard(HASTY);
      await start();
      await untilOpen(cache);
      asked.length = 0;
      const calls = Array.from({ length: 10 }, () => CACHE_CALLS).flat();
      const held = await Promise.all(calls.map(({ run }) => failureOf(run(cache))));
      expect(
        held.map(String).filter((text) => !text.endsWith("the circuit breaker is open after failures")),
      ).toEqual([]);
      expect(asked).toEqual([]);

      for (let probes = 1; probes <= 3; probes++) {
        clock.nowMs += 2000;
        await Promise.all(calls.map(({ run }) => failureOf(run(cache))));
        expect(asked).toHaveLength(probes);
        expect(cache.breaker().state).toBe("open");
      }
      await end();
      await untilClosed(cache, cache);
      expect(cache.breaker()).toEqual({ state: "closed" });
      expect(states.slice(0, 3)).toEqual(["open", "half-open", "open"]);
      expect(states.slice(-2)).toEqual(["half-open", "closed"]);
    },
  );

  test("a deadline of its own ends each call, though Redis would be waited for longer", async () => {
    const { cache } = guard(PATIENT, HASTY);
    redis.freeze();
    const codes: string[] = [];
    for (const { run } of CACHE_CALLS.slice(0, 3)) {
      codes.push(((await failureOf(run(cache))) as { code: string }).code);
    }
    expect(codes).toEqual(["timeout", "timeout", "timeout"]);
    expect(cache.breaker()).toEqual({ state: "open", reason: "timeout" });
    redis.thaw();
    cache.probeNow();
    const settled = await failureOf(createRedisCache(client, PATIENT).get("key"));
    expect(settled).toBeUndefined();
  });
});

describe("withBreaker() over a Redis that answers what nobody wants", () => {
  test.each([
    "-ERR unknown\r\n",
    "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
    "-OOM command not allowed when used memory > 'maxmemory'.\r\n",
    "-NOPERM this user has no permissions\r\n",
    "-LOADING Redis is loading the dataset in memory\r\n",
  ])("%j never opens it", async (reply) => {
    const { cache, states } = guard(PATIENT);
    proxy.replyWith(reply);
    for (let times = 0; times < 10; times++) {
      expect(await failureOf(cache.get("key"))).toMatchObject({ code: "rejected" });
    }
    expect([cache.breaker(), states]).toEqual([{ state: "closed" }, []]);
  });

  test("a list where a value should be, bytes that mean nothing, and a full memory never open it", async () => {
    const { cache, states } = guard(PATIENT);
    await redis.command("LPUSH", "list", "1");
    await redis.command("SET", "corrupt", "{");
    await redis.command("CONFIG", "SET", "maxmemory", "1");
    for (let times = 0; times < 10; times++) {
      expect(await readTexts(cache, ["list", "corrupt"])).toEqual([undefined, "{"]);
      expect(await cache.getWithTtl("list")).toBeUndefined();
      const full = failureOf(cache.set("key", bytes("1"), { ttlSeconds }));
      expect(await full).toMatchObject({ code: "rejected" });
    }
    expect([cache.breaker(), states]).toEqual([{ state: "closed" }, []]);
  });

  test("a Redis that is full keeps what it has, and takes writes again when there is room", async () => {
    const { cache } = guard(PATIENT);
    await setTexts(cache, { key: "old" });
    await redis.command("CONFIG", "SET", "maxmemory", "1");
    const full = failureOf(cache.set("key", bytes("new"), { ttlSeconds }));
    expect(await full).toMatchObject({ code: "rejected" });
    expect(await readText(cache, "key")).toBe("old");
    await redis.command("CONFIG", "SET", "maxmemory", "0");
    await cache.set("key", bytes("new"), { ttlSeconds });
    expect(await readText(cache, "key")).toBe("new");
  });
});
