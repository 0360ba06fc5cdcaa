import { beforeEach, describe, expect, test } from "vitest";
import { createMemoryCache } from "../../../src/adapters/memory/cache.ts";
import { TICKERS_KEY } from "../../../src/app/tickers/shared-tickers.ts";
import { readText } from "../../../src/conformance/cache-samples.ts";
import { CacheError, type CachePort } from "../../../src/ports/cache-port.ts";
import { DATABASE_ERROR_CODES } from "../../../src/ports/database-port.ts";
import {
  createScriptedTickerSource,
  databaseFailure,
  type ScriptedTickerSource,
} from "../../support/scripted-ticker-source.ts";
import {
  createFakeClock,
  createTickerReplica,
  type FakeClock,
  RETRY_SECONDS,
  STALE_SECONDS,
  seen,
  type TickerReplica,
  TICKERS_TTL_SECONDS as TTL,
} from "../../support/ticker-replica.ts";

const LIST = "HGLG11 KNRI11";
const ABSENT = "cache-miss: absent";
const FAILED = "database-failed: unavailable, Cannot query the database: it is down";

let clock: FakeClock;
let cache: CachePort;
let source: ScriptedTickerSource;
let replica: TickerReplica;
beforeEach(() => {
  clock = createFakeClock();
  cache = createMemoryCache({ nowMs: clock.nowMs, entriesMax: 10 });
  source = createScriptedTickerSource(["HGLG11", "KNRI11"]);
  replica = createTickerReplica({ cache, source, clock });
});

describe("load() while the database fails", () => {
  test.each(DATABASE_ERROR_CODES)("load() is unavailable before the first list: %s", async (code) => {
    source.answer(databaseFailure(code));
    expect(seen(await replica.load())).toBe("unavailable");
    const failed = `database-failed: ${code}, Cannot query the database: it is down`;
    expect(replica.story()).toEqual([ABSENT, failed]);
    expect(await readText(cache, TICKERS_KEY)).toBeUndefined();
  });

  test("load() leaves a database that has failed alone, for a second to the millisecond", async () => {
    source.answer(databaseFailure());
    await replica.load();
    replica.story();
    source.answer(["HGLG11"]);
    clock.elapse(RETRY_SECONDS - 0.001);
    const loads = await Promise.all(Array.from({ length: 100 }, () => replica.load()));
    expect(new Set(loads.map(seen))).toEqual(new Set(["unavailable"]));
    expect(source.queries()).toBe(1);
    // The shared cache is asked all the same, once for all of them: others may have a list.
    expect(replica.story()).toEqual([ABSENT]);
    clock.elapse(0.001);
    expect(seen(await replica.load())).toBe("fresh from database: HGLG11");
  });

  test.each([0.2, 0.998])(
    "load() leaves a database that has failed alone for a TTL of %d s at most",
    async (ttlSeconds) => {
      const hasty = createTickerReplica({ cache, source, clock, ttlSeconds });
      await hasty.load();
      source.answer(databaseFailure());
      clock.elapse(ttlSeconds);
      expect(seen(await hasty.load())).toBe(`stale from database: ${LIST}`);
      source.answer(["XPLG11"]);
      const askedBefore = source.queries();
      clock.elapse(ttlSeconds / 2);
      expect(seen(await hasty.load())).toBe(`stale from database: ${LIST}`);
      expect(source.queries()).toBe(askedBefore);
      clock.elapse(ttlSeconds / 2);
      expect(seen(await hasty.load())).toBe("fresh from database: XPLG11");
    },
  );

  test("load() hears of a list that another replica shares within a short TTL, database or not", async () => {
    const hasty = createTickerReplica({ cache, source, clock, ttlSeconds: 0.2 });
    source.answer(databaseFailure());
    await hasty.load();
    clock.elapse(0.2);
    const peer = createScriptedTickerSource(["XPLG11"]);
    await createTickerReplica({ cache, source: peer, clock, ttlSeconds: 0.2 }).load();
    expect(seen(await hasty.load())).toBe("fresh from cache: XPLG11");
  });

  test("load() counts the pause from the failure, not from the question", async () => {
    source.answer(databaseFailure());
    const held = source.hold();
    const loading = replica.load();
    await held.asked;
    clock.elapse(5);
    held.release();
    await loading;
    clock.elapse(RETRY_SECONDS - 0.001);
    await replica.load();
    expect(source.queries()).toBe(1);
  });

  test("load() serves the last list, marked stale, until the bound that was fixed when it was loaded", async () => {
    await replica.load();
    source.answer(databaseFailure());
    clock.elapse(TTL);
    const seenStates = new Map<string, number>();
    const lastStaleMs = clock.nowMs() + STALE_SECONDS * 1000 - 1;
    // Each of the failures on the way could arm the bound anew.
    for (let step = 0; step < 60; step++) {
      const state = seen(await replica.load());
      seenStates.set(state, (seenStates.get(state) ?? 0) + 1);
      clock.elapse(STALE_SECONDS / 60);
    }
    expect(seenStates).toEqual(new Map([[`stale from database: ${LIST}`, 60]]));
    expect(clock.nowMs()).toBe(lastStaleMs + 1);
    expect(seen(await replica.load())).toBe("unavailable");
    expect(source.queries()).toBe(62);
  });

  test("load() serves the stale list to its last millisecond", async () => {
    await replica.load();
    source.answer(databaseFailure());
    clock.elapse(TTL + STALE_SECONDS - 0.001);
    expect(seen(await replica.load())).toBe(`stale from database: ${LIST}`);
    clock.elapse(0.001);
    expect(seen(await replica.load())).toBe("unavailable");
  });

  test("load() bounds a list from the shared cache by that entry's end", async () => {
    await createTickerReplica({ cache, source, clock }).load();
    clock.elapse(TTL - 1);
    expect(seen(await replica.load())).toBe(`fresh from cache: ${LIST}`);
    source.answer(databaseFailure());
    clock.elapse(1.001);
    expect(seen(await replica.load())).toBe(`stale from cache: ${LIST}`);
    clock.elapse(STALE_SECONDS - 0.002);
    expect(seen(await replica.load())).toBe(`stale from cache: ${LIST}`);
    clock.elapse(0.001);
    expect(seen(await replica.load())).toBe("unavailable");
  });

  test("load() heals by itself, while the list is stale and after", async () => {
    await replica.load();
    source.answer(databaseFailure());
    clock.elapse(TTL + 1);
    expect(seen(await replica.load())).toBe(`stale from database: ${LIST}`);
    source.answer(["XPLG11"]);
    clock.elapse(RETRY_SECONDS);
    expect(seen(await replica.load())).toBe("fresh from database: XPLG11");

    source.answer(databaseFailure());
    clock.elapse(TTL + STALE_SECONDS);
    expect(seen(await replica.load())).toBe("unavailable");
    source.answer(["HGLG11"]);
    clock.elapse(RETRY_SECONDS);
    expect(seen(await replica.load())).toBe("fresh from database: HGLG11");
    expect(await readText(cache, TICKERS_KEY)).toBe('["HGLG11"]');
  });

  test("load() takes the list that another replica shares, database or not", async () => {
    source.answer(databaseFailure());
    await replica.load();
    const other = createTickerReplica({ cache, source: createScriptedTickerSource(["XPLG11"]), clock });
    await other.load();
    clock.elapse(RETRY_SECONDS);
    expect(seen(await replica.load())).toBe("fresh from cache: XPLG11");
    expect(replica.story()).toEqual([ABSENT, FAILED, "cache-hit", "loaded 1 from cache"]);
  });

  test("load() tells of each failure, once a question", async () => {
    await replica.load();
    source.answer(databaseFailure());
    clock.elapse(TTL + 1);
    replica.story();
    await Promise.all([replica.load(), replica.load()]);
    clock.elapse(RETRY_SECONDS);
    await replica.load();
    expect(replica.story()).toEqual([ABSENT, FAILED, ABSENT, FAILED]);
  });
});

describe("load() of an empty database", () => {
  beforeEach(() => source.answer([" ", null]));

  test("load() does not believe an empty list, known or not, and shares it with nobody", async () => {
    expect(seen(await replica.load())).toBe("unavailable");
    expect(replica.story()).toEqual([ABSENT, "empty-ignored"]);
    expect(await readText(cache, TICKERS_KEY)).toBeUndefined();
    source.answer(["HGLG11"]);
    clock.elapse(RETRY_SECONDS);
    expect(seen(await replica.load())).toBe("fresh from database: HGLG11");
  });

  test("refresh() of a replica that knows nothing leaves the list that the others share", async () => {
    source.answer(["HGLG11", "KNRI11"]);
    await createTickerReplica({ cache, source, clock }).load();
    source.answer([]);
    expect(seen(await replica.refresh())).toBe("unavailable");
    expect(seen(await replica.load())).toBe(`fresh from cache: ${LIST}`);
  });

  test("load() keeps a known list, marked stale and with a warning, and asks again after the pause", async () => {
    source.answer(["HGLG11", "KNRI11"]);
    await replica.load();
    replica.story();
    source.answer([]);
    clock.elapse(TTL + 1);
    expect(seen(await replica.load())).toBe(`stale from database: ${LIST}`);
    expect(replica.story()).toEqual([ABSENT, "empty-ignored"]);
    await replica.load();
    expect(source.queries()).toBe(2);
    clock.elapse(RETRY_SECONDS);
    await replica.load();
    expect(source.queries()).toBe(3);
  });

  test("refresh() keeps a known list and its shared entry", async () => {
    source.answer(["HGLG11", "KNRI11"]);
    const first = await replica.load();
    source.answer([]);
    replica.story();
    expect(seen(await replica.refresh())).toBe("unavailable");
    expect(replica.story()).toEqual(["cache-miss: forced", "empty-ignored"]);
    expect(await replica.load()).toBe(first);
    expect(await readText(cache, TICKERS_KEY)).toBe('["HGLG11", "KNRI11"]');
  });

  test("load() has no list once the known one is beyond its bound", async () => {
    source.answer(["HGLG11", "KNRI11"]);
    await replica.load();
    source.answer([]);
    clock.elapse(TTL + STALE_SECONDS - 0.001);
    expect(seen(await replica.load())).toBe(`stale from database: ${LIST}`);
    clock.elapse(RETRY_SECONDS);
    expect(seen(await replica.load())).toBe("unavailable");
  });
});

const CACHE_FAILURES = ["rejected", "timeout", "unavailable", "closed", "aborted"] as const;

describe("load() while the cache fails", () => {
  test.each(CACHE_FAILURES)("load() goes to the database when the cache is %s, and says so", async (code) => {
    const fail = (operation: "delete" | "getWithTtl" | "publish") => async (): Promise<never> => {
      throw new CacheError(operation, code, "it is down");
    };
    const broken = {
      ...cache,
      getWithTtl: fail("getWithTtl"),
      publish: fail("publish"),
      delete: fail("delete"),
    };
    const alone = createTickerReplica({ cache: broken, source, clock });
    expect(seen(await alone.load())).toBe(`fresh from database: ${LIST}`);
    const told = ["loaded 2 from database", "cache-write-failed: Cannot publish to the cache: it is down"];
    expect(alone.story()).toEqual(["cache-miss: failed", ...told]);
    expect(seen(await alone.load())).toBe(`fresh from database: ${LIST}`);
    expect(seen(await alone.refresh())).toBe(`fresh from database: ${LIST}`);
    expect(alone.story()).toEqual(["cache-miss: forced", ...told, "refreshed"]);
    source.answer(databaseFailure());
    clock.elapse(TTL + 1);
    expect(seen(await alone.load())).toBe(`stale from database: ${LIST}`);
    expect(alone.story()).toEqual(["cache-miss: failed", FAILED]);
  });

  test("load() goes to the database when the cache was closed", async () => {
    await cache.close();
    expect(seen(await replica.load())).toBe(`fresh from database: ${LIST}`);
    expect(replica.story()).toEqual([
      "cache-miss: failed",
      "loaded 2 from database",
      "cache-write-failed: Cannot publish to the cache: the cache is closed",
    ]);
  });

  test("load() says that a list is too large for the cache, and serves it", async () => {
    const small = createMemoryCache({ bytesMax: 10, nowMs: clock.nowMs });
    const alone = createTickerReplica({ cache: small, source, clock });
    expect(seen(await alone.load())).toBe(`fresh from database: ${LIST}`);
    expect(alone.story()).toEqual([
      ABSENT,
      "loaded 2 from database",
      "cache-write-failed: Cannot publish to the cache: 1 entries (21 bytes in total) exceed the cache's limits of 100000 entries and 10 bytes",
    ]);
  });

  test("load() passes a defect of the cache on", async () => {
    const defect = new TypeError("A defect");
    const broken: CachePort = {
      ...cache,
      async getWithTtl() {
        throw defect;
      },
    };
    await expect(createTickerReplica({ cache: broken, source, clock }).load()).rejects.toBe(defect);
  });
});
