import { Writable } from "node:stream";
import { describe, expect, test } from "vitest";
import {
  type CachePort,
  createLog,
  createMemoryCache,
  createMemorySource,
  parseSettings,
  type RunningService,
  startService,
} from "../../src/mod.ts";

const VIEW = "identifiers: [ticker]\ncolumns: [ticker, close_price]\n";

async function startEmbedded(cache: CachePort): Promise<RunningService> {
  const parsed = parseSettings({ PORT: "0", LOG_FORMAT: "json" }, { terminal: false });
  if (parsed.kind === "invalid") throw new Error(parsed.message);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const service = await startService({
    settings: parsed.settings,
    adminToken: "embedded",
    log: createLog(parsed.settings, silent),
    source: createMemorySource({ "view_prices.yaml": VIEW }),
    cache,
  });
  await service.loaded;
  return service;
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
