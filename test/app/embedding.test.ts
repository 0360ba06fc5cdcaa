import { Writable } from "node:stream";
import { describe, expect, test } from "vitest";
import {
  CacheError,
  type CachePort,
  createLog,
  createMemoryCache,
  createMemorySource,
  type Database,
  DatabaseError,
  parseSettings,
  type RunningService,
  startService,
} from "../../src/mod.ts";

const VIEW = "identifiers: [ticker]\ncolumns: [ticker, close_price]\n";

interface EmbeddedParts {
  readonly cache: CachePort;
  readonly database?: Database;
  readonly onLine?: (line: string) => void;
}

function startUnloaded({ onLine = () => undefined, ...parts }: EmbeddedParts): Promise<RunningService> {
  const parsed = parseSettings({ PORT: "0", LOG_FORMAT: "json" }, { terminal: false });
  if (parsed.kind === "invalid") throw new Error(parsed.message);
  const output = new Writable({
    write(chunk, _encoding, done) {
      onLine(String(chunk));
      done();
    },
  });
  return startService({
    settings: parsed.settings,
    adminToken: "embedded",
    log: createLog(parsed.settings, output),
    source: createMemorySource({ "view_prices.yaml": VIEW }),
    ...parts,
  });
}

async function startEmbedded(cache: CachePort): Promise<RunningService> {
  const service = await startUnloaded({ cache });
  await service.loaded;
  return service;
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
      const last = lines.slice(-2).map((line) => JSON.parse(line) as Readonly<Record<string, string>>);
      expect(last).toEqual([
        expect.objectContaining({ level: "error", detail: "Cannot read the cache" }),
        expect.objectContaining({ msg: "Stopped" }),
      ]);
    },
  );

  test("startService() lets two services share one cache: the second takes the first one's catalog", async () => {
    const cache = createMemoryCache();
    const [first, second] = [await startEmbedded(cache), await startEmbedded(cache)];
    try {
      const ready = (await (await fetch(`${second.url}/readyz`)).json()) as {
        components: { catalog: object };
      };
      expect(ready.components.catalog).toMatchObject({ state: "active", source: "cache", views: 1 });
    } finally {
      await first.stop();
      await second.stop();
    }
  });
});
