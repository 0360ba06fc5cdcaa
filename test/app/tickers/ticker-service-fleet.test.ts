import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { createMemoryCache } from "../../../src/adapters/memory/cache.ts";
import { TICKERS_KEY } from "../../../src/app/tickers/shared-tickers.ts";
import { CacheError, type CachePort } from "../../../src/ports/cache-port.ts";
import { type CatalogRedis, startCatalogRedis } from "../../support/catalog-redis.ts";
import {
  createScriptedTickerSource,
  databaseFailure,
  type ScriptedTickerSource,
} from "../../support/scripted-ticker-source.ts";
import {
  createFakeClock,
  createTickerReplica,
  type FakeClock,
  seen,
  type TickerReplica,
} from "../../support/ticker-replica.ts";

const OLD = ["HGLG11"];
const NEW = ["HGLG11", "NOVO11"];

async function storedTickers(cache: CachePort): Promise<unknown> {
  const bytes = await cache.get(TICKERS_KEY);
  return bytes === undefined ? undefined : JSON.parse(new TextDecoder().decode(bytes));
}

describe.each(["memory", "redis"] as const)("tickers of a fleet that shares %s", (kind) => {
  let redis: CatalogRedis | undefined;
  let cache: CachePort;
  let clock: FakeClock;
  let source: ScriptedTickerSource;
  let mine: TickerReplica;
  let theirs: TickerReplica;

  beforeAll(async () => {
    if (kind === "redis") redis = await startCatalogRedis();
  });
  afterAll(() => redis?.[Symbol.asyncDispose]());
  beforeEach(async () => {
    await redis?.server.command("FLUSHALL");
    clock = createFakeClock();
    cache = redis?.cache ?? createMemoryCache({ nowMs: clock.nowMs });
    source = createScriptedTickerSource(OLD);
    mine = createTickerReplica({ cache, source, clock });
    theirs = createTickerReplica({ cache, source, clock });
  });

  test("load() makes one query of 1,000 cold calls on each of four replicas", async () => {
    const replicas = Array.from({ length: 4 }, () => createTickerReplica({ cache, source, clock }));
    const loads = replicas.flatMap((replica) => Array.from({ length: 1000 }, () => replica.load()));
    const states = new Set((await Promise.all(loads)).map(seen));
    expect(source.queries()).toBe(1);
    expect(states).toEqual(new Set(["fresh from database: HGLG11", "fresh from cache: HGLG11"]));
  });

  test("load() asks the database itself when whoever has the turn does not come back", async () => {
    const held = source.hold();
    const dying = theirs.load();
    await held.asked;
    const waits: number[] = [];
    const waiting = createTickerReplica({
      cache,
      source,
      clock,
      onPause: async (ms) => {
        waits.push(ms);
        clock.elapse(ms / 1000);
      },
    });
    expect(seen(await waiting.load())).toBe("fresh from database: HGLG11");
    const waited = waits.reduce((total, ms) => total + ms, 0);
    expect(waited).toBeGreaterThanOrEqual(2000);
    // Less than the life of a right, which somebody may also renew again and again.
    expect(waited).toBeLessThan(2100);
    expect(source.queries()).toBe(2);
    held.release();
    await dying;
  });

  test("load() takes the turn when the one before has failed", async () => {
    source.answer(databaseFailure());
    const held = source.hold();
    const failing = theirs.load();
    await held.asked;
    source.answer(OLD);
    const waiting = mine.load();
    held.release();
    expect([seen(await failing), seen(await waiting)]).toEqual([
      "unavailable",
      "fresh from database: HGLG11",
    ]);
  });

  test("load() that began before a refresh elsewhere does not put its older list over the newer one", async () => {
    const held = source.hold();
    const loading = mine.load();
    await held.asked;
    source.answer(NEW);
    await theirs.refresh();
    held.release();
    expect(seen(await loading)).toBe("fresh from cache: HGLG11 NOVO11");
    expect(await storedTickers(cache)).toEqual(NEW);
    expect(seen(await mine.load())).toBe("fresh from cache: HGLG11 NOVO11");
  });

  test("load() that is overtaken by an announcement returns its list, and neither keeps nor shares it", async () => {
    const held = source.hold();
    const loading = mine.load();
    await held.asked;
    const resynced = mine.resync("announcement");
    held.release();
    expect(seen(await loading)).toBe("fresh from database: HGLG11");
    await resynced;
    expect(mine.peek()).toEqual({ kind: "unavailable" });
    expect(await storedTickers(cache)).toBeUndefined();
    source.answer(NEW);
    expect(seen(await mine.load())).toBe("fresh from database: HGLG11 NOVO11");
  });

  test("refresh() that another one overtakes asks again, so that the newest answer stays", async () => {
    await mine.load();
    const held = source.hold();
    const refreshing = mine.refresh();
    await held.asked;
    source.answer(NEW);
    await theirs.refresh();
    held.release();
    expect(seen(await refreshing)).toBe("fresh from database: HGLG11 NOVO11");
    expect(source.queries()).toBe(4);
    expect(await storedTickers(cache)).toEqual(NEW);
  });

  test("refresh() during which another one is announced keeps and shares what it was told", async () => {
    await mine.load();
    source.answer(NEW);
    const held = source.hold();
    const refreshing = mine.refresh();
    await held.asked;
    const resynced = mine.resync("announcement");
    held.release();
    expect(seen(await refreshing)).toBe("fresh from database: HGLG11 NOVO11");
    await resynced;
    expect(await storedTickers(cache)).toEqual(NEW);
    expect(seen(await mine.load())).toBe("fresh from database: HGLG11 NOVO11");
  });

  test("resync() of many announcements makes few comparisons", async () => {
    await mine.load();
    let looks = 0;
    const counting: CachePort = {
      ...cache,
      getWithTtl: async (...args) => {
        looks += 1;
        return cache.getWithTtl(...args);
      },
    };
    const pauses: number[] = [];
    const gap = Promise.withResolvers<void>();
    const onPause = (ms: number): Promise<void> => {
      pauses.push(ms);
      return gap.promise;
    };
    const counted = createTickerReplica({ cache: counting, source, clock, onPause });
    await counted.load();
    looks = 0;
    const flood = (): readonly Promise<void>[] =>
      Array.from({ length: 10_000 }, () => counted.resync("announcement"));
    const first = flood();
    await vi.waitFor(() => expect(pauses).toEqual([100]));
    const second = flood();
    expect(looks).toBe(1);
    gap.resolve();
    await Promise.all([...first, ...second]);
    expect([looks, pauses]).toEqual([2, [100, 100]]);
    expect(seen(await counted.load())).toBe("fresh from cache: HGLG11");
  });

  test("refresh() asks anew for whoever comes while the database is being asked", async () => {
    const held = source.hold();
    const first = mine.refresh();
    await held.asked;
    source.answer(NEW);
    const later = [mine.refresh(), mine.refresh()];
    held.release();
    expect(seen(await first)).toBe("fresh from database: HGLG11");
    expect((await Promise.all(later)).map(seen)).toEqual(Array(2).fill("fresh from database: HGLG11 NOVO11"));
    expect(source.queries()).toBe(2);
  });

  test("resync() takes the list that another replica refreshed, without asking the database", async () => {
    await mine.load();
    source.answer(NEW);
    await theirs.refresh();
    expect(seen(await mine.load())).toBe("fresh from database: HGLG11");
    await mine.resync("announcement");
    expect(seen(await mine.load())).toBe("fresh from cache: HGLG11 NOVO11");
    expect(source.queries()).toBe(2);
  });

  test("resync() that only compares leaves a load that is under way as it is", async () => {
    const held = source.hold();
    const loading = mine.load();
    await held.asked;
    const resynced = mine.resync("comparison");
    held.release();
    const loaded = await loading;
    await resynced;
    expect(seen(loaded)).toBe("fresh from database: HGLG11");
    expect(await storedTickers(cache)).toEqual(OLD);
    expect(seen(mine.peek())).toBe("fresh from database: HGLG11");
    expect(source.queries()).toBe(1);
  });

  test("resync() leaves the copy where the shared cache has no list, and asks nobody without a copy", async () => {
    await mine.resync("announcement");
    expect(mine.story()).toEqual([]);
    await mine.load();
    await cache.delete(TICKERS_KEY);
    await mine.resync("announcement");
    expect(seen(await mine.load())).toBe("fresh from database: HGLG11");
    expect(source.queries()).toBe(1);
  });
});

describe("load() without the right to ask", () => {
  test("load() asks the database when the lease cannot be had", async () => {
    const clock = createFakeClock();
    const source = createScriptedTickerSource(OLD);
    const memory = createMemoryCache({ nowMs: clock.nowMs });
    const cache: CachePort = {
      ...memory,
      publish: async () => {
        throw new CacheError("publish", "unavailable", "it is down");
      },
    };
    expect(seen(await createTickerReplica({ cache, source, clock }).load())).toBe(
      "fresh from database: HGLG11",
    );
  });
});
