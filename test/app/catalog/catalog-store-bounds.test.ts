import { describe, expect, test } from "vitest";
import { createCatalogStore } from "../../../src/app/catalog/catalog-store.ts";
import { createReplicaRegistry, IDS_KEY } from "../../../src/app/fleet/replica-registry.ts";
import type { ReplicaRecord } from "../../../src/domain/fleet/replica-record.ts";
import { CATALOG_KEY_BYTES_MAX, CATALOG_KEYS } from "../../../src/domain/release/published-catalog.ts";
import { shareCatalogRedis } from "../../support/catalog-redis.ts";
import { catalogOf } from "../../support/signed-catalog.ts";

const CATALOG = catalogOf({ alpha: "a", beta: "b" });
const NAMES = Object.keys(CATALOG_KEYS) as readonly (keyof typeof CATALOG_KEYS)[];
const RECORD: ReplicaRecord = {
  ...{ schema: 1, id: "a", version: "0.1.0", runtime: "node", startedAt: "2026-01-31T12:00:00.000Z" },
  ...{ uptimeSeconds: 1, catalog: null, cache: { backend: "redis", state: "up" }, tickers: null },
};

describe("A19: the keys of a publication beside its views", () => {
  const redis = shareCatalogRedis();

  async function bytesSent(task: () => Promise<unknown>): Promise<number> {
    await redis.server.command("CONFIG", "RESETSTAT");
    await task();
    const stats = String(await redis.server.command("INFO", "stats"));
    return Number(/total_net_output_bytes:(\d+)/.exec(stats)?.[1]);
  }

  test.each(NAMES)(
    "A19: a value under %s that is too large is not read, and is published over",
    async (name) => {
      const store = createCatalogStore(redis.cache);
      await store.publish(CATALOG, { ttlSeconds: 60, revision: 1, expected: await store.readCurrent() });
      await redis.server.command("SETRANGE", CATALOG_KEYS[name], String(CATALOG_KEY_BYTES_MAX[name]), "x");
      const sent = await bytesSent(async () => {
        for (let count = 0; count < 3; count++) await store.read();
        await store.readCurrent();
      });
      expect(sent).toBeLessThan(16 * 1024);
      const expected = await store.readCurrent();
      expect(expected[`${name}Value`]).toBeUndefined();
      const outcome = await store.publish(CATALOG, { ttlSeconds: 60, revision: 2, expected });
      expect(outcome).toMatchObject({ kind: "published" });
      expect(await store.read()).toMatchObject({ kind: "verified", revision: 2 });
    },
  );

  test.each(NAMES)("A19: a value under %s of just its bound is read", async (name) => {
    await redis.server.command("SETRANGE", CATALOG_KEYS[name], String(CATALOG_KEY_BYTES_MAX[name] - 1), "x");
    const seen = await createCatalogStore(redis.cache).readCurrent();
    expect(seen[`${name}Value`]?.byteLength).toBe(CATALOG_KEY_BYTES_MAX[name]);
  });

  test("A19: every bound is that of its own key", () => {
    const { loaded, hash, list, state, manifest } = CATALOG_KEY_BYTES_MAX;
    expect([loaded, hash, state].every((bytes) => bytes <= 4096)).toBe(true);
    expect(list).toBeLessThan(8 * 1024 * 1024);
    expect(manifest).toBe(16 * 1024 * 1024);
  });

  test("A19: a list of replicas that is too large is replaced", async () => {
    const registry = createReplicaRegistry({ cache: redis.cache, describe: () => RECORD, ttlSeconds: 60 });
    await redis.server.command("SETRANGE", IDS_KEY, String(300 * 1024), "x");
    await registry.heartbeat();
    expect(await redis.server.command("GET", IDS_KEY)).toBe('["a"]');
  });
});
