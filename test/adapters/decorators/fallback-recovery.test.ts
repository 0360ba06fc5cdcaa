import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { withFallback } from "../../../src/adapters/decorators/fallback.ts";
import { createMemoryCache } from "../../../src/adapters/memory/cache.ts";
import {
  bytes,
  LONG_SECONDS,
  readText,
  readTexts,
  setTexts,
  textEntries,
} from "../../../src/conformance/cache-samples.ts";
import type { CachePort } from "../../../src/ports/cache-port.ts";
import { CACHE_CALLS } from "../../support/cache-calls.ts";
import { createScriptedCache, failing } from "../../support/scripted-cache.ts";

const ttlSeconds = LONG_SECONDS;
const KEYS = ["a", "b", "c"];

/** A fallback whose primary is up or down, and holds nothing. */
function fallBack(secondary: CachePort) {
  const primary = createScriptedCache();
  const cache = withFallback(primary, secondary);
  return {
    primary,
    cache,
    down: () => primary.script(failing("unavailable")),
    up: () => primary.script(undefined),
  };
}

/** A memory whose operations wait, before or after they take place, for as long as the test says. */
function createSlowMemory(pause: (operation: string, when: "after" | "before") => Promise<void> | undefined) {
  const memory = createMemoryCache({ entriesMax: 100 });
  const slowly = async <Value>(operation: string, run: () => Promise<Value>): Promise<Value> => {
    await pause(operation, "before");
    const value = await run();
    await pause(operation, "after");
    return value;
  };
  const cache: CachePort = {
    get: (key) => slowly("get", () => memory.get(key)),
    getWithTtl: (key) => slowly("getWithTtl", () => memory.getWithTtl(key)),
    getMany: (keys) => slowly("getMany", () => memory.getMany(keys)),
    fingerprint: (keys) => slowly("fingerprint", () => memory.fingerprint(keys)),
    set: (...call) => slowly("set", () => memory.set(...call)),
    delete: (key) => slowly("delete", () => memory.delete(key)),
    publish: (publication) =>
      slowly(publication.entries.length > 0 ? "publish" : "forget", () => memory.publish(publication)),
    close: memory.close,
  };
  return { cache, memory };
}

async function writeAside(cache: CachePort): Promise<void> {
  await cache.set("a", bytes("aside"), { ttlSeconds });
  await cache.publish({
    entries: textEntries({ b: "aside", c: "aside" }),
    ttlSeconds,
    remove: [],
    expect: [],
  });
}

/** Lets everything that waits for nothing but its turn take place. */
const turnOver = () => new Promise((resolve) => setImmediate(resolve));

describe("withFallback() when the primary answers again", () => {
  test.each(CACHE_CALLS.map((call) => [call.operation, call.isBulk ? "bulk" : "few", call] as const))(
    "withFallback() forgets what was written aside as soon as %s (%s) is answered",
    async (_operation, _size, { run }) => {
      const memory = createMemoryCache();
      const { cache, down, up } = fallBack(memory);
      down();
      await writeAside(cache);
      expect(await readTexts(cache, KEYS)).toEqual(["aside", "aside", "aside"]);
      up();
      await run(cache);
      expect(await readTexts(memory, KEYS)).toEqual([undefined, undefined, undefined]);
      down();
      expect(await readTexts(cache, KEYS)).toEqual([undefined, undefined, undefined]);
    },
  );

  test("withFallback() takes a conflict for an answer, and a read of no keys for none", async () => {
    const { cache, down, up, primary } = fallBack(createMemoryCache());
    down();
    await writeAside(cache);
    up();
    expect(await cache.getMany([])).toEqual([]);
    down();
    expect(await readTexts(cache, KEYS)).toEqual(["aside", "aside", "aside"]);
    primary.script(() => ({ kind: "conflict" }));
    await cache.publish({ entries: [], ttlSeconds, remove: [], expect: [] });
    down();
    expect(await readTexts(cache, KEYS)).toEqual([undefined, undefined, undefined]);
  });

  test("withFallback() forgets what went aside, and leaves what the secondary held of its own", async () => {
    const memory = createMemoryCache();
    const { cache, down, up } = fallBack(memory);
    await setTexts(memory, { own: "own" });
    down();
    await writeAside(cache);
    up();
    await cache.get("a");
    expect(await readTexts(memory, ["own", ...KEYS])).toEqual(["own", undefined, undefined, undefined]);
  });

  test("withFallback() copies nothing to the primary", async () => {
    const { cache, primary, down, up } = fallBack(createMemoryCache());
    down();
    await writeAside(cache);
    up();
    primary.asked.length = 0;
    await cache.get("a");
    await cache.getMany(KEYS);
    await turnOver();
    expect(primary.asked).toEqual(["get", "getMany"]);
  });

  test("withFallback() does not make a read wait for the forgetting, but the next use of the secondary", async () => {
    const forgetting = Promise.withResolvers<void>();
    const { cache: slow } = createSlowMemory((operation) =>
      operation === "forget" ? forgetting.promise : undefined,
    );
    const { cache, down, up } = fallBack(slow);
    down();
    await writeAside(cache);
    up();
    expect(await cache.get("a")).toBeUndefined();
    down();
    const reads: unknown[] = [];
    const reading = readTexts(cache, KEYS).then((texts) => reads.push(texts));
    const writing = cache.set("b", bytes("later"), { ttlSeconds });
    await turnOver();
    expect(reads).toEqual([]);
    forgetting.resolve();
    await Promise.all([reading, writing]);
    expect(reads).toEqual([[undefined, undefined, undefined]]);
    expect(await readTexts(cache, KEYS)).toEqual([undefined, "later", undefined]);
  });

  test.each(["before", "after"])(
    "withFallback() takes back a write that ends %s it was taken down by the secondary, if the primary has answered",
    async (moment) => {
      const landing = Promise.withResolvers<void>();
      const { cache: slow } = createSlowMemory((operation, when) =>
        operation === "set" && when === moment ? landing.promise : undefined,
      );
      const { cache, down, up } = fallBack(slow);
      down();
      const late = cache.set("a", bytes("late"), { ttlSeconds });
      await turnOver();
      up();
      await cache.get("b");
      down();
      const read = readText(cache, "a");
      await turnOver();
      landing.resolve();
      expect((await late).kind).toBe("aside");
      expect([await read, await readText(cache, "a")]).toEqual([undefined, undefined]);
    },
  );

  test("withFallback() takes back a write that had to wait for an earlier one to be forgotten, if the primary answered meanwhile", async () => {
    const forgetting = Promise.withResolvers<void>();
    const { cache: slow } = createSlowMemory((operation) =>
      operation === "forget" ? forgetting.promise : undefined,
    );
    const { cache, down, up } = fallBack(slow);
    down();
    await writeAside(cache);
    up();
    await cache.get("a");
    down();
    const waiting = cache.set("a", bytes("second"), { ttlSeconds });
    await turnOver();
    up();
    await cache.get("a");
    down();
    forgetting.resolve();
    await waiting;
    expect(await readTexts(cache, KEYS)).toEqual([undefined, undefined, undefined]);
  });

  test("withFallback() does not use a secondary that cannot forget, until it can", async () => {
    const secondary = createMemoryCache();
    const state = { broken: false };
    const stubborn: CachePort = {
      ...secondary,
      publish: (publication, options) =>
        state.broken
          ? Promise.reject(new Error("It cannot forget"))
          : secondary.publish(publication, options),
    };
    const { cache, down, up } = fallBack(stubborn);
    down();
    await setTexts(cache, { a: "aside" });
    state.broken = true;
    up();
    await cache.get("a");
    down();
    await expect(cache.get("a")).rejects.toMatchObject({ code: "unavailable", operation: "get" });
    await expect(setTexts(cache, { b: "1" })).rejects.toMatchObject({
      code: "unavailable",
      operation: "set",
    });
    state.broken = false;
    expect(await readTexts(cache, ["a", "b"])).toEqual([undefined, undefined]);
  });
});

type Step = "down" | "get" | "getMany" | "publish" | "set" | "turn" | "up";
const STEPS = fc.array(
  fc.constantFrom<Step>("down", "get", "getMany", "publish", "set", "set", "turn", "turn", "up"),
  { maxLength: 40, size: "max" },
);
const PAUSES = fc.infiniteStream(fc.nat(6));

test("withFallback() never serves what was written aside in an earlier outage, however slow the secondary is", async () => {
  await fc.assert(
    fc.asyncProperty(STEPS, PAUSES, async (steps, pauses) => {
      const { cache: slow } = createSlowMemory(async () => {
        for (let left = pauses.next().value ?? 0; left > 0; left--) await undefined;
      });
      const { cache, down, up } = fallBack(slow);
      const running: Promise<unknown>[] = [];
      const wrong: string[] = [];
      let outage = 0;
      let isDown = false;
      const check = async (call: Promise<readonly (string | undefined)[]>): Promise<void> => {
        const asked = outage;
        const texts = await call;
        wrong.push(...texts.filter((text): text is string => text !== undefined && Number(text) < asked));
      };
      const value = () => bytes(String(outage));
      const take: Readonly<Record<Step, () => unknown>> = {
        down: () => {
          if (!isDown) outage += 1;
          isDown = true;
          down();
        },
        up: async () => {
          isDown = false;
          up();
          await cache.get("a");
        },
        turn: turnOver,
        get: () => void running.push(check(readText(cache, "a").then((text) => [text]))),
        getMany: () => void running.push(check(readTexts(cache, KEYS))),
        set: () => void running.push(cache.set("a", value(), { ttlSeconds })),
        publish: () => {
          const entries = ["a", "b"].map((key) => ({ key, value: value() }));
          running.push(cache.publish({ entries, ttlSeconds, remove: ["c"], expect: [] }));
        },
      };
      for (const step of steps) await take[step]();
      await Promise.all(running);
      expect(wrong).toEqual([]);
    }),
    { numRuns: 500 },
  );
});
