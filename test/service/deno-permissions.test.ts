import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createGuardedDirectory } from "../support/guarded-directory.ts";
import { startOtlpReceiver } from "../support/otlp-receiver.ts";
import { startPostgres } from "../support/postgres-server.ts";
import { startRedis } from "../support/redis-server.ts";
import { said } from "../support/running-fleet.ts";
import { RUNTIMES, type Runtime } from "../support/runtimes.ts";
import { startSecuredRedis } from "../support/secured-redis.ts";
import { sendRequest } from "../support/send-request.ts";
import { ADMIN_TOKEN, startService } from "../support/service-process.ts";
import { readSampleSchema } from "../support/ticker-databases.ts";
import { createViewsDirectory, viewYaml } from "../support/views-directory.ts";

const MANUAL = new URL("../../docs/security.md", import.meta.url);
const PATHS = [
  "/views",
  "/views/view_fiis_info",
  "/tickers/HGLG11",
  "/readyz",
  "/metrics",
  "/",
  "/console/assets/lib/lit-html.js",
  "/docs",
  "/docs/swagger-ui.css",
  "/openapi.json",
];
const WITH_TOKEN = { authorization: `Bearer ${ADMIN_TOKEN}` };

interface Permissions {
  readonly net: readonly string[];
  readonly read: readonly string[];
  readonly rest: readonly string[];
}

/** What the manual says the defaults need, with any free port in the place of 8000. */
async function documented(): Promise<Permissions> {
  const line = /^deno run (--allow-.*) src\/app\/main\.ts serve$/m.exec(await readFile(MANUAL, "utf8"))?.[1];
  if (line === undefined) throw new Error("docs/security.md has no line deno run … src/app/main.ts serve");
  const words = line.split(" ");
  const listOf = (name: string): readonly string[] =>
    words
      .find((word) => word.startsWith(`${name}=`))
      ?.slice(name.length + 1)
      .split(",") ?? [];
  const [net, read] = [listOf("--allow-net"), listOf("--allow-read")];
  expect(net).toEqual(["127.0.0.1:8000"]);
  const rest = words.filter((word) => !/^--allow-(?:net|read)=/.test(word));
  return { net: ["127.0.0.1:0"], read, rest };
}

/** Deno with what the defaults need and with what is added. */
async function denoWith(more: Partial<Pick<Permissions, "net" | "read">> = {}): Promise<Runtime> {
  const { net, read, rest } = await documented();
  const deno = RUNTIMES.find(({ name }) => name === "deno");
  if (deno === undefined) throw new RangeError("There is no Deno");
  const lists = [
    `--allow-net=${[...net, ...(more.net ?? [])].join(",")}`,
    `--allow-read=${[...read, ...(more.read ?? [])].join(",")}`,
  ];
  return { ...deno, args: ["run", ...lists, ...rest] };
}

describe("Deno with the documented permissions", () => {
  test("grants nothing whole but the environment", async () => {
    const others = ["--allow-env", "--allow-sys=hostname", "--no-prompt"];
    // Not a permission, but the size of V8's heap of young objects.
    expect((await documented()).rest).toEqual([...others, "--v8-flags=--max-semi-space-size=4"]);
  });

  test("are those of the task start:narrow", async () => {
    const { tasks } = JSON.parse(await readFile(new URL("../../deno.json", import.meta.url), "utf8"));
    const line = String(tasks["start:narrow"]).replace("./node_modules/.bin/", "");
    expect(await readFile(MANUAL, "utf8")).toContain(`\n${line}\n`);
  });

  test("serves views, and tickers from SQLite's thread", async () => {
    await using service = await startService({ runtime: await denoWith() });
    await service.waitForLog(said("Catalog published"));
    const statuses: (readonly [path: string, status: number])[] = [];
    for (const path of PATHS) statuses.push([path, (await sendRequest(service.url, path)).status]);
    const reload = { method: "POST", headers: WITH_TOKEN };
    statuses.push(["reload", (await sendRequest(service.url, "/admin/views/reload", reload)).status]);
    expect(statuses.filter(([, status]) => status !== 200)).toEqual([]);
    expect(service.stderr()).toBe("");
  });

  test("serves with Redis over TLS, PostgreSQL, a collector and views of its own once these are named", async () => {
    await using redis = await startSecuredRedis();
    await using postgres = await startPostgres();
    await using receiver = await startOtlpReceiver();
    await using views = await createViewsDirectory({ "alpha.yaml": viewYaml("a") });
    await postgres.sql(await readSampleSchema());
    const { REDIS_URL = "", REDIS_TLS_CA = "" } = redis.settings;
    const net = [REDIS_URL, postgres.url, receiver.url].map((url) => new URL(url).host);
    const env = {
      ...redis.settings,
      DATABASE_URL: postgres.url,
      VIEWS_DIR: views.path,
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_BSP_SCHEDULE_DELAY: "20",
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      TICKERS_SQL: "SELECT 'HGLG11' AS ticker",
    };
    const runtime = await denoWith({ net, read: [views.path, REDIS_TLS_CA, "node_modules"] });
    await using service = await startService({ runtime, env });
    await service.waitForLog(said("Catalog published"));
    expect((await sendRequest(service.url, "/tickers")).json()).toMatchObject({ tickers: ["HGLG11"] });
    expect((await sendRequest(service.url, "/readyz")).json()).toMatchObject({ status: "ready" });
    await expect.poll(() => receiver.spans().length, { timeout: 15_000 }).toBeGreaterThan(0);
    expect(service.stderr()).toBe("");
  });

  test("reads no views outside of what is named", async () => {
    await using views = await createViewsDirectory({ "alpha.yaml": viewYaml("a") });
    await using service = await startService({ runtime: await denoWith(), env: { VIEWS_DIR: views.path } });
    const refused = await service.waitForLog(({ level }) => level === "warn" || level === "error");
    expect(JSON.stringify(refused)).toMatch(/not permitted|unreadable|EACCES/);
    expect((await sendRequest(service.url, "/views")).status).toBe(503);
  });

  test("reads no database outside of what is named, from SQLite's thread either", async () => {
    const directory = await createGuardedDirectory("mosaic-outside-");
    const path = join(directory.path, "funds.db");
    await writeFile(path, "");
    const env = { DATABASE_URL: `sqlite:${path}`, TICKERS_SQL: "SELECT 'HGLG11' AS ticker" };
    {
      await using service = await startService({ runtime: await denoWith(), env });
      expect((await sendRequest(service.url, "/tickers")).status).toBe(503);
    }
    await using service = await startService({ runtime: await denoWith({ read: [path] }), env });
    expect((await sendRequest(service.url, "/tickers")).status).toBe(200);
    await directory.remove();
  });

  test("connects to no host that is not named", async () => {
    await using redis = await startRedis();
    const env = { CACHE_BACKEND: "redis", REDIS_URL: redis.url };
    await using service = await startService({ runtime: await denoWith(), env });
    const failed = await service.waitForLog(said("Redis connection failed"));
    expect(String(failed.detail)).toMatch(/net access/);
    await service.waitForLog(said("Catalog activated"));
    expect((await sendRequest(service.url, "/views")).status).toBe(200);
    expect(await redis.command("DBSIZE")).toBe(0);
  });
});
