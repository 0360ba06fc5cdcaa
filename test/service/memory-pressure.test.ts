import { expect, test, vi } from "vitest";
import { evictedKeys, pressMemory } from "../support/memory-pressure.ts";
import { startRedis } from "../support/redis-server.ts";
import { said } from "../support/running-fleet.ts";
import { RUNTIMES } from "../support/runtimes.ts";
import { cacheSettings } from "../support/service-combinations.ts";
import { startService } from "../support/service-process.ts";
import { createViewsDirectory, viewYaml } from "../support/views-directory.ts";

const DESCRIPTION = "d".repeat(2000);
const FILES = Object.fromEntries(
  Array.from({ length: 40 }, (_, index) => [`view_${index}.yaml`, viewYaml("a", DESCRIPTION)]),
);
const PRESSURE_MS = 15_000;
const HEALED = { timeout: 60_000, interval: 100 };

test.concurrent.each(["volatile-ttl", "allkeys-random"])(
  "a Redis that evicts the catalog again and again under %s is not written without end",
  { timeout: 120_000 },
  async (policy) => {
    await using opened = new AsyncDisposableStack();
    const redis = opened.use(await startRedis({ args: ["--maxmemory-policy", policy] }));
    const views = opened.use(await createViewsDirectory(FILES));
    const env = { ...cacheSettings(redis), VIEWS_DIR: views.path };
    const services = await Promise.all(RUNTIMES.map((runtime) => startService({ runtime, env })));
    for (const service of services) {
      opened.use(service);
      await service.waitForLog(said("Catalog activated"));
    }
    const publications = (): number =>
      services.flatMap((service) => service.logs().filter(said("Catalog published"))).length;
    const before = publications();
    const signal = AbortSignal.timeout(PRESSURE_MS);
    await pressMemory(redis, { signal, roomBytes: 64 * 1024 });
    expect(await evictedKeys(redis)).toBeGreaterThan(100);
    const during = publications() - before;
    expect(during).toBeGreaterThan(1);
    // Each of the two replicas comes to four; without pauses it were about seventy.
    expect(during).toBeLessThanOrEqual(10);
    const delayed = said("Published catalog lost repeatedly: repair delayed");
    for (const service of services) expect(service.logs().filter(delayed).length).toBeLessThanOrEqual(1);
    await redis.command("CONFIG", "SET", "maxmemory", "0");
    const keys = ["loaded", "hash", "list", ...Object.keys(FILES).map((file) => file.replace(".yaml", ""))];
    await vi.waitFor(
      async () =>
        expect(await redis.command("EXISTS", ...keys.map((key) => `mosaic:views:${key}`))).toBe(keys.length),
      HEALED,
    );
  },
);
