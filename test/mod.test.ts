import { describe, expect, test } from "vitest";
import { NO_TELEMETRY } from "../src/app/telemetry/telemetry.ts";
import {
  CacheError,
  type CachePort,
  type CatalogSourcePort,
  createMemoryBroadcast,
  createMemoryCache,
  createMemorySource,
  type Database,
  DatabaseError,
  type RunningService,
} from "../src/mod.ts";
import { asInstance } from "./support/as-instance.ts";
import { startEmbeddedService as startUnloaded, EMBEDDED_VIEW as VIEW } from "./support/embedded-service.ts";
import { recordSpans } from "./support/recorded-spans.ts";

async function startEmbedded(cache: CachePort): Promise<RunningService> {
  const service = await startUnloaded({ cache });
  await service.loaded;
  return service;
}

const LIST: Database = {
  name: "list",
  load: async () => ["HGLG11"],
  columns: async (names) => new Map(names.map((name) => [name, ["ticker", "close_price"]])),
  close: async () => undefined,
};

/** A source with each of the optional operations. */
function wholeSource(): CatalogSourcePort {
  const source = createMemorySource({ "view_prices.yaml": VIEW });
  return { ...source, digest: async () => undefined, readNames: async () => ["view_prices"] };
}

/** Waits until the signal fires. */
function untilAborted(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => signal?.addEventListener("abort", () => resolve(), { once: true }));
}

describe("startService()", () => {
  test("startService() serves the adapters that a program gives it", async () => {
    const cache = createMemoryCache();
    const service = await startEmbedded(cache);
    try {
      const response = await fetch(`${service.url}/views/view_prices`);
      expect(response.status).toBe(200);
      expect(await response.text()).toBe('{"columns": ["ticker", "close_price"], "identifiers": ["ticker"]}');
      const published = await cache.get("mosaic:views:list");
      expect(new TextDecoder().decode(published)).toBe('["view_prices"]');
    } finally {
      await service.stop();
    }
  });

  test("startService() stops once, however often it is asked", async () => {
    const service = await startEmbedded(createMemoryCache());
    const stops = [service.stop(), service.stop()];
    expect(stops[0]).toBe(stops[1]);
    await Promise.all(stops);
    await expect(fetch(`${service.url}/healthz`)).rejects.toThrow(TypeError);
  });

  test("startService() logs nothing of the work that its stop aborts, and nothing after the stop", async () => {
    const lines: string[] = [];
    const asked = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const;
    const memory = createMemoryCache();
    const failing: Database = {
      name: "a database that does not answer",
      async load({ signal } = {}) {
        asked[0].resolve();
        await untilAborted(signal);
        throw new DatabaseError("aborted", "aborted by the caller");
      },
      columns: async () => new Map(),
      close: async () => undefined,
    };
    const service = await startUnloaded({
      cache: {
        ...memory,
        async getMany(keys, options) {
          if (!keys.some((key) => key.includes(":views:"))) return memory.getMany(keys, options);
          asked[1].resolve();
          await untilAborted(options?.signal);
          throw new CacheError("getMany", "aborted", "aborted by the caller");
        },
      },
      database: failing,
      onLine: (line) => lines.push(line),
    });
    await Promise.all(asked.map(({ promise }) => promise));
    await service.stop();
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    const messages = lines.map((line) => (JSON.parse(line) as { readonly msg: string }).msg);
    expect(messages).toEqual(["Listening", "Stopping", "Stopped"]);
  });

  test.each(["history", "replicas:list"])(
    "startService() stops as a whole although the cache fails with a defect at %s",
    async (key) => {
      const lines: string[] = [];
      const memory = createMemoryCache();
      const defective: CachePort = {
        ...memory,
        async get(name, options) {
          if (name === `mosaic:${key}`) throw new TypeError("Cannot read the cache");
          return memory.get(name, options);
        },
      };
      const service = await startUnloaded({ cache: defective, onLine: (line) => lines.push(line) });
      await service.loaded;
      await service.stop();
      const logged = lines.map((line) => JSON.parse(line) as Readonly<Record<string, string>>);
      const ofStop = logged.slice(logged.findIndex(({ msg }) => msg === "Stopping"));
      expect(ofStop).toContainEqual(
        expect.objectContaining({ level: "error", detail: "Cannot read the cache" }),
      );
      expect(logged.at(-1)).toMatchObject({ msg: "Stopped" });
    },
  );

  test.each([
    ["without spans", NO_TELEMETRY],
    ["with spans", { ...NO_TELEMETRY, tracer: recordSpans().tracer }],
  ])("startService() takes adapters that are instances of classes, %s", async (_title, telemetry) => {
    const channel = createMemoryBroadcast();
    const cache = asInstance(createMemoryCache());
    const lines: string[] = [];
    const start = () =>
      startUnloaded({
        cache,
        telemetry,
        source: asInstance(wholeSource()),
        database: asInstance(LIST),
        broadcast: asInstance(channel.join()),
        env: { LOG_LEVEL: "debug" },
        onLine: (line) => lines.push(line),
      });
    const [first, second] = [await start(), await start()];
    try {
      await Promise.all([first.loaded, second.loaded]);
      await expect.poll(() => lines.filter((line) => line.includes("Subscribed to")).length).toBe(2);
      expect((await first.reload()).kind).toBe("reloaded");
      await expect.poll(() => lines.some((line) => line.includes("Announcement received"))).toBe(true);
      expect(await (await fetch(`${first.url}/tickers`)).json()).toMatchObject({ tickers: ["HGLG11"] });
    } finally {
      await first.stop();
      await second.stop();
    }
    expect(lines.filter((line) => /"level":"(?:warn|error)"/.test(line))).toEqual([]);
  });

  test("startService() takes a broadcast also beside the cache that the settings name", async () => {
    const lines: string[] = [];
    const channel = createMemoryBroadcast();
    const service = await startUnloaded({
      env: { CACHE_BACKEND: "redis", REDIS_URL: "redis://127.0.0.1:9" },
      broadcast: channel.join(),
      onLine: (line) => lines.push(line),
    });
    await service.loaded;
    await expect.poll(() => lines.some((line) => line.includes("Subscribed to announcements"))).toBe(true);
    await service.stop();
  });

  test.each([
    { title: "none", adminToken: "" },
    { title: "with a space", adminToken: "two words" },
    { title: "beyond ASCII", adminToken: "senha-não" },
    { title: "too long", adminToken: "x".repeat(1025) },
  ])("startService() refuses an admin token that no request can send: $title", async ({ adminToken }) => {
    await expect(startUnloaded({ adminToken })).rejects.toThrow(
      new TypeError("Cannot start: adminToken must be 1 to 1024 visible ASCII characters without spaces"),
    );
  });

  test("startService() is not ready because of an adapter that fails with another error, and shows it", async () => {
    const lines: string[] = [];
    const source = {
      ...wholeSource(),
      load: () => Promise.reject(new TypeError("fetch failed")),
    };
    const service = await startUnloaded({ source, onLine: (line) => lines.push(line) });
    await service.loaded;
    const { reasons } = (await (await fetch(`${service.url}/readyz`)).json()) as {
      reasons: readonly string[];
    };
    await service.stop();
    expect(reasons).toEqual([
      'Cannot load catalog "memory": the adapter failed with an unexpected error: the log has the cause',
    ]);
    expect(lines.some((line) => line.includes("fetch failed"))).toBe(true);
  });

  test("startService() lets two services share one cache: the second takes the first one's catalog", async () => {
    const cache = createMemoryCache();
    const [first, second] = [await startEmbedded(cache), await startEmbedded(cache)];
    try {
      const ready = (await (await fetch(`${second.url}/readyz`)).json()) as {
        components: { cache: object; catalog: object };
        checks: Readonly<Record<"cache" | "fleet", { readonly code: string }>>;
      };
      expect(ready.components.catalog).toMatchObject({ state: "active", source: "cache", views: 1 });
      expect(ready.components.cache).toMatchObject({ backend: "custom", state: "up" });
      const headers = { authorization: "Bearer embedded" };
      const fleet = () =>
        fetch(`${second.url}/admin/replicas`, { headers }).then((response) => response.json());
      const custom = { cache: { backend: "custom", state: "up" } };
      await expect.poll(fleet).toMatchObject({ replicas: [custom, custom] });
      expect([ready.checks.cache.code, ready.checks.fleet.code]).toEqual([
        "up",
        expect.not.stringMatching("local"),
      ]);
    } finally {
      await first.stop();
      await second.stop();
    }
  });
});
