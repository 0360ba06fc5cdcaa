import { describe, expect, test, vi } from "vitest";
import { type RedisServer, startRedis } from "../../support/redis-server.ts";
import { runMain } from "../../support/run-main.ts";
import { type FleetReplica, said, servedHash } from "../../support/running-fleet.ts";
import { RUNTIMES, type Runtime } from "../../support/runtimes.ts";
import { sendRequest } from "../../support/send-request.ts";
import { ADMIN_TOKEN } from "../../support/service-process.ts";
import { startReplica } from "../../support/started-replica.ts";
import { viewYaml } from "../../support/views-directory.ts";

const FUNDS = { "fund_a.yaml": viewYaml("a"), "fund_b.yaml": viewYaml("b") };
const STOCKS = { "stock_a.yaml": viewYaml("a") };
/** Has a view in common with the funds. */
const MIXED = { "fund_a.yaml": viewYaml("other"), "stock_a.yaml": viewYaml("a") };
const WAIT = { timeout: 15_000, interval: 50 };
const AUTHORIZED = { authorization: `Bearer ${ADMIN_TOKEN}` };

const ROWS = [
  { name: "with no view in common", files: STOCKS, first: {}, second: {} },
  {
    name: "with names of their own",
    files: MIXED,
    first: { FLEET_ID: "funds" },
    second: { FLEET_ID: "stocks" },
  },
] as const;

async function publishedHash(redis: RedisServer): Promise<string> {
  return String(await redis.command("GET", "mosaic:views:hash"));
}

function reload({ service }: FleetReplica, query = "") {
  const path = `/admin/views/reload${query}`;
  return sendRequest(service.url, path, { method: "POST", headers: AUTHORIZED });
}

async function startFunds(runtime: Runtime, redis: RedisServer, env: Readonly<Record<string, string>>) {
  const funds = await startReplica({ runtime, files: FUNDS, redisUrl: redis.url, env });
  await funds.service.waitForLog(said("Catalog published"));
  return funds;
}

describe.each(RUNTIMES)("two fleets in one namespace on $name", (runtime) => {
  test.each(ROWS)(
    "$name: neither serves nor replaces the other's catalog",
    async ({ files, first, second }) => {
      await using redis = await startRedis();
      await using funds = await startFunds(runtime, redis, first);
      const hash = await publishedHash(redis);
      await using stocks = await startReplica({ runtime, files, redisUrl: redis.url, env: second });
      const { service } = stocks;
      await service.waitForLog(said("Catalog activated", { source: "disk" }));
      await service.waitForLog(({ msg }) => msg.startsWith("Another fleet's catalog is published"));
      expect((await sendRequest(service.url, "/readyz")).json()).toMatchObject({
        status: "degraded",
        warnings: ["fleet_foreign"],
        components: { catalog: { source: "disk" } },
        checks: { fleet: { status: "warn", code: "foreign" } },
      });
      expect((await sendRequest(service.url, "/metrics")).text).toMatch(/^mosaic_catalog_foreign 1$/m);
      // On a busy machine Redis may be late: such a reload is taken, and not published.
      await vi.waitFor(async () => {
        const { status, json } = await reload(stocks);
        expect([status, json()]).toMatchObject([409, { code: "catalog_foreign", reason: "foreign-fleet" }]);
      }, WAIT);
      const args = ["reload", service.url];
      const env = { ADMIN_TOKEN };
      const byCommand = await runMain(runtime, { args, directory: ".", env });
      expect([byCommand.exitCode, byCommand.stderr]).toEqual([
        1,
        expect.stringContaining("[catalog_foreign]"),
      ]);
      expect([await publishedHash(redis), await servedHash(funds)]).toEqual([hash, hash]);

      const forced = await runMain(runtime, { args: [...args, "--force"], directory: ".", env });
      expect([forced.exitCode, forced.stderr]).toEqual([0, ""]);
      const next = await publishedHash(redis);
      expect(next).not.toBe(hash);
      await vi.waitFor(async () => {
        expect((await sendRequest(service.url, "/readyz")).json()).toMatchObject({ status: "ready" });
        const { service: other } = funds;
        expect((await sendRequest(other.url, "/readyz")).json()).toMatchObject({
          warnings: ["fleet_foreign"],
        });
      }, WAIT);
      expect([await servedHash(funds), await servedHash(stocks)]).toEqual([hash, next]);
    },
  );

  test("mosaic inspect shows whose the published catalog is, and refuses it by FLEET_ID", async () => {
    await using redis = await startRedis();
    await using _funds = await startFunds(runtime, redis, { FLEET_ID: "funds" });
    const inspect = (fleet: string, ...args: readonly string[]) => {
      const env = { CACHE_BACKEND: "redis", REDIS_URL: redis.url, FLEET_ID: fleet };
      return runMain(runtime, { args: ["inspect", ...args], directory: ".", env });
    };
    const own = await inspect("funds");
    expect([own.exitCode, own.stdout]).toEqual([
      0,
      expect.stringMatching(/\nrevision {2}\d+, of the fleet funds\n/),
    ]);
    const other = await inspect("stocks");
    expect([other.exitCode, other.stdout]).toEqual([
      1,
      expect.stringContaining(
        "\ncatalog   rejected: published by fleet funds, but FLEET_ID is stocks [foreign-fleet]\n",
      ),
    ]);
    const json = await inspect("stocks", "--format", "json");
    expect(JSON.parse(json.stdout)).toMatchObject({ catalog: { fleet: "funds", reason: "foreign-fleet" } });
  });

  test("one fleet renames all of its views, and one whose replicas had no name gets one", async () => {
    await using redis = await startRedis();
    await using old = await startFunds(runtime, redis, {});
    await using named = await startReplica({
      runtime,
      files: FUNDS,
      redisUrl: redis.url,
      env: { FLEET_ID: "funds" },
    });
    await named.service.waitForLog(said("Catalog activated", { source: "cache" }));
    for (const replica of [old, named]) {
      await replica.views.replace(replica === old ? STOCKS : MIXED);
      expect((await reload(replica)).status).toBe(200);
      const hash = await publishedHash(redis);
      await vi.waitFor(async () => {
        expect([await servedHash(old), await servedHash(named)]).toEqual([hash, hash]);
      }, WAIT);
    }
    expect(String(await redis.command("GET", "mosaic:catalog:state"))).toContain('"fleet": "funds"');
  });
});
