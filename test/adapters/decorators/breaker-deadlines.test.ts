import { getEventListeners } from "node:events";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Redis } from "ioredis";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { withBreaker } from "../../../src/adapters/decorators/breaker.ts";
import { createRedisCache } from "../../../src/adapters/redis/cache.ts";
import { LONG_SECONDS } from "../../../src/conformance/cache-samples.ts";
import type { CachePort } from "../../../src/ports/cache-port.ts";
import { CACHE_CALLS } from "../../support/cache-calls.ts";
import { createScriptedCache, hanging } from "../../support/scripted-cache.ts";

/** No call opens the breaker here: it is not the subject. */
const POLICY = { failuresToOpen: 1000 };
const DEADLINES = { deadlineMs: 30, bulkDeadlineMs: 70, policy: POLICY };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("withBreaker() over a cache that never answers", () => {
  test("withBreaker() ends each operation at its deadline, and tells the cache", async () => {
    for (const { operation, isBulk, run } of CACHE_CALLS) {
      const primary = createScriptedCache();
      const signals: (AbortSignal | undefined)[] = [];
      primary.script((_operation, signal) => {
        signals.push(signal);
        return new Promise<never>(() => undefined);
      });
      const ended: unknown[] = [];
      const call = run(withBreaker(primary, DEADLINES)).catch((error: unknown) => ended.push(error));
      const deadlineMs = isBulk ? 70 : 30;
      await vi.advanceTimersByTimeAsync(deadlineMs - 1);
      expect([ended, signals.map((signal) => signal?.aborted)]).toEqual([[], [false]]);
      await vi.advanceTimersByTimeAsync(1);
      await call;
      expect(ended).toMatchObject([{ name: "CacheError", code: "timeout", operation }]);
      expect(String(ended[0])).toContain(`there was no answer within ${deadlineMs} ms`);
      expect(signals.map((signal) => signal?.aborted)).toEqual([true]);
    }
  });

  test("withBreaker() calls it a timeout also when the cache says aborted, as it was told", async () => {
    const primary = createScriptedCache();
    primary.script(
      (_operation, signal) =>
        new Promise((_resolve, reject) => signal?.addEventListener("abort", () => reject(signal.reason))),
    );
    const outcome = expect(withBreaker(primary, DEADLINES).get("key")).rejects.toMatchObject({
      code: "timeout",
    });
    await vi.advanceTimersByTimeAsync(30);
    await outcome;
  });

  test("withBreaker() leaves neither timers nor listeners behind, however a call ends", async () => {
    const primary = createScriptedCache();
    const cache = withBreaker(primary, DEADLINES);
    const lasting = new AbortController();
    const callAll = () => CACHE_CALLS.map(({ run }) => run(cache, lasting.signal).catch(() => undefined));
    await Promise.all(callAll());
    primary.script(hanging());
    const late = callAll();
    expect(getEventListeners(lasting.signal, "abort")).toHaveLength(CACHE_CALLS.length);
    await vi.advanceTimersByTimeAsync(70);
    await Promise.all(late);
    primary.script(() => {
      throw new Error("Thrown at once");
    });
    await Promise.all(callAll());
    expect(getEventListeners(lasting.signal, "abort")).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
    primary.script(hanging());
    const given = callAll();
    lasting.abort();
    await Promise.all(given);
    expect(getEventListeners(lasting.signal, "abort")).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("withBreaker() ends a call at once when its caller gives it up, and takes no answer afterwards", async () => {
    const primary = createScriptedCache();
    const { promise, reject } = Promise.withResolvers<never>();
    primary.script(() => promise);
    const controller = new AbortController();
    const call = withBreaker(primary, DEADLINES).get("key", { signal: controller.signal });
    controller.abort("gone");
    await expect(call).rejects.toMatchObject({ code: "aborted", cause: "gone" });
    // An unhandled rejection would fail the run.
    reject(new Error("Too late"));
    await vi.advanceTimersByTimeAsync(100);
  });

  test("close() ends the calls under way, and those that follow, with the code closed", async () => {
    const primary = createScriptedCache();
    primary.script(hanging());
    const cache = withBreaker(primary, DEADLINES);
    const calls = CACHE_CALLS.map(({ run }) => run(cache).catch((error: unknown) => error));
    await cache.close();
    const after = CACHE_CALLS.map(({ run }) => run(cache).catch((error: unknown) => error));
    const wanted = CACHE_CALLS.map(({ operation }) => ({ name: "CacheError", code: "closed", operation }));
    expect(await Promise.all(calls)).toMatchObject(wanted);
    expect(await Promise.all(after)).toMatchObject(wanted);
    expect(primary.asked).toHaveLength(CACHE_CALLS.length);
    expect(vi.getTimerCount()).toBe(0);
  });

  test.each([
    ["the value", true],
    ["all", false],
  ])(
    "withBreaker() lets go of %s that a call was given, also if the cache keeps its promise: %s",
    async (_what, isKept) => {
      const kept: Promise<never>[] = [];
      const given: WeakRef<object>[] = [];
      const primary: CachePort = {
        ...createScriptedCache(),
        set() {
          const promise = new Promise<never>(() => undefined);
          if (isKept) kept.push(promise);
          return promise;
        },
      };
      const cache = withBreaker(primary, DEADLINES);
      const write = async (): Promise<void> => {
        const value = new Uint8Array(1024);
        const { signal } = new AbortController();
        given.push(new WeakRef(value));
        // What the cache keeps leads to the error, and that to the signal.
        if (!isKept) given.push(new WeakRef(signal));
        const call = cache.set("key", value, { ttlSeconds: LONG_SECONDS, signal }).catch(() => undefined);
        await vi.advanceTimersByTimeAsync(30);
        await call;
      };
      for (let count = 0; count < 50; count++) await write();
      vi.useRealTimers();
      const collect = garbageCollector();
      const left = () => given.filter((reference) => reference.deref() !== undefined).length;
      for (let turn = 0; turn < 50 && left() > 2; turn++) {
        await new Promise((resolve) => setImmediate(resolve));
        collect();
      }
      // Those of the last call may still lie on the stack.
      expect(left()).toBeLessThanOrEqual(2);
      expect(kept).toHaveLength(isKept ? 50 : 0);
    },
  );
});

/** Node and Deno show V8's when it is told to; Bun has its own. */
function garbageCollector(): () => void {
  const { Bun: bun } = globalThis as { readonly Bun?: { gc(isSynchronous: boolean): void } };
  if (bun !== undefined) return () => bun.gc(true);
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as () => void;
}

/** A Redis connection that is ready and never ends an answer; something passes it all the time. */
function createTricklingClient(): Redis {
  let bytesRead = 0;
  const stream = { bytesWritten: 0, writableLength: 0, writable: true };
  const trickling = Object.defineProperty(stream, "bytesRead", { get: () => bytesRead++ });
  return {
    status: "ready",
    stream: trickling,
    mgetBuffer: () => new Promise<never>(() => undefined),
    strlen: () => new Promise<never>(() => undefined),
    call: () => new Promise<never>(() => undefined),
    disconnect: () => {
      stream.writable = false;
    },
  } as unknown as Redis;
}

describe("withBreaker() without deadlines of a test's own", () => {
  test.each([
    ["one key", 1, "Redis did not answer within 500 ms"],
    ["many keys, for a minute", 17, "Redis did not answer within 5000 ms"],
  ])("withBreaker() leaves it to Redis to give up on %s", async (_words, keyCount, detail) => {
    const cache = withBreaker(createRedisCache(createTricklingClient()));
    const keys = Array.from({ length: keyCount }, (_, index) => `key:${index}`);
    let settled = false;
    const call = cache.getMany(keys).finally(() => (settled = true));
    const outcome = expect(call).rejects.toThrow(`Cannot read from the cache: ${detail}`);
    for (let second = 0; second < 70 && !settled; second++) await vi.advanceTimersByTimeAsync(1000);
    await outcome;
  });
});
