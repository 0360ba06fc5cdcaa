import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createMemoryCache } from "../../../src/adapters/memory/cache.ts";
import { createReplicaRegistry, type ReplicaRegistry } from "../../../src/app/fleet/replica-registry.ts";
import {
  encodeReplicaIds,
  encodeReplicaRecord,
  parseReplicaIds,
  parseReplicaRecord,
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

/**
 * A heartbeat of the versions before the figures: it lists the replicas with a record and itself.
 *
 * @returns the ids that it listed
 */
async function beatAsBefore(cache: CachePort, self: ReplicaRecord): Promise<readonly string[]> {
  const ids = await cache.get("replicas:list");
  const others = parseReplicaIds(ids).filter((id) => id !== self.id);
  const records = await cache.getMany(others.map((id) => `replicas:id:${id}`));
  const live = others.filter((id, index) => {
    const record = records[index];
    return record !== undefined && parseReplicaRecord(record)?.id === id;
  });
  const listed = [...live, self.id].sort();
  const entries = [
    { key: `replicas:id:${self.id}`, value: encodeReplicaRecord(self) },
    { key: "replicas:list", value: encodeReplicaIds(listed) },
  ];
  const expected = [{ key: "replicas:list", value: ids }];
  await cache.publish({ entries, ttlSeconds: TTL_SECONDS, remove: [], expect: expected });
  return listed;
}

describe.each(["memory", "redis"] as const)("createReplicaRegistry() in %s", (kind) => {
  let redis: CatalogRedis | undefined;
  let cache: CachePort;
  let nowMs = 1;
  const join = (id: string, hash?: string | null): ReplicaRegistry =>
    createReplicaRegistry({ cache, describe: () => recordOf(id, hash), ttlSeconds: TTL_SECONDS });
  const idsOf = async (registry: ReplicaRegistry): Promise<readonly string[]> =>
    (await registry.list()).replicas.map(({ id }) => id);
  const countAgain = (): Promise<unknown> => cache.delete("leases:fleet");
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

  test("heartbeat() makes replicas known to each other", async () => {
    const [first, second] = [join("first"), join("second")];
    expect((await first.heartbeat()).shared).toBe(true);
    await second.heartbeat();
    expect(await idsOf(first)).toEqual(["first", "second"]);
    expect((await second.list()).replicas[0]).toEqual({ ...recordOf("first"), divergent: false });
    await countAgain();
    expect(await first.heartbeat()).toMatchObject({ shared: true, replicas: 2, divergent: 0 });
    expect(await second.heartbeat()).toEqual(first.last());
    expect(second.last()).toEqual(first.last());
  });

  test("heartbeat() makes a refused disk known to all, and its repair", async () => {
    const disk = { reason: "invalid-catalog", since: "2026-01-02T03:04:06.000Z" };
    let record: ReplicaRecord = { ...recordOf("refusing"), disk };
    const refusing = createReplicaRegistry({ cache, describe: () => record, ttlSeconds: TTL_SECONDS });
    const other = join("other");
    await other.heartbeat();
    await refusing.heartbeat();
    expect((await other.heartbeat()).refused).toEqual({ count: 1, since: disk.since });
    expect((await other.list()).replicas).toMatchObject([{ id: "other" }, { id: "refusing", disk }]);
    record = recordOf("refusing");
    await refusing.heartbeat();
    await countAgain();
    expect((await other.heartbeat()).refused).toBeUndefined();
  });

  test("heartbeat() loses nobody when many join at once", async () => {
    const all = Array.from({ length: 5 }, (_, index) => join(`replica-${index}`));
    await Promise.all(all.map((registry) => registry.heartbeat()));
    for (const registry of all) await registry.heartbeat();
    expect(await idsOf(join("observer"))).toEqual(["observer", ...all.map((_, index) => `replica-${index}`)]);
  });

  test("list() no longer has who stopped beating, and heartbeat() forgets it", async () => {
    const [alive, dead] = [join("alive"), join("dead")];
    await dead.heartbeat();
    nowMs += 9000;
    await alive.heartbeat();
    nowMs += 1001;
    await redis?.server.command("DEL", "replicas:id:dead");
    expect(await idsOf(alive)).toEqual(["alive"]);
    await countAgain();
    expect((await alive.heartbeat()).replicas).toBe(1);
    expect(parseReplicaIds(await cache.get("replicas:list"))).toEqual(["alive"]);
  });

  test("every key that heartbeat() writes ends by itself", async () => {
    await join("first").heartbeat();
    const lives = {
      "replicas:id:first": TTL_SECONDS,
      "replicas:seen:first": 6 * TTL_SECONDS,
      "leases:fleet": TTL_SECONDS,
      "replicas:list": 3 * TTL_SECONDS,
      "replicas:summary": 3 * TTL_SECONDS,
    };
    for (const [key, life] of Object.entries(lives)) {
      const ttlSeconds = (await cache.getWithTtl(key))?.ttlSeconds ?? 0;
      expect(ttlSeconds).toBeGreaterThan(life - 5);
      expect(ttlSeconds).toBeLessThanOrEqual(life);
    }
  });

  test("leave() takes a replica away at once, and a late heartbeat() does not bring it back", async () => {
    const [first, second] = [join("first"), join("second")];
    await first.heartbeat();
    await second.heartbeat();
    await second.leave();
    await second.heartbeat();
    expect(await idsOf(first)).toEqual(["first"]);
  });

  test("list() marks who does not serve the published catalog", async () => {
    await put("views:hash", SERVED);
    await join("serving").heartbeat();
    await join("diverging", OTHER).heartbeat();
    await join("starting", null).heartbeat();
    const { publishedHash, replicas } = await join("serving").list();
    expect(publishedHash).toBe(SERVED);
    expect(replicas.map(({ id, divergent }) => [id, divergent])).toEqual([
      ["diverging", true],
      ["serving", false],
      ["starting", true],
    ]);
  });

  test("heartbeat() counts who does not serve the published catalog, once for all replicas", async () => {
    await put("views:hash", SERVED);
    const serving = join("serving");
    const all = [serving, join("diverging", OTHER), join("starting", null)];
    for (const registry of all) await registry.heartbeat();
    await countAgain();
    const counts = await Promise.all(all.map((registry) => registry.heartbeat()));
    await serving.heartbeat();
    for (const registry of all) expect(await registry.heartbeat()).toEqual(serving.last());
    expect(counts).toHaveLength(3);
    expect(serving.last()).toMatchObject({ replicas: 3, divergent: 2 });
    const { digest } = serving.last();
    await join("diverging", SERVED).heartbeat();
    await countAgain();
    expect((await serving.heartbeat()).divergent).toBe(1);
    expect(serving.last().digest).not.toBe(digest);
  });

  test("heartbeat() of any replica has the figures at once after one has joined or left", async () => {
    const [first, second] = [join("first"), join("second")];
    expect(await first.heartbeat()).toMatchObject({ replicas: 1 });
    expect(await second.heartbeat()).toMatchObject({ replicas: 2 });
    expect(await first.heartbeat()).toMatchObject({ replicas: 2, others: 1 });
    await second.leave();
    expect(await first.heartbeat()).toMatchObject({ replicas: 1, others: 0 });
  });

  test("heartbeat() of a fleet at rest is one call of the cache, of a size that does not grow with the fleet", async () => {
    const calls: string[] = [];
    const counted = new Proxy(cache, {
      get:
        (target, name: keyof CachePort) =>
        (...call: never[]) => {
          calls.push(name);
          return (target[name] as (...call: never[]) => unknown)(...call);
        },
    });
    const self = createReplicaRegistry({
      cache: counted,
      describe: () => recordOf("self"),
      ttlSeconds: TTL_SECONDS,
    });
    for (let index = 0; index < 20; index++) await join(`replica-${index}`).heartbeat();
    for (let beat = 0; beat < 2; beat++) await self.heartbeat();
    await countAgain();
    await join("replica-0").heartbeat();
    await self.heartbeat();
    calls.length = 0;
    for (let beat = 0; beat < 3; beat++) await self.heartbeat();
    expect(calls).toEqual(["publish", "publish", "publish"]);
    expect(self.last()).toMatchObject({ replicas: 21, others: 20 });
  });

  test("heartbeat() lists a replica again that was counted out while it was frozen", async () => {
    const [frozen, other] = [join("frozen"), join("other")];
    for (const registry of [frozen, other]) await registry.heartbeat();
    await cache.delete("replicas:id:frozen");
    await countAgain();
    await other.heartbeat();
    expect(parseReplicaIds(await cache.get("replicas:list"))).toEqual(["other"]);
    await frozen.heartbeat();
    expect(parseReplicaIds(await cache.get("replicas:list"))).toEqual(["frozen", "other"]);
    await countAgain();
    expect((await frozen.heartbeat()).replicas).toBe(2);
  });

  test("replicas of versions that keep the list alone are seen, see the others, and remove nobody", async () => {
    const [first, second] = [join("first"), join("second")];
    await beatAsBefore(cache, recordOf("before"));
    for (let beat = 0; beat < 3; beat++) {
      for (const registry of [first, second]) await registry.heartbeat();
      expect(await beatAsBefore(cache, recordOf("before", OTHER))).toEqual(["before", "first", "second"]);
      if (beat === 1) await countAgain();
    }
    expect(await idsOf(first)).toEqual(["before", "first", "second"]);
    expect((await second.heartbeat()).replicas).toBe(3);
  });

  test("all replicas list themselves again after the cache was emptied", async () => {
    const all = Array.from({ length: 5 }, (_, index) => join(`replica-${index}`));
    for (const registry of all) await registry.heartbeat();
    for (const key of ["leases:fleet", "replicas:list", "replicas:summary"]) await cache.delete(key);
    for (let index = 0; index < 5; index++) await cache.delete(`replicas:id:replica-${index}`);
    await Promise.all(all.map((registry) => registry.heartbeat()));
    for (const registry of all) await registry.heartbeat();
    expect(await idsOf(join("observer"))).toHaveLength(6);
  });

  test("list() and last() name a replica that vanished, and not one that left or came back", async () => {
    let wallMs = Date.UTC(2026, 0, 31, 12);
    const vanished: unknown[] = [];
    const at = (id: string): ReplicaRegistry =>
      createReplicaRegistry({
        cache,
        describe: () => recordOf(id),
        ttlSeconds: TTL_SECONDS,
        wallMs: () => wallMs,
        onVanished: (departures) => vanished.push(...departures),
      });
    const [self, left, lost] = [at("self"), at("left"), at("lost")];
    for (const registry of [self, left, lost]) await registry.heartbeat();
    await countAgain();
    await self.heartbeat();
    await left.leave();
    await cache.delete("replicas:id:lost");
    // The last heartbeat of this replica was 16 seconds ago.
    await cache.set("replicas:seen:lost", new Uint8Array(), { ttlSeconds: 44 });
    await countAgain();
    const noticedMs = wallMs;
    const [first] = (await self.heartbeat()).lost ?? [];
    const since = first?.since ?? "";
    // A slow machine may need some seconds between the two calls.
    expect(noticedMs - Date.parse(since)).toBeGreaterThanOrEqual(16_000);
    expect(noticedMs - Date.parse(since)).toBeLessThan(30_000);
    expect(self.last().lost).toEqual([{ id: "lost", since }]);
    expect((await self.list()).lost).toEqual([]);
    wallMs += 30_000;
    await countAgain();
    expect((await self.heartbeat()).lost).toEqual([{ id: "lost", since }]);
    expect((await self.list()).lost).toEqual([{ id: "lost", since }]);
    await lost.heartbeat();
    await countAgain();
    expect([(await self.heartbeat()).lost, (await self.list()).lost]).toEqual([undefined, []]);
    expect(vanished).toEqual([{ id: "lost", since }]);
  });

  test("list() reports a replica that is missing before the next count", async () => {
    const missed: string[] = [];
    const self = createReplicaRegistry({
      cache,
      describe: () => recordOf("self"),
      ttlSeconds: TTL_SECONDS,
      onVanished: (replicas) => missed.push(...replicas.map(({ id }) => id)),
    });
    await join("other").heartbeat();
    await self.heartbeat();
    await self.list();
    expect(missed).toEqual([]);
    await cache.delete("replicas:id:other");
    expect((await self.list()).lost).toEqual([]);
    expect(missed).toEqual(["other"]);
  });

  test("list() marks nobody while nothing is published", async () => {
    await put("views:hash", "no hash");
    await join("other", OTHER).heartbeat();
    const { publishedHash, replicas } = await join("self").list();
    expect([publishedHash, ...replicas.map(({ divergent }) => divergent)]).toEqual([undefined, false, false]);
  });

  test("A19: records and lists that are too large are not read, and heartbeat() replaces the list", async () => {
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
    for (let beat = 0; beat < 2; beat++) await self.heartbeat();
    expect(await idsOf(self)).toEqual(["other", "self"]);
    expect(Math.max(...read)).toBeLessThan(8 * 1024);
    expect(parseReplicaIds(await cache.get("replicas:list"))).toEqual(["other", "self"]);
  });

  test("list() passes over what is no record and who claims another one's place", async () => {
    await cache.set("replicas:list", encodeReplicaIds(["ghost", "liar", "odd"]), { ttlSeconds: TTL_SECONDS });
    await put("replicas:id:liar", JSON.stringify(recordOf("someone")));
    await put("replicas:id:odd", "{");
    expect(await idsOf(join("self"))).toEqual(["self"]);
    await put("replicas:list", "not a list");
    expect(await idsOf(join("self"))).toEqual(["self"]);
    await join("self").heartbeat();
    expect(parseReplicaIds(await cache.get("replicas:list"))).toEqual(["self"]);
  });
});

describe("createReplicaRegistry() over a cache that fails", () => {
  test("E1: list() remembers who was there, and for how long, until the cache tells again", async () => {
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
    await createReplicaRegistry({ ...options, describe: () => recordOf("second") }).heartbeat();
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

  test("heartheartbeat(), list() and leave() know this replica alone, and say so", async () => {
    const cache = createMemoryCache();
    const registry = createReplicaRegistry({
      cache,
      describe: () => recordOf("self"),
      ttlSeconds: TTL_SECONDS,
    });
    expect((await registry.heartbeat()).shared).toBe(true);
    await cache.close();
    for (const fleet of [await registry.heartbeat(), registry.last()]) {
      expect(fleet).toMatchObject({ shared: false, replicas: 1, divergent: 0, others: 0 });
    }
    expect(await registry.list()).toEqual({
      self: "self",
      shared: false,
      publishedHash: undefined,
      replicas: [{ ...recordOf("self"), divergent: false }],
      lost: [],
    });
    await registry.leave();
  });

  test("heartbeat() renews its record each time, and the list before it ends", async () => {
    let nowMs = 1;
    const memory = createMemoryCache({ nowMs: () => nowMs });
    let listings = 0;
    const cache: CachePort = {
      ...memory,
      publish(publication, options) {
        if (publication.entries.some(({ key }) => key === "replicas:list")) listings += 1;
        return memory.publish(publication, options);
      },
    };
    const registry = createReplicaRegistry({
      cache,
      describe: () => recordOf("self"),
      ttlSeconds: TTL_SECONDS,
    });
    for (let beat = 1; beat <= 20; beat++) {
      await registry.heartbeat();
      expect((await memory.getWithTtl("replicas:id:self"))?.ttlSeconds).toBe(TTL_SECONDS);
      // The longest pause between two heartbeats, and a call that took its whole time.
      nowMs += 3750 + 500;
      expect(parseReplicaIds(await memory.get("replicas:list"))).toEqual(["self"]);
    }
    expect(listings).toBe(7);
  });

  test("heartbeat() lists itself with the next count when the list is lost, or lacks it, or names one that is gone", async () => {
    const cache = createMemoryCache();
    const registry = createReplicaRegistry({
      cache,
      describe: () => recordOf("self"),
      ttlSeconds: TTL_SECONDS,
    });
    await registry.heartbeat();
    for (const ids of [undefined, [], ["other"], ["self", "gone"]]) {
      if (ids === undefined) await cache.delete("replicas:list");
      else await cache.set("replicas:list", encodeReplicaIds(ids), { ttlSeconds: TTL_SECONDS });
      await cache.delete("leases:fleet");
      await registry.heartbeat();
      expect(parseReplicaIds(await cache.get("replicas:list"))).toEqual(["self"]);
    }
  });

  test("heartbeat() that leave() overtakes leaves nothing behind", async () => {
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
    await registry.heartbeat();
    await memory.delete("leases:fleet");
    isHeld = true;
    const late = registry.heartbeat();
    await registry.leave();
    reading.resolve();
    await late;
    expect(await memory.getMany(["replicas:id:self"])).toEqual([undefined]);
  });

  test("heartbeat() gives up on a list that never stands still", async () => {
    const memory = createMemoryCache();
    let attempts = 0;
    const cache: CachePort = {
      ...memory,
      publish: async ({ entries }) => {
        if (entries.some(({ key }) => key === "replicas:list")) attempts += 1;
        return { kind: "conflict" };
      },
    };
    const registry = createReplicaRegistry({
      cache,
      describe: () => recordOf("self"),
      ttlSeconds: TTL_SECONDS,
    });
    await registry.heartbeat();
    expect(attempts).toBe(5);
  });

  test("heartbeat() lets what is no failure of the cache through", async () => {
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
    await expect(registry.heartbeat()).rejects.toThrow(TypeError);
  });
});
