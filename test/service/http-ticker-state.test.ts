import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readMetrics } from "../support/read-metrics.ts";
import { type RequestOptions, sendRequest } from "../support/send-request.ts";
import { startCombination } from "../support/service-combinations.ts";
import { ADMIN_TOKEN } from "../support/service-process.ts";
import {
  DATABASE_KINDS,
  openTickerDatabase,
  TICKER_COMBINATIONS,
  type TickerDatabase,
} from "../support/ticker-databases.ts";

const REFRESH = "/admin/tickers/refresh";
const WITH_TOKEN = { authorization: `Bearer ${ADMIN_TOKEN}` };

const databases = new Map<string, TickerDatabase>();

beforeAll(async () => {
  for (const kind of DATABASE_KINDS) databases.set(kind, await openTickerDatabase(kind));
});
afterAll(async () => {
  for (const database of databases.values()) await database[Symbol.asyncDispose]();
});

function databaseOf(kind: string): TickerDatabase {
  const database = databases.get(kind);
  if (database === undefined) throw new RangeError(`No database ${kind}`);
  return database;
}

describe.each(TICKER_COMBINATIONS)("addOperationsRoutes() with $name", (combination) => {
  test("D10: GET /metrics and /readyz have the tickers before any request for them, and follow them from then on", async () => {
    const startedMs = performance.now();
    await using running = await startCombination(combination, {
      DATABASE_URL: databaseOf(combination.database).url,
    });
    const send = (path: string, options?: RequestOptions) => sendRequest(running.service.url, path, options);
    const counted = async (): Promise<readonly (number | undefined)[]> => {
      const series = readMetrics((await send("/metrics")).text);
      const kinds = ["hit", "miss"].map((name) => `mosaic_cache_${name}_total{kind="tickers"}`);
      return ["mosaic_tickers", ...kinds].map((name) => series.get(name));
    };
    const component = async (): Promise<unknown> =>
      ((await send("/readyz")).json() as { components: { tickers: unknown } }).components.tickers;

    await expect.poll(counted).toEqual([320, 0, 1]);
    expect(readMetrics((await send("/metrics")).text).get("mosaic_database_up")).toBe(1);
    const fresh = { state: "fresh", source: "database", count: 320, ageSeconds: expect.any(Number) };
    expect(await component()).toEqual(fresh);
    for (const path of ["/tickers", "/tickers/HGLG11", "/tickers/XXXX11"]) await send(path);
    await send("/tickers/extract", { method: "POST", body: '{"text":"HGLG11"}' });
    expect(await counted()).toEqual([320, 0, 1]);
    await send(REFRESH, { method: "POST", headers: WITH_TOKEN });
    expect([await counted(), await component()]).toEqual([[320, 0, 2], fresh]);
    const age = readMetrics((await send("/metrics")).text).get("mosaic_tickers_age_seconds") ?? Number.NaN;
    expect(age).toBeGreaterThanOrEqual(0);
    expect(age).toBeLessThanOrEqual((performance.now() - startedMs) / 1000);
  });

  test("GET /readyz tells a list that nobody asked for from one that the database failed to replace", async () => {
    await using database = await openTickerDatabase(combination.database);
    const env = { DATABASE_URL: database.url, TICKERS_CACHE_TTL: "0.3" };
    await using running = await startCombination(combination, env);
    const send = (path: string) => sendRequest(running.service.url, path);
    const state = async (): Promise<unknown> =>
      ((await send("/readyz")).json() as { components: { tickers: { state: unknown } } }).components.tickers
        .state;
    const stale = async () => ((await send("/tickers")).json() as { stale: unknown }).stale;
    // A replica that has just joined a fleet may not keep its first list.
    await expect.poll(async () => [await stale(), await state()]).toEqual([false, "fresh"]);
    await expect.poll(state).toBe("expired");
    expect(await stale()).toBe(false);
    await database.goDown();
    await expect.poll(state).toBe("expired");
    await expect.poll(stale, { timeout: 10_000 }).toBe(true);
    expect(await state()).toBe("stale");
    await database.comeBack();
  });
});
