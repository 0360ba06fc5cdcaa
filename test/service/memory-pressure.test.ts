import { expect, test, vi } from "vitest";
import { evictedKeys, pressMemory } from "../support/memory-pressure.ts";
import { type RedisServer, startRedis } from "../support/redis-server.ts";
import { said } from "../support/running-fleet.ts";
import { RUNTIMES } from "../support/runtimes.ts";
import { sendRequest } from "../support/send-request.ts";
import { cacheSettings } from "../support/service-combinations.ts";
import { ADMIN_TOKEN, startService } from "../support/service-process.ts";
import { createViewsDirectory, viewYaml } from "../support/views-directory.ts";

const DESCRIPTION = "d".repeat(2000);
const FILES = Object.fromEntries(
  Array.from({ length: 40 }, (_, index) => [`view_${index}.yaml`, viewYaml("a", DESCRIPTION)]),
);
const PRESSURE_MS = 15_000;
/** Redis measures in seconds how long a key has not been used. */
const IDLE_SECONDS = 3;
const HEALED = { timeout: 60_000, interval: 100 };

test("a view that volatile-lru evicts is shown by /readyz and counted", { timeout: 120_000 }, async () => {
  await using opened = new AsyncDisposableStack();
  const redis = opened.use(await startRedis({ args: ["--maxmemory-policy", "volatile-lru"] }));
  const views = opened.use(await createViewsDirectory(FILES));
  const env = { ...cacheSettings(redis), VIEWS_DIR: views.path };
  const [runtime, other = runtime] = RUNTIMES;
  if (runtime === undefined || other === undefined) throw new RangeError("There is no runtime");
  const first = opened.use(await startService({ runtime, env }));
  await first.waitForLog(said("Catalog published"));
  const keys = Object.keys(FILES).map((file) => `mosaic:views:${file.replace(".yaml", "")}`);
  const held = async (): Promise<number> => Number(await redis.command("EXISTS", ...keys));
  // A replica reads flag, hash and state all the time, and views at no time.
  await vi.waitFor(async () => {
    expect(await redis.command("OBJECT", "IDLETIME", keys[0] ?? "")).toBeGreaterThanOrEqual(IDLE_SECONDS);
  }, HEALED);
  await evictSome(redis, held);
  expect(await evictedKeys(redis)).toBeGreaterThan(0);

  const second = opened.use(await startService({ runtime: other, env }));
  await second.waitForLog(said("Catalog activated", { source: "disk" }));
  const { checks } = (await sendRequest(second.url, "/readyz")).json() as { readonly checks: unknown };
  const reason = expect.stringMatching(/^missing-(?:list|view)$/);
  expect(checks).toMatchObject({ cache: { status: "warn", code: "damaged", reason } });
  const { text } = await sendRequest(second.url, "/metrics");
  expect(text).toMatch(
    /^mosaic_catalog_activations_total\{result="refused",reason="missing-(?:list|view)"\} [1-9]/m,
  );
  // A reload puts it back at once; otherwise a replica does after a while.
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
  await sendRequest(second.url, "/admin/views/reload", { method: "POST", headers });
  expect(await held()).toBe(keys.length);
  await vi.waitFor(async () => {
    const after = (await sendRequest(second.url, "/readyz")).json() as { readonly checks: unknown };
    expect(after.checks).toMatchObject({ cache: { status: "pass", code: "up" } });
  }, HEALED);
});

/** Writes what has no TTL and cannot be evicted, until some of the keys are. */
async function evictSome(redis: RedisServer, held: () => Promise<number>): Promise<void> {
  const all = await held();
  const used = /^used_memory:(\d+)/m.exec(String(await redis.command("INFO", "memory")))?.[1] ?? "";
  await redis.command("CONFIG", "SET", "maxmemory", used);
  for (let filler = 0; (await held()) === all; filler += 1)
    await redis.command("SET", `filler:${filler}`, "x".repeat(256));
  await redis.command("CONFIG", "SET", "maxmemory", "0");
}

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
