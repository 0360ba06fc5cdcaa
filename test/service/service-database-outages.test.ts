import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startHostedService } from "../support/hosted-service.ts";
import { startPostgres } from "../support/postgres-server.ts";
import { readMetrics } from "../support/read-metrics.ts";
import { startRedis } from "../support/redis-server.ts";
import { RUNTIMES } from "../support/runtimes.ts";
import { type Answer, sendRequest } from "../support/send-request.ts";
import { cacheSettings, type RunningCombination, startCombination } from "../support/service-combinations.ts";
import { ADMIN_TOKEN, startService } from "../support/service-process.ts";
import {
  DATABASE_PASSWORD,
  openTickerDatabase,
  readSampleTickers,
  TICKER_COMBINATIONS,
  type TickerDatabase,
} from "../support/ticker-databases.ts";

const WITH_TOKEN = { authorization: `Bearer ${ADMIN_TOKEN}` };
const HEALED = { timeout: 20_000, interval: 50 };
const TICKERS_HITS = 'mosaic_cache_hit_total{kind="tickers"}';
const TICKERS_MISSES = 'mosaic_cache_miss_total{kind="tickers"}';

const UNAVAILABLE = {
  type: "urn:mosaic:problem:tickers_unavailable",
  title: "No list of tickers is loaded",
  status: 503,
  code: "tickers_unavailable",
  detail: "No list of tickers could be loaded yet; loading is retried",
  requestId: "outage",
};
const notRefreshed = (list: string) => ({
  type: "urn:mosaic:problem:database_unavailable",
  title: "The database is unavailable",
  status: 503,
  code: "database_unavailable",
  detail: `No tickers could be loaded from the database; ${list}`,
  requestId: "outage",
});

/** Sends requests to a service and keeps all that it answers. */
function recordingClient(url: () => string) {
  const answers: Answer[] = [];
  const send = async (method: string, path: string, body?: string): Promise<Answer> => {
    const headers = { ...WITH_TOKEN, "x-request-id": "outage" };
    const answer = await sendRequest(url(), path, {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
    });
    answers.push(answer);
    return answer;
  };
  return {
    send,
    get: (path: string) => send("GET", path),
    extract: async (text: string) =>
      (await send("POST", "/tickers/extract", JSON.stringify({ text }))).json(),
    refresh: () => send("POST", "/admin/tickers/refresh"),
    readiness: async () => (await send("GET", "/readyz")).json() as { components: { tickers: unknown } },
    metric: async (series: string) => readMetrics((await send("GET", "/metrics")).text).get(series),
    everything: () => answers.map(({ headers, text }) => JSON.stringify([headers, text])).join("\n"),
  };
}

describe.each(TICKER_COMBINATIONS)("createTickerService() with $name", (combination) => {
  let database: TickerDatabase;
  let running: RunningCombination;
  const client = recordingClient(() => running.service.url);

  beforeAll(async () => {
    database = await openTickerDatabase(combination.database);
    await database.goDown();
    const env = { DATABASE_URL: database.url, TICKERS_CACHE_TTL: "0.2" };
    running = await startCombination(combination, env);
  });
  afterAll(async () => {
    await running?.[Symbol.asyncDispose]();
    await database?.[Symbol.asyncDispose]();
  });

  test("D10: a database that is down at a start shows before any request for tickers", async () => {
    await expect.poll(client.readiness, HEALED).toMatchObject({
      warnings: ["database_down"],
      components: { database: { state: "down" }, tickers: { state: "absent" } },
    });
    expect(await client.metric("mosaic_database_up")).toBe(0);
  });

  test("createTickerService() answers 503 until a database that was down is back, and its last list, marked stale, when it is down again", async () => {
    for (const path of ["/tickers", "/tickers/HGLG11", "/tickers/nonsense"]) {
      const answer = await client.get(path);
      expect([path, answer.status, answer.headers["retry-after"], answer.json()]).toEqual([
        path,
        503,
        "1",
        UNAVAILABLE,
      ]);
    }
    expect(await client.extract("HGLG11, knri e zzzz11")).toEqual({
      tickers: ["HGLG11", "ZZZZ11"],
      basis: "shape",
      stale: false,
    });
    const refreshed = await client.refresh();
    expect([refreshed.status, refreshed.json()]).toEqual([503, notRefreshed("no list is known yet")]);
    await running.service.waitForLog(({ msg }) => msg === "Tickers not loaded: no list is known yet");
    expect(await client.readiness()).toMatchObject({
      status: "ready",
      warnings: ["database_down"],
      components: {
        // A file is gone, or a table locked: either way nothing is answered.
        database: { state: "down", reason: expect.stringMatching(/^(?:timeout|unavailable)$/) },
        tickers: { state: "absent" },
      },
    });
    expect(await client.metric("mosaic_database_up")).toBe(0);
    expect(await client.metric("mosaic_tickers")).toBe(0);
    expect(await client.metric("mosaic_tickers_age_seconds")).toBe(0);

    await database.comeBack();
    // D10: they come without a request for them.
    await expect.poll(() => client.metric("mosaic_tickers"), HEALED).toBe(320);
    expect(await client.metric("mosaic_database_up")).toBe(1);
    expect(await client.readiness()).toMatchObject({ components: { database: { state: "up" } } });

    const tickers = await readSampleTickers();
    const list = (stale: boolean) => ({ count: 320, stale, tickers });
    expect((await client.get("/tickers")).json()).toEqual(list(false));

    await database.goDown();
    await expect.poll(async () => (await client.get("/tickers")).json(), HEALED).toEqual(list(true));
    expect((await client.get("/tickers/hglg11")).json()).toEqual({ ticker: "HGLG11", stale: true });
    const unknown = await client.get("/tickers/HGLG");
    expect([unknown.status, unknown.json()]).toEqual([
      404,
      expect.objectContaining({ hint: "Did you mean HGLG11?", stale: true }),
    ]);
    expect(await client.extract("HGLG11, knri e zzzz11")).toEqual({
      tickers: ["HGLG11", "KNRI11"],
      basis: "list",
      stale: true,
    });
    const again = await client.refresh();
    const known = "the current list stays in use, and is marked stale once it has expired";
    expect([again.status, again.json()]).toEqual([503, notRefreshed(known)]);
    const { components } = await client.readiness();
    expect(components.tickers).toMatchObject({ state: "stale", count: 320 });
    expect(await client.metric("mosaic_tickers")).toBe(320);

    await database.comeBack();
    await expect.poll(async () => (await client.get("/tickers")).json(), HEALED).toEqual(list(false));
  });
});

describe.each(RUNTIMES)("maskUrl() on $name", (runtime) => {
  test("maskUrl() keeps the password of DATABASE_URL out of logs and answers", async () => {
    await using database = await openTickerDatabase("postgres");
    await database.goDown();
    const env = { DATABASE_URL: database.url, LOG_LEVEL: "trace", TICKERS_CACHE_TTL: "0.2" };
    await using service = await startHostedService({ runtime, env });
    const client = recordingClient(() => service.url);
    const askEverything = async (): Promise<void> => {
      for (const path of ["/tickers", "/tickers/HGLG11", "/admin/views/diff", "/readyz", "/metrics"])
        await client.get(path);
      await client.refresh();
    };
    await askEverything();
    await database.comeBack();
    await expect.poll(async () => (await client.get("/tickers")).status, HEALED).toBe(200);
    await askEverything();
    await database.goDown();
    await askEverything();
    await service.stop();
    const said = `${service.output()}${client.everything()}`;
    expect(said).toContain("Tickers not loaded: the current list stays in use");
    expect(said).not.toContain(DATABASE_PASSWORD);
  });
});

describe.each(RUNTIMES)("serve on $name", (runtime) => {
  test("serve answers while PostgreSQL is frozen, and ends in good order", async () => {
    await using postgres = await startPostgres();
    const env = {
      DATABASE_URL: postgres.url,
      TICKERS_SQL: "SELECT 'HGLG11' AS ticker",
      TICKERS_CACHE_TTL: "0.2",
    };
    await using service = await startService({ runtime, env });
    const client = recordingClient(() => service.url);
    expect((await client.get("/tickers/HGLG11")).json()).toEqual({ ticker: "HGLG11", stale: false });
    postgres.freeze();
    const stale = { ticker: "HGLG11", stale: true };
    await expect.poll(async () => (await client.get("/tickers/HGLG11")).json(), HEALED).toEqual(stale);
    const exit = await service.stop();
    postgres.thaw();
    expect(exit).toEqual({ code: 0, signal: null });
  });
});

describe.each(RUNTIMES)("createTickerService() with Redis on $name", (runtime) => {
  const client = recordingClient(() => url);
  let url: string;

  test("createTickerService() shares the list, and a second replica takes it", async () => {
    await using redis = await startRedis();
    await using first = await startHostedService({ runtime, env: cacheSettings(redis) });
    await first.waitForLog(({ msg }) => msg === "Catalog activated");
    ({ url } = first);
    await client.get("/tickers");
    const shared = JSON.parse(String(await redis.command("GET", "mosaic:tickers:list")));
    expect(shared).toEqual(await readSampleTickers());
    await redis.command("SET", "mosaic:tickers:list", '["ABCD11"]', "EX", "100");

    await using second = await startHostedService({ runtime, env: cacheSettings(redis) });
    await second.waitForLog(({ msg }) => msg === "Catalog activated");
    ({ url } = second);
    expect((await client.get("/tickers")).json()).toEqual({ count: 1, stale: false, tickers: ["ABCD11"] });
    // D10: its start has asked, and asks again if it joined the fleet meanwhile.
    expect(await client.metric(TICKERS_HITS)).toBeGreaterThanOrEqual(1);
    expect(await client.metric(TICKERS_MISSES)).toBe(0);
    const refreshed = (await client.refresh()).json() as { count: number; changes: { removed: unknown } };
    expect([refreshed.count, refreshed.changes.removed]).toEqual([320, ["ABCD11"]]);
    expect(JSON.parse(String(await redis.command("GET", "mosaic:tickers:list")))).toEqual(shared);
  });

  test("createTickerService() counts and replaces a value in Redis that is no list", async () => {
    await using redis = await startRedis();
    const env = { ...cacheSettings(redis), TICKERS_CACHE_TTL: "0.1" };
    await using service = await startHostedService({ runtime, env });
    await service.waitForLog(({ msg }) => msg === "Catalog activated");
    ({ url } = service);
    for (const wrong of ["", "{", "null", "[1]", "[]", '"HGLG11"', '{"tickers":["HGLG11"]}']) {
      const misses = (await client.metric(TICKERS_MISSES)) ?? 0;
      await redis.command("SET", "mosaic:tickers:list", wrong, "EX", "100");
      const replaced = async () => {
        expect((await client.get("/tickers/HGLG11")).status).toBe(200);
        const isReplaced = Number(await redis.command("TTL", "mosaic:tickers:list")) < 90;
        return isReplaced && Number(await client.metric(TICKERS_MISSES)) > misses;
      };
      await expect.poll(replaced, { ...HEALED, message: wrong }).toBe(true);
    }
    expect(((await client.get("/tickers")).json() as { count: number }).count).toBe(320);
  });

  test("createTickerService() answers from the database while Redis is killed or frozen", async () => {
    await using redis = await startRedis();
    // So short a life that every request goes through all levels.
    const env = { ...cacheSettings(redis), TICKERS_CACHE_TTL: "0.001" };
    await using service = await startHostedService({ runtime, env });
    await service.waitForLog(({ msg }) => msg === "Catalog activated");
    ({ url } = service);
    const fresh = { count: 320, stale: false, tickers: await readSampleTickers() };
    expect((await client.get("/tickers")).json()).toEqual(fresh);
    redis.freeze();
    for (let times = 0; times < 3; times += 1) expect((await client.get("/tickers")).json()).toEqual(fresh);
    redis.thaw();
    await redis.kill();
    for (let times = 0; times < 3; times += 1) expect((await client.get("/tickers")).json()).toEqual(fresh);
    expect((await client.refresh()).status).toBe(200);
  });
});
