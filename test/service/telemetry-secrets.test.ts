import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createGuardedDirectory, type GuardedDirectory } from "../support/guarded-directory.ts";
import { type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";
import { type RedisServer, startRedis } from "../support/redis-server.ts";
import { said } from "../support/running-fleet.ts";
import { RUNTIMES } from "../support/runtimes.ts";
import { sendRequest } from "../support/send-request.ts";
import { type ServiceProcess, startService } from "../support/service-process.ts";
import { createViewsDirectory, type ViewsDirectory } from "../support/views-directory.ts";

/** Each is planted in one place, and may come out nowhere. */
const SECRETS = {
  redisPassword: "planted-redis-password",
  databasePassword: "planted-database-password",
  adminToken: "planted-admin-token",
  wrongToken: "planted-wrong-token",
  signatureKey: "planted-signature-key-0123456789abcdef",
  collectorUser: "planted-collector-user",
  collectorHeader: "planted-collector-header",
  sqlText: "planted-sql-text",
  viewText: "planted-view-text",
  cachedValue: "planted-cached-value",
  query: "planted-query",
  userAgent: "planted-user-agent",
} as const;

/** What somebody asked for, in the path and in a body. */
const TICKERS = ["PLNT11", "XPLA11"] as const;

describe.each(RUNTIMES)("telemetry of a service with secrets, on $name", (runtime) => {
  let receiver: OtlpReceiver;
  let redis: RedisServer;
  let views: ViewsDirectory;
  let directory: GuardedDirectory;
  let service: ServiceProcess | undefined;

  beforeEach(async () => {
    [receiver, redis, directory] = await Promise.all([
      startOtlpReceiver(),
      startRedis(),
      createGuardedDirectory("mosaic-secrets-"),
    ]);
    await redis.command("ACL", "SETUSER", "planted", "on", `>${SECRETS.redisPassword}`, "~*", "&*", "+@all");
    views = await createViewsDirectory({
      "view_a.yaml": `description: ${SECRETS.viewText}\nidentifiers: [a]\ncolumns: [a]\n`,
    });
  });
  afterEach(async () => {
    await service?.stop();
    await redis?.stop();
    await views?.[Symbol.asyncDispose]();
    await receiver?.[Symbol.asyncDispose]();
    await directory?.remove();
    service = undefined;
  });

  const start = async (env: Readonly<Record<string, string>>): Promise<ServiceProcess> => {
    const endpoint = new URL(receiver.url);
    endpoint.username = SECRETS.collectorUser;
    service = await startService({
      runtime,
      env: {
        CACHE_BACKEND: "redis",
        REDIS_URL: `redis://planted:${SECRETS.redisPassword}@127.0.0.1:${redis.port}/0`,
        VIEWS_DIR: views.path,
        VIEWS_SIGNATURE_MODE: "hmac",
        VIEWS_SIGNATURE_KEY: `planted:${SECRETS.signatureKey}`,
        ADMIN_TOKEN: SECRETS.adminToken,
        LOG_LEVEL: "trace",
        OTEL_EXPORTER_OTLP_ENDPOINT: endpoint.href,
        OTEL_EXPORTER_OTLP_HEADERS: `x-collector-key=${SECRETS.collectorHeader}`,
        OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
        OTEL_BSP_SCHEDULE_DELAY: "20",
        OTEL_METRIC_EXPORT_INTERVAL: "100",
        ...env,
      },
    });
    await service.waitForLog(said("Catalog published"));
    return service;
  };

  /** Asks for everything, rightly and wrongly, and returns all that was told of it. */
  async function exercise({ url }: ServiceProcess): Promise<string> {
    const [pathTicker, bodyTicker] = TICKERS;
    const authorization = `Bearer ${SECRETS.adminToken}`;
    const get = { headers: { "user-agent": SECRETS.userAgent } };
    for (const path of [
      "/views",
      `/views/view_a?q=${SECRETS.query}`,
      "/tickers",
      `/tickers/${pathTicker}`,
      `/${SECRETS.query}`,
    ])
      await sendRequest(url, path, get);
    const body = JSON.stringify({ text: `Is ${bodyTicker} good? ${SECRETS.query}` });
    await sendRequest(url, "/tickers/extract", { method: "POST", body });
    const wrong = { headers: { authorization: `Bearer ${SECRETS.wrongToken}` }, method: "POST" };
    await sendRequest(url, "/admin/views/reload", wrong);
    for (const path of ["/admin/views/reload", "/admin/tickers/refresh"])
      await sendRequest(url, path, { method: "POST", headers: { authorization } });
    await sendRequest(url, "/admin/views/diff", { headers: { authorization } });
    await sendRequest(url, "/nowhere/last");
    return (await sendRequest(url, "/metrics")).text;
  }

  /** All that left the service, once what it did is in it; the collector's own header is no part of it. */
  async function allTold(running: ServiceProcess, scraped: string): Promise<string> {
    await expect.poll(() => receiver.spans().some(({ name }) => name === "GET /admin/views/diff")).toBe(true);
    await expect.poll(() => receiver.metrics().size).toBeGreaterThan(10);
    await running.stop();
    expect(receiver.raw()).toContain(SECRETS.collectorHeader);
    const sent = receiver.raw().replaceAll(`"x-collector-key":"${SECRETS.collectorHeader}"`, "");
    return [sent, scraped, running.output()].join("\n");
  }

  function expectNoSecret(told: string): void {
    const found = [...Object.values(SECRETS), ...TICKERS].filter((secret) => told.includes(secret));
    expect(found).toEqual([]);
  }

  test("nothing of them is in a span, a metric or a log line while all is well", async () => {
    const database = join(directory.path, "funds.db");
    await writeFile(database, "");
    const sql = `SELECT '${SECRETS.sqlText}' AS ticker UNION ALL SELECT 'HGLG11'`;
    const running = await start({ DATABASE_URL: `sqlite:${database}`, TICKERS_SQL: sql });
    expectNoSecret(await allTold(running, await exercise(running)));
  });

  test("nothing of them is there when database, cache and values are broken either", async () => {
    const url = `postgres://planted:${SECRETS.databasePassword}@127.0.0.1:1/planted`;
    for (const key of ["tickers:list", "views:hash", "views:list", "views:loaded", "views:view_a"])
      await redis.command("SET", `mosaic:${key}`, SECRETS.cachedValue);
    const running = await start({
      DATABASE_URL: url,
      TICKERS_SQL: `SELECT ticker FROM "${SECRETS.sqlText}"`,
    });
    // With an end: a value that has none is not even looked at.
    await redis.command("SET", "mosaic:tickers:list", SECRETS.cachedValue, "EX", "600");
    await exercise(running);
    await redis.command("ACL", "SETUSER", "planted", "resetpass", ">another");
    await redis.command("CLIENT", "KILL", "USER", "planted");
    await running.waitForLog(said("Redis connection failed"));
    await views.replace({ "view_b.yaml": `columns: ${SECRETS.viewText}\n` });
    expectNoSecret(await allTold(running, await exercise(running)));
  });
});
