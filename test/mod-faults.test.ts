import { describe, expect, test } from "vitest";
import {
  type CachePort,
  type CatalogLoad,
  type CatalogSourcePort,
  createMemoryBroadcast,
  createMemoryCache,
  createMemorySource,
  type Database,
} from "../src/mod.ts";
import { EMBEDDED_VIEW, startEmbeddedService } from "./support/embedded-service.ts";

const FOREIGN = new TypeError("fetch failed");

interface Fault {
  isPresent: boolean;
}

/** Fails every operation of a port with an error that is not the port's own, while the fault is present. */
function withForeignErrors<Port extends object>(port: Port, fault: Fault): Port {
  const failing = Object.entries(port).map(([name, value]) => [
    name,
    typeof value !== "function" || name === "close" || name === "subscribe"
      ? value
      : async (...args: readonly unknown[]) => {
          if (fault.isPresent) throw FOREIGN;
          return (value as (...given: readonly unknown[]) => unknown)(...args);
        },
  ]);
  return Object.fromEntries(failing) as Port;
}

function createList(): Database {
  return {
    name: "list",
    load: async () => ["HGLG11"],
    columns: async (names) => new Map(names.map((name) => [name, ["ticker", "close_price"]])),
    close: async () => undefined,
  };
}

interface Start {
  readonly fault: Fault;
  readonly database?: Database;
  readonly source?: CatalogSourcePort;
  readonly cache?: CachePort;
}

async function start({ fault, ...parts }: Start) {
  const lines: string[] = [];
  const service = await startEmbeddedService({
    env: { TICKERS_CACHE_TTL: "0.001" },
    database: createList(),
    ...parts,
    onLine: (line) => lines.push(line),
  });
  await service.loaded;
  const ask = async (path: string, method = "GET") => {
    const headers = { authorization: "Bearer embedded" };
    const response = await fetch(`${service.url}${path}`, { method, headers });
    return { status: response.status, body: (await response.json()) as Readonly<Record<string, unknown>> };
  };
  const logged = (text: string) =>
    lines.filter((line) => line.includes(text)).map((line) => JSON.parse(line));
  return { service, ask, logged, fault };
}

describe("startService() with an adapter that fails with an error of another class", () => {
  test("serves the last tickers marked stale, and 503 without a list", async () => {
    const fault = { isPresent: true };
    const running = await start({ fault, database: withForeignErrors(createList(), fault) });
    try {
      expect(await running.ask("/tickers")).toMatchObject({
        status: 503,
        body: { code: "tickers_unavailable" },
      });
      fault.isPresent = false;
      await expect.poll(async () => (await running.ask("/tickers")).status, { timeout: 10_000 }).toBe(200);
      fault.isPresent = true;
      await expect
        .poll(async () => await running.ask("/tickers"))
        .toMatchObject({ status: 200, body: { tickers: ["HGLG11"], stale: true } });
      expect(await running.ask("/admin/views/diff")).toMatchObject({
        status: 503,
        body: { code: "database_unavailable" },
      });
      const ready = await running.ask("/readyz");
      expect(ready.body).toMatchObject({ components: { database: { state: "down" } } });
      expect(JSON.stringify(ready.body)).not.toContain("fetch failed");
      expect(running.logged("Adapter failed with an unexpected error")).toContainEqual(
        expect.objectContaining({
          level: "error",
          port: "database",
          detail: "fetch failed",
          stack: FOREIGN.stack,
        }),
      );
    } finally {
      await running.service.stop();
    }
  });

  test("activates the catalog on disk without the cache, and publishes it once the cache answers", async () => {
    const fault = { isPresent: true };
    const memory = createMemoryCache();
    const running = await start({ fault, cache: withForeignErrors(memory, fault) });
    try {
      expect(await running.ask("/readyz")).toMatchObject({ status: 200, body: { status: "degraded" } });
      expect((await running.ask("/views/view_prices")).status).toBe(200);
      expect(await running.ask("/admin/views/reload", "POST")).toMatchObject({ status: 200 });
      expect(await running.ask("/tickers")).toMatchObject({ status: 200 });
      expect(await running.ask("/admin/history")).toMatchObject({ status: 200 });
      // Every operation failed with this error; it is logged once.
      const logged = running.logged("fetch failed").filter(({ port }) => port === "cache");
      expect(logged).toEqual([expect.objectContaining({ level: "error" })]);
      expect(running.logged("Unexpected failure")).toEqual([]);
      fault.isPresent = false;
      await expect.poll(async () => await memory.get("mosaic:views:hash"), { timeout: 10_000 }).toBeDefined();
    } finally {
      await running.service.stop();
    }
  });

  test("keeps the active catalog, and answers a reload with the source that cannot be read", async () => {
    const fault = { isPresent: false };
    const files = createMemorySource({ "view_prices.yaml": EMBEDDED_VIEW });
    const running = await start({ fault, source: withForeignErrors({ ...files }, fault) });
    try {
      fault.isPresent = true;
      const reload = await running.ask("/admin/views/reload", "POST");
      expect(reload).toMatchObject({ status: 500, body: { code: "catalog_unreadable" } });
      expect(JSON.stringify(reload.body)).not.toContain("fetch failed");
      expect((await running.ask("/views/view_prices")).status).toBe(200);
      expect(running.logged("fetch failed")).toContainEqual(expect.objectContaining({ port: "source" }));
    } finally {
      await running.service.stop();
    }
  });

  test("is not ready with a source that returns no catalog where it promises one", async () => {
    const source = { ...createMemorySource({}), load: async () => ({ kind: "loaded" }) as CatalogLoad };
    const running = await start({ fault: { isPresent: false }, source });
    try {
      expect(await running.ask("/readyz")).toMatchObject({
        status: 503,
        body: { reasons: ["Loading the catalog failed unexpectedly: the log has the cause"] },
      });
      expect(running.logged("Unexpected failure")).toHaveLength(1);
    } finally {
      await running.service.stop();
    }
  });

  test("reports an announcement that a channel did not take, and goes on", async () => {
    const fault = { isPresent: true };
    const lines: string[] = [];
    const channel = withForeignErrors(createMemoryBroadcast().join(), fault);
    const service = await startEmbeddedService({
      cache: createMemoryCache(),
      broadcast: channel,
      database: createList(),
      onLine: (line) => lines.push(line),
    });
    try {
      await service.loaded;
      await expect.poll(() => lines.some((line) => line.includes("Announcement not sent"))).toBe(true);
      expect(lines.some((line) => line.includes('"port":"broadcast"'))).toBe(true);
      expect(lines.some((line) => line.includes("Unexpected failure"))).toBe(false);
    } finally {
      await service.stop();
    }
  });
});
