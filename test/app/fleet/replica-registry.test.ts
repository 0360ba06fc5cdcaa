import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createMemoryCache } from "../../../src/adapters/memory/cache.ts";
import { createReplicaRegistry, type ReplicaRegistry } from "../../../src/app/fleet/replica-registry.ts";
import {
  encodeReplicaIds,
  parseReplicaIds,
  type ReplicaRecord,
} from "../../../src/domain/fleet/replica-record.ts";
import { CacheError, type CachePort } from "../../../src/ports/cache-port.ts";
import { type CatalogRedis, startCatalogRedis } from "../../support/catalog-redis.ts";

const TTL_SECONDS = 10;
const [SERVED, OTHER] = ["a".repeat(64), "b".repeat(64)];

function recordOf(id: string, hash: string | null = SERVED): ReplicaRecord {
  return {
    schema: 1,
    id,
    version: "0.1.0",
    runtime: "node 24.0.0",
    startedAt: "2026-01-02T03:04:05.678Z",
    uptimeSeconds: 1,
    catalog: hash === null ? null : { hash, source: "disk", views: 1, revision: 1, ageSeconds: 1 },
    cache: { backend: "redis", state: "up" },
    tickers: null,
  };
}

describe.each(["memory", "redis"] as const)("createReplicaRegistry() in %s", (kind) => {
  let redis: CatalogRedis | undefined;
  let cache: CachePort;
  let nowMs = 1;
  const join = (id: string, hash?: string | null): ReplicaRegistry =>
    createReplicaRegistry({ cache, describe: () => recordOf(id, hash), ttlSeconds: TTL_SECONDS });
  const idsOf = async (registry: ReplicaRegistry): Promise<readonly string[]> =>
    (await registry.list()).replicas.map(({ id }) => id);
  const put = (key: string, text: string): Promise<unknown> =>
    cache.set(key, new TextEncoder().encode(text), { ttlSeconds: TTL_SECONDS });

  beforeAll(async () => {
    if (kind === "redis") redis = await startCatalogRedis();
  });
  afterAll(() => redis?.[Symbol.asyncDispose]());
  beforeEach(async () => {
    await redis?.server.command("FLUSHALL");
    cache = redis?.cache ?? createMemoryCache({ nowMs: () => nowMs });
  });

  test("beat() makes replicas known to each other", async () => {
    const [first, second] = [join("first"), join("second")];
    expect((await first.beat()).shared).toBe(true);
    await second.beat();
    expect(await idsOf(first)).toEqual(["first", "second"]);
    expect((await second.list()).replicas[0]).toEqual({ ...recordOf("first"), divergent: false });
    expect(second.last().self).toBe("second");
  });

  test("beat() loses nobody when many join at once", async () => {
    const all = Array.from({ length: 5 }, (_, index) => join(`replica-${index}`));
    await Promise.all(all.map((registry) => registry.beat()));
    for (const registry of all) await registry.beat();
    expect(await idsOf(join("observer"))).toEqual(["observer", ...all.map((_, index) => `replica-${index}`)]);
  });

  test("look() no longer has who stopped beating, and beat() forgets it", async () => {
    const [alive, dead] = [join("alive"), join("dead")];
    await dead.beat();
    nowMs += 9000;
    await alive.beat();
    nowMs += 1001;
    await redis?.server.command("DEL", "replicas:id:dead");
    expect(await idsOf(alive)).toEqual(["alive"]);
    await alive.beat();
    expect(parseReplicaIds(await cache.get("replicas:list"))).toEqual(["alive"]);
  });

  test("every key that beat() writes ends by itself", async () => {
    await join("first").beat();
    for (const key of ["replicas:list", "replicas:id:first"]) {
      const ttlSeconds = (await cache.getWithTtl(key))?.ttlSeconds ?? 0;
      expect(ttlSeconds).toBeGreaterThan(TTL_SECONDS - 5);
      expect(ttlSeconds).toBeLessThanOrEqual(TTL_SECONDS);
    }
  });

  test("leave() takes a replica away at once, and a late beat() does not bring it back", async () => {
    const [first, second] = [join("first"), join("second")];
    await first.beat();
    await second.beat();
    await second.leave();
    await second.beat();
    expect(await idsOf(first)).toEqual(["first"]);
  });

  test("look() marks who does not serve the published catalog", async () => {
    await put("views:hash", SERVED);
    await join("serving").beat();
    await join("diverging", OTHER).beat();
    await join("starting", null).beat();
    const { publishedHash, replicas } = await join("serving").list();
    expect(publishedHash).toBe(SERVED);
    expect(replicas.map(({ id, divergent }) => [id, divergent])).toEqual([
      ["diverging", true],
      ["serving", false],
      ["starting", true],
    ]);
  });

  test("look() marks nobody while nothing is published", async () => {
    await put("views:hash", "no hash");
    await join("other", OTHER).beat();
    const { publishedHash, replicas } = await join("self").list();
    expect([publishedHash, ...replicas.map(({ divergent }) => divergent)]).toEqual([undefined, false, false]);
  });

  test("A19: records and lists that are too large are not read, and beat() replaces the list", async () => {
    const read: number[] = [];
    const counted: CachePort = {
      ...cache,
      async getMany(keys, options) {
        const values = await cache.getMany(keys, options);
        read.push(...values.map((value) => value?.byteLength ?? 0));
        return values;
      },
    };
    const self = createReplicaRegistry({
      cache: counted,
      describe: () => recordOf("self"),
      ttlSeconds: TTL_SECONDS,
    });
    const huge = Array.from({ length: 40 }, (_, index) => `huge-${index}`);
    const named = { list: encodeReplicaIds([...huge, "other"]), padding: " ".repeat(100_000) };
    await cache.set("replicas:list", named.list, { ttlSeconds: TTL_SECONDS });
    for (const id of huge) await put(`replicas:id:${id}`, JSON.stringify(recordOf(id)) + named.padding);
    await put("replicas:id:other", JSON.stringify(recordOf("other")));
    for (let beat = 0; beat < 2; beat++) await self.beat();
    expect(await idsOf(self)).toEqual(["other", "self"]);
    expect(Math.max(...read)).toBeLessThan(8 * 1024);
    expect(parseReplicaIds(await cache.get("replicas:list"))).toEqual(["other", "self"]);
  });

  test("look() passes over what is no record and who claims another one's place", async () => {
    await cache.set("replicas:list", encodeReplicaIds(["ghost", "liar", "odd"]), { ttlSeconds: TTL_SECONDS });
    await put("replicas:id:liar", JSON.stringify(recordOf("someone")));
    await put("replicas:id:odd", "{");
    expect(await idsOf(join("self"))).toEqual(["self"]);
    await put("replicas:list", "not a list");
    expect(await idsOf(join("self"))).toEqual(["self"]);
    await join("self").beat();
    expect(parseReplicaIds(await cache.get("replicas:list"))).toEqual(["self"]);
  });
});

describe("createReplicaRegistry() over a cache that fails", () => {
  test("E1: look() remembers who was there, and for how long, until the cache tells again", async () => {
    const memory = createMemoryCache();
    let isAway = false;
    let atMs = 1_000;
    const cache = new Proxy(memory, {
      get: (target, key) =>
        isAway && key === "getMany"
          ? () => Promise.reject(new CacheError("getMany", "unavailable", "it is away"))
          : Reflect.get(target, key),
    });
    const options = { cache, ttlSeconds: TTL_SECONDS, nowMs: () => atMs };
    const first = createReplicaRegistry({ ...options, describe: () => recordOf("first") });
    await createReplicaRegistry({ ...options, describe: () => recordOf("second") }).beat();
    expect((await first.list()).lastSeen).toBeUndefined();
    isAway = true;
    atMs += 42_000;
    expect(await first.list()).toMatchObject({
      shared: false,
      replicas: [{ id: "first" }],
      lastSeen: { ageSeconds: 42, replicas: [recordOf("second")] },
    });
    isAway = false;
    expect((await first.list()).lastSeen).toBeUndefined();
  });

  test("beat(), look() and leave() know this replica alone, and say so", async () => {
    const cache = createMemoryCache();
    const registry = createReplicaRegistry({
      cache,
      describe: () => recordOf("self"),
      ttlSeconds: TTL_SECONDS,
    });
    expect((await registry.beat()).shared).toBe(true);
    await cache.close();
    for (const fleet of [await registry.beat(), await registry.list(), registry.last()]) {
      expect(fleet).toEqual({
        self: "self",
        shared: false,
        publishedHash: undefined,
        replicas: [{ ...recordOf("self"), divergent: false }],
      });
    }
    await registry.leave();
  });

  test("beat() renews its record each time, and a list that stays the same before it ends", async () => {
    let nowMs = 1;
    const memory = createMemoryCache({ nowMs: () => nowMs });
    let listings = 0;
    const cache: CachePort = {
      ...memory,
      publish(publication, options) {
        listings += 1;
        return memory.publish(publication, options);
      },
    };
    const registry = createReplicaRegistry({
      cache,
      describe: () => recordOf("self"),
      ttlSeconds: TTL_SECONDS,
    });
    for (let beat = 1; beat <= 9; beat++) {
      await registry.beat();
      expect((await memory.getWithTtl("replicas:id:self"))?.ttlSeconds).toBe(TTL_SECONDS);
      // The longest pause between two beats, and a call that took its whole time.
      nowMs += 1875 + 500;
      expect(parseReplicaIds(await memory.get("replicas:list"))).toEqual(["self"]);
    }
    expect(listings).toBe(3);
  });

  test("beat() lists itself at once when the list is lost, or lacks it, or names one that is gone", async () => {
    const cache = createMemoryCache();
    const registry = createReplicaRegistry({
      cache,
      describe: () => recordOf("self"),
      ttlSeconds: TTL_SECONDS,
    });
    await registry.beat();
    for (const ids of [undefined, [], ["other"], ["self", "gone"]]) {
      if (ids === undefined) await cache.delete("replicas:list");
      else await cache.set("replicas:list", encodeReplicaIds(ids), { ttlSeconds: TTL_SECONDS });
      await registry.beat();
      expect(parseReplicaIds(await cache.get("replicas:list"))).toEqual(["self"]);
    }
  });

  test("beat() that leave() overtakes leaves nothing behind", async () => {
    const memory = createMemoryCache();
    const reading = Promise.withResolvers<void>();
    let isHeld = false;
    const cache: CachePort = {
      ...memory,
      async getMany(keys, options) {
        const values = await memory.getMany(keys, options);
        if (isHeld) {
          isHeld = false;
          await reading.promise;
        }
        return values;
      },
    };
    const registry = createReplicaRegistry({
      cache,
      describe: () => recordOf("self"),
      ttlSeconds: TTL_SECONDS,
    });
    await registry.beat();
    isHeld = true;
    const late = registry.beat();
    await registry.leave();
    reading.resolve();
    await late;
    expect(await memory.getMany(["replicas:id:self"])).toEqual([undefined]);
  });

  test("beat() gives up on a list that never stands still", async () => {
    const memory = createMemoryCache();
    let attempts = 0;
    const cache: CachePort = {
      ...memory,
      publish: async () => {
        attempts += 1;
        return { kind: "conflict" };
      },
    };
    const registry = createReplicaRegistry({
      cache,
      describe: () => recordOf("self"),
      ttlSeconds: TTL_SECONDS,
    });
    await registry.beat();
    expect(attempts).toBe(5);
  });

  test("beat() lets what is no failure of the cache through", async () => {
    const cache: CachePort = {
      ...createMemoryCache(),
      getMany: async () => {
        throw new TypeError("a defect");
      },
    };
    const registry = createReplicaRegistry({
      cache,
      describe: () => recordOf("self"),
      ttlSeconds: TTL_SECONDS,
    });
    await expect(registry.beat()).rejects.toThrow(TypeError);
  });
});
