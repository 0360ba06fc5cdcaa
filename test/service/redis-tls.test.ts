import { join } from "node:path";
import process from "node:process";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type CertificateAuthority, createCertificateAuthority } from "../support/certificates.ts";
import { freePort } from "../support/free-port.ts";
import { startHostedService } from "../support/hosted-service.ts";
import { type RedisServer, startRedis } from "../support/redis-server.ts";
import { runMain, runMainProcess } from "../support/run-main.ts";
import { said } from "../support/running-fleet.ts";
import { RUNTIMES } from "../support/runtimes.ts";
import { type SecuredRedis, startSecuredRedis } from "../support/secured-redis.ts";
import { sendRequest } from "../support/send-request.ts";
import { spawnService } from "../support/service-process.ts";

const WAIT = { timeout: 15_000, interval: 50 };
const PASSWORD = "planted-redis-password";

/** A Redis whose certificate is not what a service may accept, and what the runtimes say of it. */
interface Untrusted {
  readonly redis: RedisServer;
  readonly env: Readonly<Record<string, string>>;
  readonly reason: RegExp;
}

let authority: CertificateAuthority;
let other: CertificateAuthority;
let secured: SecuredRedis;
const untrusted = new Map<string, Untrusted>();

beforeAll(async () => {
  [authority, other, secured] = await Promise.all([
    createCertificateAuthority(),
    createCertificateAuthority(),
    startSecuredRedis(),
  ]);
  const unsigned = /self-signed certificate in certificate chain|unable to verify the first certificate/;
  const trust = { REDIS_TLS_CA: authority.path };
  await add("of an authority that is not the service's", { REDIS_TLS_CA: other.path }, unsigned);
  await add("of an authority that the system does not know", {}, unsigned);
  await add("that has expired", trust, /certificate has expired/, { days: -1 });
  await add("of another host", trust, /does not match certificate's altnames/, { for: "DNS:other.example" });
});
afterAll(async () => {
  for (const { redis } of untrusted.values()) await redis.stop();
  await secured?.stop();
  await authority?.[Symbol.asyncDispose]();
  await other?.[Symbol.asyncDispose]();
});

async function add(
  name: string,
  env: Readonly<Record<string, string>>,
  reason: RegExp,
  certificate: { readonly days?: number; readonly for?: string } = {},
): Promise<void> {
  const { cert, key } = await authority.issue({ for: "IP:127.0.0.1", ...certificate });
  const port = await freePort();
  const files = ["--tls-cert-file", cert, "--tls-key-file", key, "--tls-auth-clients", "no"];
  const redis = await startRedis({ args: ["--tls-port", String(port), ...files] });
  const url = `rediss://default:${PASSWORD}@127.0.0.1:${port}/0`;
  untrusted.set(name, { redis, reason, env: { CACHE_BACKEND: "redis", REDIS_URL: url, ...env } });
}

describe.each(RUNTIMES)("a service on $name", (runtime) => {
  test("goes on without a Redis whose certificate it cannot trust, and says why", async () => {
    expect(untrusted.size).toBe(4);
    for (const [name, { env, reason }] of untrusted) {
      await using service = await startHostedService({ runtime, env });
      const line = await service.waitForLog(said("Redis connection failed"));
      expect([name, line.detail]).toEqual([name, expect.stringMatching(reason)]);
      await service.waitForLog(said("Catalog activated", { source: "disk" }));
      expect((await sendRequest(service.url, "/views")).status).toBe(200);
      expect((await sendRequest(service.url, "/readyz")).json()).toMatchObject({ status: "degraded" });
      expect(service.output()).not.toContain(PASSWORD);
    }
  });

  test("does not start with a REDIS_TLS_CA that is no certificate, and neither does inspect", async () => {
    const env = { ...secured.settings, REDIS_TLS_CA: "no-such-file.pem" };
    await using service = spawnService({ runtime, env });
    expect((await service.exited).code).toBe(2);
    const message = `Cannot load REDIS_TLS_CA "no-such-file.pem": file not found: "${join(process.cwd(), "no-such-file.pem")}"\n`;
    expect(service.output()).toBe(`Cannot start: ${message}`);
    const inspected = await runMain(runtime, { args: ["inspect"], directory: ".", env });
    expect([inspected.exitCode, inspected.stderr]).toEqual([2, `mosaic: ${message}`]);
  });

  test("trusts the CA certificates of the runtime, and with REDIS_TLS_CA only those of that file", async () => {
    const { REDIS_TLS_CA: own, ...settings } = secured.settings;
    const inspect = async (env: Readonly<Record<string, string>>): Promise<string> => {
      const trusted = { NODE_EXTRA_CA_CERTS: String(own), DENO_CERT: String(own) };
      const run = { args: ["inspect"], directory: ".", env: { ...settings, ...trusted, ...env } };
      const { stdout, stderr } = await runMainProcess(runtime, run);
      return `${stdout}${stderr}`;
    };
    expect(await inspect({})).toMatch(/^cache {5}rediss:/);
    expect(await inspect({ REDIS_TLS_CA: other.path })).toContain("the server's certificate is not trusted");
  });

  test("has its catalog inspected over TLS", async () => {
    await using service = await startHostedService({ runtime, env: secured.settings });
    await service.waitForLog(({ msg }) => msg === "Catalog activated");
    await vi.waitFor(async () => {
      const { exitCode, stdout } = await runMain(runtime, {
        args: ["inspect"],
        directory: ".",
        env: secured.settings,
      });
      expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/^cache {5}rediss:\/\/\*\*\*@127/)]);
    }, WAIT);
  });
});
