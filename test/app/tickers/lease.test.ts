import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createMemoryCache } from "../../../src/adapters/memory/cache.ts";
import { createLease, type Lease } from "../../../src/app/tickers/lease.ts";
import { CacheError, type CachePort } from "../../../src/ports/cache-port.ts";
import { type CatalogRedis, startCatalogRedis } from "../../support/catalog-redis.ts";

const KEY = "leases:test";
let tokens = 0;

function leaseOf(cache: CachePort): Lease {
  return createLease({ cache, key: KEY, ttlSeconds: 5, createToken: () => `token-${++tokens}` });
}

async function held(lease: Lease) {
  const turn = await lease.acquire();
  if (turn.kind !== "held") throw new Error(`The lease is ${turn.kind}`);
  return turn;
}

describe.each(["memory", "redis"] as const)("createLease() in %s", (kind) => {
  let redis: CatalogRedis | undefined;
  let cache: CachePort;
  let nowMs = 1;

  beforeAll(async () => {
    if (kind === "redis") redis = await startCatalogRedis();
  });
  afterAll(() => redis?.[Symbol.asyncDispose]());
  beforeEach(async () => {
    await redis?.server.command("FLUSHALL");
    cache = redis?.cache ?? createMemoryCache({ nowMs: () => nowMs });
  });

  test("acquire() gives the lease to one at a time, and to the next when it is released", async () => {
    const [mine, theirs] = [leaseOf(cache), leaseOf(cache)];
    const turn = await held(mine);
    expect((await theirs.acquire()).kind).toBe("taken");
    expect((await mine.acquire()).kind).toBe("taken");
    await turn.release();
    await held(theirs);
  });

  test("acquire() gives it to one of many who ask at once", async () => {
    const turns = await Promise.all(Array.from({ length: 50 }, () => leaseOf(cache).acquire()));
    expect(turns.filter(({ kind: turn }) => turn === "held")).toHaveLength(1);
    expect(turns.filter(({ kind: turn }) => turn === "taken")).toHaveLength(49);
  });

  test("release() takes nothing from whoever holds it after it has ended by itself", async () => {
    const [mine, theirs] = [leaseOf(cache), leaseOf(cache)];
    const late = await held(mine);
    nowMs += 5001;
    await redis?.server.command("DEL", KEY);
    const turn = await held(theirs);
    await late.release();
    expect((await mine.acquire()).kind).toBe("taken");
    await turn.release();
    expect((await mine.acquire()).kind).toBe("held");
  });

  test("acquire() ends by itself", async () => {
    await held(leaseOf(cache));
    if (redis !== undefined) expect(Number(await redis.server.command("PTTL", KEY))).toBeGreaterThan(0);
    nowMs += 5001;
    await redis?.server.command("PEXPIRE", KEY, "0");
    await held(leaseOf(cache));
  });
});

describe("createLease() over a cache that fails", () => {
  test("acquire() is unavailable, and release() no error", async () => {
    const memory = createMemoryCache();
    let down = false;
    const cache: CachePort = {
      ...memory,
      publish: async (...args) => {
        if (down) throw new CacheError("publish", "unavailable", "it is down");
        return memory.publish(...args);
      },
    };
    const turn = await held(leaseOf(cache));
    down = true;
    expect((await leaseOf(cache).acquire()).kind).toBe("unavailable");
    await turn.release();
  });
});
