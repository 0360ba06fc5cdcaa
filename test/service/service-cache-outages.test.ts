import { describe, expect, test } from "vitest";
import { freePort } from "../support/free-port.ts";
import { type HostedService, startHostedService } from "../support/hosted-service.ts";
import { readMetrics } from "../support/read-metrics.ts";
import { type RedisServer, startRedis } from "../support/redis-server.ts";
import { RUNTIMES } from "../support/runtimes.ts";
import { sendRequest } from "../support/send-request.ts";
import { cacheSettings } from "../support/service-combinations.ts";
import { ADMIN_TOKEN, type LogLine } from "../support/service-process.ts";
import { createViewsDirectory, viewYaml } from "../support/views-directory.ts";

const START_BOUND_MS = 3000;
const DOWN = "Cache does not answer: requests are served from memory";
const RELOAD = { method: "POST", headers: { authorization: `Bearer ${ADMIN_TOKEN}` } };

interface Readiness {
  readonly status: string;
  readonly components: {
    readonly catalog: { readonly hash: string; readonly source: string };
    readonly cache: Readonly<Record<string, unknown>>;
  };
}

async function readiness({ url }: HostedService): Promise<Readiness> {
  const answer = await sendRequest(url, "/readyz");
  expect(answer.status).toBe(200);
  return answer.json() as Readiness;
}

async function metric({ url }: HostedService, series: string): Promise<number | undefined> {
  return readMetrics((await sendRequest(url, "/metrics")).text).get(series);
}

const said =
  (msg: string) =>
  (line: LogLine): boolean =>
    line.msg === msg;

/** Fits the second line with this message, not the first. */
function saidAgain(msg: string): (line: LogLine) => boolean {
  let times = 0;
  return (line) => line.msg === msg && ++times === 2;
}

async function expectPublished(redis: RedisServer, hash: string): Promise<void> {
  expect(await redis.command("MGET", "mosaic:views:hash", "mosaic:views:loaded")).toEqual([hash, "1"]);
}

describe.each(RUNTIMES)("serve on $name", (runtime) => {
  test("starts from disk while Redis is absent, and fills it when it comes", async () => {
    const port = await freePort();
    await using service = await startHostedService({
      runtime,
      env: cacheSettings({ url: `redis://127.0.0.1:${port}/0` }),
    });
    // What Redis may cost a start: the process has begun by then, however busy the machine is.
    const listening = await service.waitForLog(said("Listening"));
    const activated = await service.waitForLog(said("Catalog activated"));
    expect(Date.parse(activated.time) - Date.parse(listening.time)).toBeLessThan(START_BOUND_MS);
    expect(activated.source).toBe("disk");
    expect(await service.waitForLog(said(DOWN))).toMatchObject({
      level: "warn",
      backend: "redis",
      reason: "unavailable",
    });
    expect(await readiness(service)).toMatchObject({
      status: "degraded",
      components: { cache: { backend: "redis", state: "down", reason: "unavailable" } },
    });
    expect(await metric(service, "mosaic_cache_up")).toBe(0);
    expect((await sendRequest(service.url, "/views")).status).toBe(200);

    await using redis = await startRedis({ port });
    await service.waitForLog(said("Catalog published"));
    expect(service.logs().map(({ msg }) => msg)).toContain("Cache answers again");
    const ready = await readiness(service);
    expect(ready).toMatchObject({
      status: "ready",
      components: { cache: { backend: "redis", state: "up" } },
    });
    expect(await metric(service, "mosaic_cache_up")).toBe(1);
    await expectPublished(redis, ready.components.catalog.hash);
  });

  test("starts from disk while Redis is frozen, and fills it when it thaws", async () => {
    await using redis = await startRedis();
    redis.freeze();
    await using service = await startHostedService({ runtime, env: cacheSettings(redis) });
    // What Redis may cost a start: the process has begun by then, however busy the machine is.
    const listening = await service.waitForLog(said("Listening"));
    const activated = await service.waitForLog(said("Catalog activated"));
    expect(Date.parse(activated.time) - Date.parse(listening.time)).toBeLessThan(START_BOUND_MS);
    expect(await readiness(service)).toMatchObject({ status: "degraded" });
    redis.thaw();
    await service.waitForLog(said("Catalog published"));
    const ready = await readiness(service);
    expect(ready.status).toBe("ready");
    await expectPublished(redis, ready.components.catalog.hash);
  });

  test("goes on serving when Redis is killed, and fills the empty one that takes its place", async () => {
    await using redis = await startRedis();
    await using service = await startHostedService({ runtime, env: cacheSettings(redis) });
    await service.waitForLog(said("Catalog published"));
    const before = await sendRequest(service.url, "/views");
    await redis.kill();
    await service.waitForLog(said(DOWN));
    expect(await metric(service, "mosaic_cache_up")).toBe(0);
    const during = await sendRequest(service.url, "/views");
    expect([during.status, during.text]).toEqual([200, before.text]);
    const reloaded = await sendRequest(service.url, "/admin/views/reload", RELOAD);
    expect([reloaded.status, reloaded.json()]).toEqual([200, expect.objectContaining({ published: false })]);
    expect(await readiness(service)).toMatchObject({
      status: "degraded",
      components: { cache: { state: "down" } },
    });
    expect((await sendRequest(service.url, "/views")).text).toBe(before.text);

    await redis.restart();
    await service.waitForLog(saidAgain("Catalog published"));
    const ready = await readiness(service);
    expect(ready).toMatchObject({ status: "ready", components: { cache: { state: "up" } } });
    await expectPublished(redis, ready.components.catalog.hash);
  });

  test("takes what another replica published during its own outage", async () => {
    await using redis = await startRedis();
    await using views = await createViewsDirectory({ "alpha.yaml": viewYaml("a") });
    const env = { ...cacheSettings(redis), VIEWS_DIR: views.path };
    await using first = await startHostedService({ runtime, env });
    await first.waitForLog(said("Catalog published"));
    await using second = await startHostedService({ runtime, env });
    await second.waitForLog(said("Catalog activated"));
    await views.replace({ "alpha.yaml": viewYaml("b") });
    const { hash } = (await sendRequest(second.url, "/admin/views/reload", RELOAD)).json() as {
      hash: string;
    };
    // Cuts both replicas off; when they are back they compare.
    await redis.command("CLIENT", "KILL", "TYPE", "normal");
    await first.waitForLog(({ msg, trigger }) => msg === "Catalog activated" && trigger === "reconcile");
    expect((await readiness(first)).components.catalog).toMatchObject({ hash, source: "cache" });
  });

  test("boots a second replica from the cache, with an empty folder of views too", async () => {
    await using redis = await startRedis();
    await using empty = await createViewsDirectory();
    await using first = await startHostedService({ runtime, env: cacheSettings(redis) });
    await first.waitForLog(said("Catalog published"));
    const { hash } = (await readiness(first)).components.catalog;
    for (const env of [{}, { VIEWS_DIR: empty.path }, { VIEWS_DIR: `${empty.path}/absent` }]) {
      await using second = await startHostedService({ runtime, env: { ...cacheSettings(redis), ...env } });
      await second.waitForLog(said("Catalog activated"));
      expect((await readiness(second)).components.catalog).toMatchObject({ hash, source: "cache", views: 8 });
      expect(await metric(second, 'mosaic_cache_hit_total{kind="views"}')).toBe(1);
      expect(await metric(second, `mosaic_catalog_info{hash="${hash}",source="cache"}`)).toBe(1);
      expect((await sendRequest(second.url, "/views")).headers.etag).toBe(`"${hash}"`);
    }
  });

  test("shows a deploy that nobody reloaded, until somebody does", async () => {
    await using redis = await startRedis();
    // A deploy keeps some views: a catalog that shares none would be another fleet's.
    await using deployed = await createViewsDirectory({
      "alpha.yaml": viewYaml("a"),
      "view_fiis_info.yaml": viewYaml("a"),
    });
    await using first = await startHostedService({ runtime, env: cacheSettings(redis) });
    await first.waitForLog(said("Catalog published"));
    await using second = await startHostedService({
      runtime,
      env: { ...cacheSettings(redis), VIEWS_DIR: deployed.path },
    });
    const warning = "The catalog on disk differs from the active one: reload to activate it";
    const { level, disk_hash: diskHash } = await second.waitForLog(said(warning));
    expect(level).toBe("warn");
    expect(await metric(second, "mosaic_catalog_disk_divergent")).toBe(1);
    const { hash } = (await sendRequest(second.url, "/admin/views/reload", RELOAD)).json() as {
      hash: string;
    };
    expect(hash).toBe(diskHash);
    expect(await metric(second, "mosaic_catalog_disk_divergent")).toBe(0);
    await expectPublished(redis, hash);
  });
});
