import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type BreakerStatus,
  type GuardedCacheOptions,
  withBreaker,
} from "../../../src/adapters/decorators/breaker.ts";
import { createMemoryCache } from "../../../src/adapters/memory/cache.ts";
import { createRedisBroadcast } from "../../../src/adapters/redis/broadcast.ts";
import { createRedisCache } from "../../../src/adapters/redis/cache.ts";
import { createRedisClient } from "../../../src/adapters/redis/client.ts";
import { bytes } from "../../../src/conformance/cache-samples.ts";
import { CacheError, type CacheErrorCode } from "../../../src/ports/cache-port.ts";
import { CACHE_CALLS } from "../../support/cache-calls.ts";
import { describeCache } from "../../support/describe-conformance.ts";
import { openMemoryHarness } from "../../support/memory-cache-harness.ts";
import { openRedisHarness, PATIENT } from "../../support/redis-cache-harness.ts";
import { type RedisServer, startRedis } from "../../support/redis-server.ts";
import { createScriptedCache, failing, type ScriptedAnswer } from "../../support/scripted-cache.ts";

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

describeCache({ name: "withBreaker(memory)", open: () => openMemoryHarness((cache) => withBreaker(cache)) });
describeCache({
  name: "withBreaker(redis)",
  open: () => openRedisHarness(redis.url, (cache) => withBreaker(cache, PATIENT)),
});

/** A breaker over a cache that does as it is told, with a clock that stands still. */
function guard(options: GuardedCacheOptions = {}) {
  const primary = createScriptedCache();
  const changes: BreakerStatus[] = [];
  const clock = { nowMs: 1000 };
  const cache = withBreaker(primary, {
    nowMs: () => clock.nowMs,
    random: () => 1,
    onChange: (view) => changes.push(view),
    ...options,
  });
  const read = () => cache.get("key").catch((error: unknown) => error);
  const readTimes = async (times: number): Promise<unknown> => {
    let last: unknown;
    for (let count = 0; count < times; count++) last = await read();
    return last;
  };
  return { primary, cache, clock, changes, read, readTimes };
}

async function openGuard(code: CacheErrorCode = "unavailable") {
  const guarded = guard();
  guarded.primary.script(failing(code));
  const lastFailure = await guarded.readTimes(3);
  guarded.primary.asked.length = 0;
  return { ...guarded, lastFailure };
}

/** Answers when it is told to. */
function gated(): { readonly answer: ScriptedAnswer; readonly release: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { answer: (_operation, _signal, usual) => promise.then(usual), release: resolve };
}

describe("withBreaker()", () => {
  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31])(
    "withBreaker() and the adapters of Redis refuse a deadline of %d ms, which no timer can wait",
    (deadlineMs) => {
      const client = createRedisClient("redis://127.0.0.1:9");
      const calls = [
        () => withBreaker(createMemoryCache(), { deadlineMs }),
        () => withBreaker(createMemoryCache(), { bulkDeadlineMs: deadlineMs }),
        () => createRedisCache(client, { deadlineMs }),
        () => createRedisBroadcast({ publisher: client, subscriber: client, channel: "c", deadlineMs }),
        () => createRedisClient("redis://127.0.0.1:9", { connectTimeoutMs: deadlineMs }),
      ];
      for (const call of calls) expect(call).toThrow(RangeError);
      client.disconnect();
    },
  );
});

describe("withBreaker()", () => {
  test.each<CacheErrorCode>(["timeout", "unavailable"])(
    "withBreaker() opens after three failures in a row with the code %s",
    async (code) => {
      const { primary, cache, readTimes, changes } = guard();
      primary.script(failing(code));
      await readTimes(2);
      expect(cache.breaker()).toEqual({ state: "closed" });
      await readTimes(1);
      expect(cache.breaker()).toEqual({ state: "open", reason: code });
      expect(changes).toEqual([{ state: "open", reason: code }]);
    },
  );

  test.each<CacheErrorCode>(["aborted", "closed", "rejected", "too-large"])(
    "withBreaker() stays closed whatever fails with the code %s",
    async (code) => {
      const { primary, cache, readTimes, changes } = guard();
      primary.script(failing(code));
      expect(await readTimes(20)).toMatchObject({ name: "CacheError", code });
      expect([primary.asked.length, cache.breaker(), changes]).toEqual([20, { state: "closed" }, []]);
    },
  );

  test.each<[CacheErrorCode, string]>([
    ["rejected", "closed"],
    ["too-large", "closed"],
    ["aborted", "open"],
    ["closed", "open"],
  ])(
    "withBreaker() takes an error with the code %s between failures for what it is: then %s",
    async (code, state) => {
      const { primary, cache, readTimes } = guard();
      primary.script(failing("timeout"));
      await readTimes(2);
      primary.script(failing(code));
      await readTimes(1);
      primary.script(failing("timeout"));
      await readTimes(1);
      expect(cache.breaker().state).toBe(state);
    },
  );

  test("withBreaker() fails each operation at once while it is open, and asks nothing", async () => {
    const { primary, cache, lastFailure } = await openGuard("timeout");
    for (const { operation, run } of CACHE_CALLS) {
      const error: unknown = await run(cache).catch((failure: unknown) => failure);
      expect(error).toBeInstanceOf(CacheError);
      expect(error).toMatchObject({ code: "unavailable", operation, cause: lastFailure });
      expect(String(error)).toMatch(
        /^CacheError: Cannot .* the cache: the circuit breaker is open after failures$/,
      );
    }
    expect(primary.asked).toEqual([]);
  });

  test("withBreaker() lets one of many calls try when the pause is over, and all when that one went well", async () => {
    const { primary, cache, clock, changes, read } = await openGuard();
    const { answer, release } = gated();
    primary.script(answer);
    clock.nowMs = 1500;
    const probe = read();
    const others = await Promise.all(Array.from({ length: 20 }, read));
    expect(others.map((error) => (error as CacheError).code)).toEqual(others.map(() => "unavailable"));
    expect(primary.asked).toEqual(["get"]);
    expect(cache.breaker()).toEqual({ state: "half-open", reason: "unavailable" });
    release();
    expect(await probe).toBeUndefined();
    expect(await Promise.all(Array.from({ length: 20 }, read))).toEqual(others.map(() => undefined));
    expect(changes).toEqual([
      { state: "open", reason: "unavailable" },
      { state: "half-open", reason: "unavailable" },
      { state: "closed" },
    ]);
  });

  test("withBreaker() pauses for longer after each try that fails, and tells why it failed last", async () => {
    const { primary, cache, clock, readTimes } = await openGuard();
    primary.script(failing("timeout"));
    const triedAtMs: number[] = [];
    for (; clock.nowMs < 9000; clock.nowMs += 100) {
      const before = primary.asked.length;
      await readTimes(3);
      if (primary.asked.length > before) triedAtMs.push(clock.nowMs);
    }
    expect(triedAtMs).toEqual([1500, 2500, 4500, 6500, 8500]);
    expect(primary.asked).toHaveLength(5);
    expect(cache.breaker()).toEqual({ state: "open", reason: "timeout" });
  });

  test("probeNow() lets the next call try at once, and changes nothing while calls go through", async () => {
    const { primary, cache, changes, readTimes } = await openGuard();
    cache.probeNow();
    await readTimes(5);
    expect(primary.asked).toHaveLength(1);
    primary.script(undefined);
    cache.probeNow();
    await readTimes(5);
    expect(primary.asked).toHaveLength(6);
    cache.probeNow();
    expect(changes.map(({ state }) => state)).toEqual(["open", "half-open", "open", "half-open", "closed"]);
  });

  test("withBreaker() lets another call try when the one that tried was given up by its caller", async () => {
    const { primary, cache, clock, readTimes } = await openGuard();
    clock.nowMs = 1500;
    primary.script(gated().answer);
    const controller = new AbortController();
    const reason = new Error("The caller has left");
    const probe = cache.get("key", { signal: controller.signal });
    controller.abort(reason);
    await expect(probe).rejects.toMatchObject({ code: "aborted", operation: "get", cause: reason });
    primary.script(undefined);
    expect(await readTimes(1)).toBeUndefined();
    expect(cache.breaker()).toEqual({ state: "closed" });
  });

  test("withBreaker() does not spend the try on calls that need no server, and takes them for no answer", async () => {
    const { primary, cache, clock } = await openGuard();
    clock.nowMs = 1500;
    expect(await cache.getMany([])).toEqual([]);
    await expect(cache.get("key", { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: "aborted",
    });
    await expect(cache.set("key", bytes("1"), { ttlSeconds: 0 })).rejects.toThrow(RangeError);
    const publication = { entries: [], ttlSeconds: -1, remove: [], expect: [] };
    await expect(cache.publish(publication)).rejects.toThrow(RangeError);
    expect([primary.asked, cache.breaker().state]).toEqual([[], "open"]);
  });

  test("withBreaker() passes on what is no CacheError, and counts it for nothing", async () => {
    const { primary, cache, clock, readTimes } = guard();
    const bug = new TypeError("A bug");
    primary.script(() => {
      throw bug;
    });
    expect(await readTimes(10)).toBe(bug);
    expect(cache.breaker()).toEqual({ state: "closed" });
    primary.script(failing("timeout"));
    await readTimes(3);
    clock.nowMs = 1500;
    primary.script(() => {
      throw bug;
    });
    expect(await readTimes(1)).toBe(bug);
    expect(cache.breaker().state).toBe("open");
    primary.script(undefined);
    expect(await readTimes(1)).toBeUndefined();
  });

  test("withBreaker() does not open, or close, by calls that began before it did", async () => {
    const { primary, cache, clock, read, readTimes } = guard();
    const [early, late] = [gated(), gated()];
    primary.script(early.answer);
    const earlyCall = read();
    primary.script((...call) => {
      const [operation] = call;
      return Promise.resolve(late.answer(...call)).then(() =>
        failing("timeout")(operation, undefined, () => 0),
      );
    });
    const lateCalls = Array.from({ length: 5 }, read);
    primary.script(failing("unavailable"));
    await readTimes(3);
    early.release();
    expect(await earlyCall).toBeUndefined();
    expect(cache.breaker()).toEqual({ state: "open", reason: "unavailable" });
    clock.nowMs = 1500;
    primary.script(undefined);
    await readTimes(1);
    late.release();
    await Promise.all(lateCalls);
    expect(cache.breaker()).toEqual({ state: "closed" });
  });

  test("withBreaker() takes another policy, in parts", async () => {
    const { primary, cache, clock, readTimes } = guard({
      policy: { failuresToOpen: 1, probePauseMsMin: 10 },
    });
    primary.script(failing("timeout"));
    await readTimes(5);
    expect([primary.asked.length, cache.breaker().state]).toEqual([1, "open"]);
    clock.nowMs += 20;
    await readTimes(5);
    expect(primary.asked).toHaveLength(2);
  });
});
