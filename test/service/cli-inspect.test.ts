import { describe, expect, test, vi } from "vitest";
import { freePort } from "../support/free-port.ts";
import { startHostedService } from "../support/hosted-service.ts";
import { startRedis } from "../support/redis-server.ts";
import { type MainRun, runMain } from "../support/run-main.ts";
import { RUNTIMES } from "../support/runtimes.ts";
import { cacheSettings } from "../support/service-combinations.ts";
import { createViewsDirectory, viewYaml } from "../support/views-directory.ts";

const WAIT = { timeout: 15_000, interval: 50 };

describe.each(RUNTIMES)("mosaic inspect on $name", (runtime) => {
  const inspect = (env: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<MainRun> =>
    runMain(runtime, { args: ["inspect", ...args], directory: ".", env });

  test("mosaic inspect shows what is in the shared cache, and why it would be refused", async () => {
    await using redis = await startRedis();
    await using views = await createViewsDirectory({ "a.yaml": viewYaml("x") });
    const settings = cacheSettings(redis);
    const empty = await inspect(settings);
    expect([empty.exitCode, empty.stderr]).toEqual([1, ""]);
    expect(empty.stdout).toContain(
      "catalog   absent: no catalog is published: views:loaded is absent [absent]\nhash      none\n",
    );
    expect(empty.stdout).toContain("tickers   none\nreplicas  0\n");
    expect((await inspect(settings, "--lang", "pt")).stdout).toContain(
      "catálogo  ausente: nenhum catálogo está publicado: falta views:loaded [absent]\nhash      nenhum\n",
    );

    await using service = await startHostedService({ runtime, env: { ...settings, VIEWS_DIR: views.path } });
    await service.waitForLog(({ msg }) => msg === "Catalog published");
    await vi.waitFor(async () => {
      expect((await fetch(`${service.url}/tickers`)).status).toBe(200);
      const { exitCode, stdout, stderr } = await inspect(settings);
      expect([exitCode, stderr]).toEqual([0, ""]);
      expect(stdout).toMatch(/^cache {5}redis:\/\/127\.0\.0\.1:\d+.*, mosaic:\*\ncatalog {3}verified\n/);
      expect(stdout).toMatch(
        /\nhash {6}[0-9a-f]{64}, 86\d{3} s left\nrevision {2}\d+\nviews {5}1\n {12}a {2}40 bytes\n/,
      );
      expect(stdout).toMatch(
        /\ntickers {3}320 tickers, \d+ s left\nreplicas {2}1\n {12}\S+ {2}[0-9a-f]{12} revision \d+ /,
      );
      const revisions = [...stdout.matchAll(/revision +(\d+)/g)].map(([, revision]) => revision);
      expect(revisions).toEqual([revisions[0], revisions[0]]);
    }, WAIT);
    const json = await inspect(settings, "--format", "json");
    expect(JSON.parse(json.stdout)).toMatchObject({
      catalog: { state: "verified", reason: null, revision: expect.any(Number), views: [{ entity: "a" }] },
      replicas: [{ cache: { backend: "redis", state: "up" } }],
      tickers: { count: 320 },
    });
    await service.stop();

    await redis.command("SET", "mosaic:views:a", '{"columns": ["z"], "identifiers": ["x"]}');
    await redis.command("SET", "mosaic:tickers:list", "[", "EX", "60");
    const changed = await inspect(settings);
    expect(changed.exitCode).toBe(1);
    expect(changed.stdout).toMatch(
      /\ncatalog {3}rejected: the hash of the views is [0-9a-f]{64}, not [0-9a-f]{64} \[hash-mismatch\]\n/,
    );
    expect((await inspect(settings, "--lang", "pt")).stdout).toMatch(
      /\ncatálogo {2}recusado: as views não têm o hash publicado: the hash of the views is [0-9a-f]{64}, not [0-9a-f]{64} \[hash-mismatch\]\n/,
    );
    expect(changed.stdout).toMatch(/\ntickers {3}no list of tickers, \d+ s left\n/);

    await redis.command("SET", "mosaic:views:hash", "\u001b[31mred");
    const [{ id, ...record }] = JSON.parse(json.stdout).replicas;
    await redis.command("SET", "mosaic:replicas:list", '["forged", "true"]');
    await redis.command("SET", "mosaic:replicas:id:forged", JSON.stringify({ ...record, id }));
    await redis.command("SET", "mosaic:replicas:id:true", JSON.stringify({ ...record, id: "true" }));
    const bad = await inspect(settings);
    expect(bad.stdout).toMatch(/\nreplicas {2}1\n {12}true {2}/);
    expect((await inspect(settings, "--lang", "pt")).stdout).toContain(
      "catálogo  recusado: views:hash não é um hash de catálogo [bad-hash]\n",
    );
    expect(bad.stdout).toContain(
      'catalog   rejected: views:hash is not a catalog hash [bad-hash]\nhash      "\\u001b[31mred"\n',
    );
  });

  test("mosaic inspect judges the signature as a replica with its settings would", async () => {
    await using redis = await startRedis();
    await using views = await createViewsDirectory({ "a.yaml": viewYaml("x") });
    const key = { VIEWS_SIGNATURE_KEY: "team:0123456789abcdefghijklmnopqrstuvwxyz" };
    const signed = { ...cacheSettings(redis), ...key, VIEWS_SIGNATURE_MODE: "hmac" };
    const sign = await runMain(RUNTIMES[0] ?? runtime, {
      args: ["sign", views.path],
      directory: ".",
      env: key,
    });
    expect(sign.exitCode).toBe(0);
    await using service = await startHostedService({ runtime, env: { ...signed, VIEWS_DIR: views.path } });
    await service.waitForLog(({ msg }) => msg === "Catalog published");
    const believed = await inspect(signed);
    expect(believed.exitCode).toBe(0);
    expect(believed.stdout).toMatch(/\nrevision {2}\d+, signed as generation 1\n/);

    const stranger = await inspect({
      ...signed,
      VIEWS_SIGNATURE_KEY: "team:zyxwvutsrqponmlkjihgfedcba9876543210",
    });
    expect(stranger.exitCode).toBe(1);
    expect(stranger.stdout).toMatch(/\ncatalog {3}rejected: .+ \[signature-invalid\]\n/);
    await service.stop();

    await redis.command("DEL", "mosaic:catalog:manifest");
    const tolerant = await inspect(signed);
    expect([tolerant.exitCode, tolerant.stdout]).toEqual([
      0,
      expect.stringContaining("\ncatalog   verified: the catalog has no manifest [manifest-missing]\n"),
    ]);
    const strict = await inspect({ ...signed, VIEWS_SIGNATURE_REQUIRED: "true" });
    expect([strict.exitCode, strict.stdout]).toEqual([1, expect.stringContaining("[manifest-missing]\n")]);
    const broken = await inspect({ ...signed, VIEWS_SIGNATURE_KEYRING: "/nowhere.json" });
    expect([broken.exitCode, broken.stdout]).toEqual([2, ""]);
  });

  test("mosaic inspect says that the cache cannot be reached, without its password", async () => {
    const port = await freePort();
    const redisUrl = `redis://user:secret@127.0.0.1:${port}/0`;
    const { exitCode, stdout, stderr } = await inspect({ CACHE_BACKEND: "redis", REDIS_URL: redisUrl });
    expect([exitCode, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/^mosaic: redis:\/\/.*: Cannot read from the cache: .+\n$/);
    expect(stderr).not.toContain("secret");
  });

  test("mosaic inspect needs a shared cache", async () => {
    expect(await inspect({})).toEqual({
      exitCode: 2,
      stdout: "",
      stderr:
        "mosaic: no shared cache is configured: set CACHE_BACKEND=redis and REDIS_URL as for the service\n",
    });
  });
});
