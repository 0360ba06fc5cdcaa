import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Readiness } from "../../src/app/status/readiness.ts";
import { createSigningKey, type SigningKey } from "../../src/domain/signing/signing-key.ts";
import { type HostedService, startHostedService } from "../support/hosted-service.ts";
import { readMetrics } from "../support/read-metrics.ts";
import { RUNTIMES } from "../support/runtimes.ts";
import { type SecuredRedis, startSecuredRedis } from "../support/secured-redis.ts";
import { type Answer, sendRequest } from "../support/send-request.ts";
import { cacheSettings } from "../support/service-combinations.ts";
import { ADMIN_TOKEN, spawnService } from "../support/service-process.ts";
import { release } from "../support/signed-replica.ts";
import { createViewsDirectory, type ViewsDirectory, viewYaml } from "../support/views-directory.ts";

const FIRST = { "alpha.yaml": viewYaml("a"), "beta.yaml": viewYaml("b") };
const SECOND = { "alpha.yaml": viewYaml("a", "z"), "gamma.yaml": viewYaml("g") };
const EVIL = { "alpha.yaml": viewYaml("evil") };
const EVIL_VIEW = '{"columns": ["evil"], "identifiers": ["evil"]}';
const HEALED = { timeout: 20_000 };

const SECRETS: Readonly<Record<string, string>> = { a: "a".repeat(43), b: "b".repeat(43) };

function keyOf(keyid: string): SigningKey {
  const key = createSigningKey(SECRETS[keyid] ?? "", keyid);
  if (key === undefined) throw new RangeError(`There is no key ${keyid}`);
  return key;
}
const [A, B] = [keyOf("a"), keyOf("b")];

/** A folder of views with a keyring beside it. */
interface Deployment extends AsyncDisposable {
  readonly views: ViewsDirectory;
  readonly env: Readonly<Record<string, string>>;
  trust(...keyids: readonly string[]): Promise<void>;
}

async function deployment(files: Readonly<Record<string, string>>): Promise<Deployment> {
  const views = await createViewsDirectory(files);
  const keyring = join(views.path, "..", "keyring.json");
  const trust = (...keyids: readonly string[]): Promise<void> => {
    const keys = keyids.map((keyid) => ({ keyid, alg: "HMAC-SHA256", key: SECRETS[keyid] }));
    return writeFile(keyring, JSON.stringify({ keys }), { mode: 0o600 });
  };
  await trust("a");
  const env = {
    VIEWS_DIR: views.path,
    VIEWS_SIGNATURE_MODE: "hmac",
    VIEWS_SIGNATURE_REQUIRED: "true",
    VIEWS_SIGNATURE_KEYRING: keyring,
  };
  return { views, env, trust, [Symbol.asyncDispose]: () => views[Symbol.asyncDispose]() };
}

describe.each(RUNTIMES)("signatures on $name", (runtime) => {
  let redis: SecuredRedis;
  let deployed: Deployment;
  let service: HostedService;

  const start = async ({ env }: Deployment = deployed): Promise<HostedService> => {
    const started = await startHostedService({ runtime, env: { ...cacheSettings(redis), ...env } });
    await started.waitForLog(({ msg }) => msg === "Catalog activated");
    return started;
  };
  const reload = ({ url }: HostedService = service, token = ADMIN_TOKEN): Promise<Answer> =>
    sendRequest(url, "/admin/views/reload", {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "x-request-id": "who" },
    });
  const served = async ({ url }: HostedService = service): Promise<string> =>
    ((await sendRequest(url, "/views")).json() as { readonly hash: string }).hash;
  const generation = async ({ url }: HostedService = service): Promise<number | undefined> =>
    readMetrics((await sendRequest(url, "/metrics")).text).get("mosaic_catalog_generation");
  const published = async (): Promise<readonly unknown[]> => {
    const keys = ["views:hash", "catalog:manifest", "catalog:state", "views:alpha"];
    return (await redis.command("MGET", ...keys.map((key) => `mosaic:${key}`))) as unknown[];
  };

  beforeEach(async () => {
    redis = await startSecuredRedis();
    deployed = await deployment(await release(FIRST, 7, [A]));
    service = await start();
    await service.waitForLog(({ msg }) => msg === "Catalog published");
  });
  afterEach(async () => {
    await service?.stop();
    await redis?.stop();
    await deployed?.[Symbol.asyncDispose]();
  });

  test("POST /admin/views/reload takes what was signed, refuses what was not, and writes down both", async () => {
    const before = [await served(), await published()];
    const manifest = (await release(FIRST, 7, [A]))["views.manifest.json"] ?? "";
    const refusals = [
      [
        { ...SECOND, "views.manifest.json": manifest },
        422,
        "catalog_signature_invalid",
        "signed-view-changed",
      ],
      [await release(SECOND, 8, [B]), 422, "catalog_signature_invalid", "signature-invalid"],
      [SECOND, 422, "catalog_unsigned", "manifest-missing"],
      [await release(SECOND, 6, [A]), 409, "catalog_rollback", "rollback"],
      [await release(SECOND, 7, [A]), 409, "catalog_generation_conflict", "generation-conflict"],
    ] as const;
    for (const [files, status, code, reason] of refusals) {
      await deployed.views.replace(files);
      const answer = await reload();
      expect([answer.status, answer.json()]).toEqual([status, expect.objectContaining({ code, reason })]);
      const line = await service.waitForLog(({ audit, reason: why }) => audit === "reload" && why === reason);
      expect(line).toMatchObject({
        level: "warn",
        request_id: "who",
        outcome: "refused",
        from_generation: 7,
      });
    }
    expect([await served(), await published()]).toEqual(before);

    await deployed.views.replace(await release(SECOND, 8, [A]));
    const answer = await reload();
    expect([answer.status, answer.json()]).toMatchObject([200, { generation: 8, published: true }]);
    const line = await service.waitForLog(
      ({ audit, outcome }) => audit === "reload" && outcome === "reloaded",
    );
    expect(line).toMatchObject({
      level: "info",
      request_id: "who",
      from_hash: before[0],
      from_generation: 7,
      to_hash: await served(),
      to_generation: 8,
      added: { count: 1, names: ["gamma"] },
      removed: { count: 1, names: ["beta"] },
      changed: { count: 1, names: ["alpha"] },
      published: true,
    });
    expect(await generation()).toBe(8);
    const ready = await sendRequest(service.url, "/readyz");
    expect(ready.json()).toMatchObject({ components: { catalog: { generation: 8 } } });
    const fleet = await sendRequest(service.url, "/admin/replicas", {
      headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
    });
    expect(fleet.json()).toMatchObject({ replicas: [{ catalog: { generation: 8 } }] });
  });

  test("POST /admin/views/reload keeps the keys of before while the keyring is broken", async () => {
    await writeFile(deployed.env.VIEWS_SIGNATURE_KEYRING ?? "", "{");
    const answer = await reload();
    expect([answer.status, answer.json()]).toMatchObject([500, { code: "signing_keys_unusable" }]);
    expect(answer.text).not.toContain(SECRETS.a);
    await deployed.trust("a");
    expect((await reload()).status).toBe(200);
  });

  test("serve does not start on a keyring that is broken, and says why in one message", async () => {
    await rm(deployed.env.VIEWS_SIGNATURE_KEYRING ?? "");
    await using failed = spawnService({ runtime, env: { ...cacheSettings(redis), ...deployed.env } });
    expect(await failed.exited).toEqual({ code: 2, signal: null });
    expect(failed.stderr()).toMatch(/^Cannot start: Cannot load keyring "[^"]+": file not found\n$/);
  });

  test("what is done to Redis without a key changes nothing that is served", async () => {
    await using other = await start();
    const [hash, manifest, state, alpha] = await published();
    await deployed.views.replace(await release(SECOND, 8, [A]));
    expect((await reload()).status).toBe(200);
    await expect.poll(() => generation(other), HEALED).toBe(8);
    const newest = await served();
    const healthy = await published();
    const old = [
      "views:hash",
      hash,
      "catalog:manifest",
      manifest,
      "catalog:state",
      state,
      "views:alpha",
      alpha,
    ];
    const set = (pairs: readonly unknown[]): Promise<unknown> =>
      redis.command(
        "MSET",
        ...pairs.map((word, index) => (index % 2 === 0 ? `mosaic:${word}` : String(word))),
      );
    const { "views.manifest.json": forged = "" } = await release(EVIL, 99, [B]);
    const evilHash = JSON.parse(forged).signed.catalogHash;
    const evil = ["views:alpha", EVIL_VIEW, "views:list", '["alpha"]', "views:hash", evilHash];
    const tamperings: Readonly<Record<string, () => Promise<unknown>>> = {
      "another hash": () => set(["views:hash", "0".repeat(64)]),
      "another view under a hash of its own": () =>
        set(["views:alpha", EVIL_VIEW, "views:hash", "1".repeat(64)]),
      "a whole catalog beside the manifest of the release": () => set(evil),
      "no manifest and another hash": async () => {
        await redis.command("DEL", "mosaic:catalog:manifest");
        await set(["views:hash", "2".repeat(64)]);
      },
      "an older release": () =>
        set([
          ...old,
          "views:beta",
          '{"columns": ["b"], "identifiers": ["b"]}',
          "views:list",
          '["alpha", "beta"]',
        ]),
    };
    for (const [name, tamper] of Object.entries(tamperings)) {
      await tamper();
      await using late = await start();
      expect([name, await served(), await served(other), await served(late)]).toEqual([
        name,
        newest,
        newest,
        newest,
      ]);
      await expect.poll(async () => (await published())[0], HEALED).toBe(healthy[0]);
      await expect.poll(async () => (await published())[1], HEALED).toBe(healthy[1]);
    }
    // A newer number by a key that nobody trusts stays for ten minutes, and is served by nobody.
    await set([...evil, "catalog:manifest", forged]);
    await using last = await start();
    expect(await Promise.all([served(), served(other), served(last)])).toEqual(Array(3).fill(newest));
    expect((await published())[0]).toBe(evilHash);
    expect([await generation(), await generation(other)]).toEqual([8, 8]);
  });

  test("two replicas go from one key to the other without a restart and without a refusal", async () => {
    await using theirs = await deployment(await release(FIRST, 7, [A]));
    await using other = await start(theirs);
    const both = [deployed, theirs];
    const deploy = async (next: number, keys: readonly SigningKey[]): Promise<void> => {
      const files = await release(next % 2 === 0 ? SECOND : FIRST, next, keys);
      for (const { views } of both) await views.replace(files);
      const answer = await reload();
      expect([answer.status, answer.json()]).toMatchObject([200, { generation: next, published: true }]);
      await expect.poll(() => generation(other), HEALED).toBe(next);
    };
    for (const { trust } of both) await trust("a", "b");
    await deploy(8, [A, B]);
    await deploy(9, [B]);
    for (const { trust } of both) await trust("b");
    expect((await reload(other)).status).toBe(200);
    await deploy(10, [B]);
    const lines = [...service.logs(), ...other.logs()];
    expect(lines.filter(({ msg }) => msg === "Catalog refused")).toEqual([]);
  });

  test("/admin limits wrong tokens, and never the right one", async () => {
    const answers: Answer[] = [];
    while (answers.at(-1)?.status !== 429 && answers.length < 50) {
      answers.push(await reload(service, `guess-${answers.length}`));
    }
    expect(answers.slice(0, 10).map(({ status }) => status)).toEqual(Array(10).fill(401));
    expect(answers.at(-1)?.json()).toMatchObject({ code: "too_many_attempts" });
    expect(Number(answers.at(-1)?.headers["retry-after"])).toBeGreaterThan(0);
    expect((await reload()).status).toBe(200);
    const warned = service.logs().filter(({ msg }) => msg === "Too many wrong admin tokens");
    expect(warned).toHaveLength(1);
  });

  test("E4: a key that is withdrawn too early shows in the check, until the catalog has a trusted signature", async () => {
    const readSignature = async (): Promise<unknown> => {
      const { checks } = (await sendRequest(service.url, "/readyz")).json() as Readiness;
      const { since: _, ...signature } = checks.signature;
      return signature;
    };
    expect(await readSignature()).toEqual({ status: "pass", code: "verified" });
    await deployed.trust("b");
    expect((await reload()).status).toBe(422);
    expect(await readSignature()).toEqual({
      status: "warn",
      code: "untrusted",
      reason: "signature-invalid",
    });
    expect((await sendRequest(service.url, "/views")).status).toBe(200);
    await deployed.trust("a", "b");
    expect((await reload()).status).toBe(200);
    expect(await readSignature()).toEqual({ status: "pass", code: "verified" });
  });
});
