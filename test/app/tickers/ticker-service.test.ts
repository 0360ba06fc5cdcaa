import { beforeEach, describe, expect, test } from "vitest";
import { createMemoryCache } from "../../../src/adapters/memory/cache.ts";
import { TICKERS_KEY } from "../../../src/app/tickers/shared-tickers.ts";
import { bytes, readText } from "../../../src/conformance/cache-samples.ts";
import type { CachePort } from "../../../src/ports/cache-port.ts";
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

const FROM_DATABASE = ["cache-miss: absent", "loaded 2 from database"];
const FROM_CACHE = ["cache-hit", "loaded 2 from cache"];
const BOTH = "HGLG11 KNRI11";

let clock: FakeClock;
let cache: CachePort;
let source: ScriptedTickerSource;
let replica: TickerReplica;
beforeEach(() => {
  clock = createFakeClock();
  cache = createMemoryCache({ nowMs: clock.nowMs, entriesMax: 10 });
  source = createScriptedTickerSource(["knri11 ", "HGLG11", null, "HGLG11"]);
  replica = createTickerReplica({ cache, source, clock });
});

describe("load()", () => {
  test("load() asks the database, and puts the list into the shared cache for its TTL", async () => {
    expect(seen(await replica.load())).toBe(`fresh from database: ${BOTH}`);
    expect(replica.story()).toEqual(FROM_DATABASE);
    expect(await readText(cache, TICKERS_KEY)).toBe('["HGLG11", "KNRI11"]');
    expect(await cache.getWithTtl(TICKERS_KEY)).toHaveProperty("ttlSeconds", TTL);
  });

  test("load() says when the list was loaded and until when it counts", async () => {
    const load = await replica.load();
    const loadedAtMs = clock.nowMs();
    const freshUntilMs = loadedAtMs + TTL * 1000;
    const staleUntilMs = freshUntilMs + STALE_SECONDS * 1000;
    expect(load).toMatchObject({ snapshot: { loadedAtMs, freshUntilMs, staleUntilMs } });
  });

  test("load() counts the list's life from before the database was asked", async () => {
    const held = source.hold();
    const loading = replica.load();
    const loadedAtMs = clock.nowMs();
    await held.asked;
    clock.elapse(10);
    held.release();
    expect(await loading).toMatchObject({ snapshot: { loadedAtMs, freshUntilMs: loadedAtMs + TTL * 1000 } });
  });

  test("load() asks nobody again while the list is fresh, to its last millisecond", async () => {
    const first = await replica.load();
    replica.story();
    clock.elapse(TTL - 0.001);
    await cache.set(TICKERS_KEY, bytes('["XPLG11"]'), { ttlSeconds: TTL });
    expect(await replica.load()).toBe(first);
    expect(replica.story()).toEqual([]);
    clock.elapse(0.001);
    expect(seen(await replica.load())).toBe("fresh from cache: XPLG11");
    expect(source.queries()).toBe(1);
  });

  test("load() of a fresh list is one promise, made once", async () => {
    await replica.load();
    expect(replica.load()).toBe(replica.load());
  });

  test("load() takes what another replica has put into the shared cache", async () => {
    await createTickerReplica({ cache, source, clock }).load();
    clock.elapse(100);
    const load = await replica.load();
    expect(seen(load)).toBe(`fresh from cache: ${BOTH}`);
    expect(replica.story()).toEqual(FROM_CACHE);
    expect(source.queries()).toBe(1);
    const loadedAtMs = clock.nowMs() - 100_000;
    expect(load).toMatchObject({ snapshot: { loadedAtMs, freshUntilMs: loadedAtMs + TTL * 1000 } });
  });

  test("load() asks the database again when list and shared entry have expired", async () => {
    await replica.load();
    source.answer(["XPLG11"]);
    clock.elapse(TTL + 0.001);
    expect(seen(await replica.load())).toBe("fresh from database: XPLG11");
    expect(await readText(cache, TICKERS_KEY)).toBe('["XPLG11"]');
    expect(source.queries()).toBe(2);
  });

  test("load() takes no longer life from a shared entry than its own TTL", async () => {
    await cache.set(TICKERS_KEY, bytes('["HGLG11", "KNRI11"]'), { ttlSeconds: 86_400 });
    const load = await replica.load();
    const loadedAtMs = clock.nowMs();
    expect(load).toMatchObject({ snapshot: { loadedAtMs, freshUntilMs: loadedAtMs + TTL * 1000 } });
  });

  test("load() makes one query of 1,000 concurrent cold calls, which get one answer", async () => {
    const held = source.hold();
    const loads = Array.from({ length: 1000 }, () => replica.load());
    await held.asked;
    loads.push(...Array.from({ length: 1000 }, () => replica.load()));
    held.release();
    expect(new Set(await Promise.all(loads)).size).toBe(1);
    expect(source.queries()).toBe(1);
    expect(replica.story()).toEqual(FROM_DATABASE);
  });

  test("load() makes one query of 1,000 concurrent calls when the list has expired", async () => {
    await replica.load();
    clock.elapse(TTL + 1);
    await Promise.all(Array.from({ length: 1000 }, () => replica.load()));
    expect(source.queries()).toBe(2);
  });

  test("load() makes one query of 1,000 concurrent calls that fail, too", async () => {
    source.answer(databaseFailure());
    const loads = await Promise.all(Array.from({ length: 1000 }, () => replica.load()));
    expect(new Set(loads.map(seen))).toEqual(new Set(["unavailable"]));
    expect(source.queries()).toBe(1);
  });

  test("load() passes a defect on, and is no worse for it", async () => {
    const defect = new TypeError("A defect");
    source.answer(defect);
    await expect(replica.load()).rejects.toBe(defect);
    source.answer(["HGLG11"]);
    expect(seen(await replica.load())).toBe("fresh from database: HGLG11");
  });

  test("load() gives the database and the cache the signal that ends the service", async () => {
    const controller = new AbortController();
    const stopping = createTickerReplica({ cache, source, clock, signal: controller.signal });
    await stopping.load();
    expect(source.signals).toEqual([controller.signal]);
    controller.abort();
    clock.elapse(TTL + 1);
    source.answer(databaseFailure("aborted"));
    expect(seen(await stopping.load())).toBe(`stale from database: ${BOTH}`);
    expect(stopping.story().slice(2)).toEqual([
      "cache-miss: failed",
      "database-failed: aborted, Cannot query the database: it is down",
    ]);
  });
});

describe("peek()", () => {
  test("peek() calls a list stale that has expired, once the database has failed to replace it", async () => {
    await replica.load();
    clock.elapse(TTL);
    expect(seen(replica.peek())).toBe(`fresh from database: ${BOTH}`);
    source.answer(databaseFailure());
    expect(seen(await replica.load())).toBe(`stale from database: ${BOTH}`);
    expect(seen(replica.peek())).toBe(`stale from database: ${BOTH}`);
  });

  test("peek() asks nobody: it knows nothing before the first load, and what was loaded then", async () => {
    expect(seen(replica.peek())).toBe("unavailable");
    await replica.load();
    expect(seen(replica.peek())).toBe(`fresh from database: ${BOTH}`);
    clock.elapse(TTL);
    expect(seen(replica.peek())).toBe(`fresh from database: ${BOTH}`);
    clock.elapse(STALE_SECONDS - 0.001);
    expect(seen(replica.peek())).toBe(`fresh from database: ${BOTH}`);
    clock.elapse(0.001);
    expect(seen(replica.peek())).toBe("unavailable");
    expect(source.queries()).toBe(1);
    expect(replica.story()).toEqual(FROM_DATABASE);
  });
});

describe("refresh()", () => {
  test("refresh() asks the database, fresh list or not, and replaces list and shared entry", async () => {
    await replica.load();
    clock.elapse(100);
    source.answer(["XPLG11"]);
    replica.story();
    expect(seen(await replica.refresh())).toBe("fresh from database: XPLG11");
    expect(replica.story()).toEqual(["cache-miss: forced", "loaded 1 from database", "refreshed"]);
    expect(seen(await replica.load())).toBe("fresh from database: XPLG11");
    expect(await readText(cache, TICKERS_KEY)).toBe('["XPLG11"]');
    expect(await cache.getWithTtl(TICKERS_KEY)).toHaveProperty("ttlSeconds", TTL);
  });

  test("refresh() makes one query of 1,000 concurrent calls, and another one of later calls", async () => {
    const refreshes = await Promise.all(Array.from({ length: 1000 }, () => replica.refresh()));
    expect(new Set(refreshes).size).toBe(1);
    expect(source.queries()).toBe(1);
    await replica.refresh();
    expect(source.queries()).toBe(2);
  });

  test("refresh() that fails is unavailable, and what was known stays, as fresh as it was", async () => {
    const first = await replica.load();
    clock.elapse(100);
    source.answer(databaseFailure("timeout"));
    replica.story();
    expect(seen(await replica.refresh())).toBe("unavailable");
    const failed = "database-failed: timeout, Cannot query the database: it is down";
    expect(replica.story()).toEqual(["cache-miss: forced", failed]);
    expect(await replica.load()).toBe(first);
    expect(await readText(cache, TICKERS_KEY)).toBe('["HGLG11", "KNRI11"]');
  });

  test("refresh() asks a database that has just failed", async () => {
    source.answer(databaseFailure());
    await replica.load();
    source.answer(["HGLG11"]);
    expect(seen(await replica.refresh())).toBe("fresh from database: HGLG11");
    expect(seen(await replica.load())).toBe("fresh from database: HGLG11");
  });

  test("refresh() during a load waits for it, so that the older answer never replaces the newer one", async () => {
    const held = source.hold();
    const loading = replica.load();
    await held.asked;
    source.answer(["XPLG11"]);
    const refreshing = replica.refresh();
    // Whatever a refresh can do before the load has ended, it has done now.
    await new Promise<void>((resolve) => setImmediate(resolve));
    held.release();
    expect(seen(await loading)).toBe(`fresh from database: ${BOTH}`);
    expect(seen(await refreshing)).toBe("fresh from database: XPLG11");
    expect(seen(replica.peek())).toBe("fresh from database: XPLG11");
    expect(await readText(cache, TICKERS_KEY)).toBe('["XPLG11"]');
    expect(source.queries()).toBe(2);
  });

  test("refresh() that is under way answers loads too", async () => {
    const held = source.hold();
    const refreshing = replica.refresh();
    await held.asked;
    const loads = Array.from({ length: 1000 }, () => replica.load());
    held.release();
    const refreshed = await refreshing;
    expect(new Set(await Promise.all(loads))).toEqual(new Set([refreshed]));
    expect(source.queries()).toBe(1);
  });

  test("refresh() that fails leaves the database alone for loads behind it, too", async () => {
    source.answer(databaseFailure());
    const [refreshed, loaded] = await Promise.all([replica.refresh(), replica.load()]);
    expect([refreshed, loaded].map(seen)).toEqual(["unavailable", "unavailable"]);
    expect(source.queries()).toBe(1);
    clock.elapse(RETRY_SECONDS);
    await replica.load();
    expect(source.queries()).toBe(2);
  });
});
