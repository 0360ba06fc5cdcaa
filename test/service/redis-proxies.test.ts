import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type CertificateAuthority, createCertificateAuthority } from "../support/certificates.ts";
import { type HostedService, startHostedService } from "../support/hosted-service.ts";
import { startHaproxy, startNutcracker, startStunnel } from "../support/redis-proxies.ts";
import { type RedisServer, startRedis } from "../support/redis-server.ts";
import { said } from "../support/running-fleet.ts";
import { RUNTIMES } from "../support/runtimes.ts";
import { sendRequest } from "../support/send-request.ts";
import { ADMIN_TOKEN } from "../support/service-process.ts";

const WAIT = { timeout: 20_000, interval: 50 };

const opened = new AsyncDisposableStack();
afterAll(() => opened.disposeAsync());

let authority: CertificateAuthority;
let redis: RedisServer;
beforeAll(async () => {
  authority = opened.use(await createCertificateAuthority());
  redis = opened.use(await startRedis());
});

function cacheSettings(url: string, namespace: string): Readonly<Record<string, string>> {
  return { CACHE_BACKEND: "redis", REDIS_URL: url, CACHE_NAMESPACE: namespace };
}

async function expectReadiness({ url }: HostedService, expected: unknown): Promise<void> {
  await vi.waitFor(async () => {
    expect((await sendRequest(url, "/readyz")).json()).toMatchObject({ components: { cache: expected } });
  }, WAIT);
}

/** It subscribes, publishes, and its reload reaches Redis. */
async function expectWorking(service: HostedService, server: RedisServer, namespace: string): Promise<void> {
  await expectReadiness(service, { state: "up" });
  await service.waitForLog(said("Subscribed to announcements"));
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
  await vi.waitFor(async () => {
    const answer = await sendRequest(service.url, "/admin/views/reload", { method: "POST", headers });
    expect(answer.json()).toMatchObject({ published: true });
  }, WAIT);
  const { hash } = (await sendRequest(service.url, "/views")).json() as { readonly hash: string };
  expect(await server.command("GET", `${namespace}:views:hash`)).toBe(hash);
}

describe.each(RUNTIMES)("a service on $name, with Redis behind a proxy", (runtime) => {
  const namespace = `behind-${runtime.name}`;

  test("HAProxy with a check of the role: follows a killed primary and a planned switch", async () => {
    await using first = await startRedis();
    await using second = await startRedis({ args: ["--replicaof", `127.0.0.1 ${first.port}`] });
    await using proxy = await startHaproxy([first.port, second.port]);
    const env = cacheSettings(`redis://127.0.0.1:${proxy.port}/0`, namespace);
    await using service = await startHostedService({ runtime, env });
    await service.waitForLog(said("Catalog published"));
    await expectWorking(service, first, namespace);

    await first.kill();
    await expectReadiness(service, {
      state: "down",
      fault: "closed-early",
      advice: expect.stringContaining("a proxy closes it if the server behind the proxy is down"),
    });
    expect((await sendRequest(service.url, "/views")).status).toBe(200);
    await second.command("REPLICAOF", "NO", "ONE");
    await expectWorking(service, second, namespace);

    await first.restart();
    await second.command("REPLICAOF", "127.0.0.1", String(first.port));
    await expectWorking(service, first, namespace);
  });

  test("stunnel: works with a client certificate", async () => {
    const ca = authority.path;
    const files = await authority.issue({ for: "IP:127.0.0.1" });
    await using proxy = await startStunnel(redis.port, { ...files, ca });
    const { cert, key } = await authority.issue({ for: "DNS:mosaic.example" });
    const env = {
      ...cacheSettings(`rediss://127.0.0.1:${proxy.port}/0`, namespace),
      REDIS_TLS_CA: ca,
      REDIS_TLS_CERT: cert,
      REDIS_TLS_KEY: key,
    };
    await using service = await startHostedService({ runtime, env });
    await service.waitForLog(said("Catalog published"));
    await expectWorking(service, redis, namespace);
  });

  test("nutcracker, which knows no HELLO: is named in the log and in /readyz", async () => {
    await using proxy = await startNutcracker(redis.port);
    const env = cacheSettings(`redis://127.0.0.1:${proxy.port}/0`, namespace);
    await using service = await startHostedService({ runtime, env });
    const named = expect.stringContaining(
      "a proxy closes it if the server behind the proxy is down or does not support HELLO",
    );
    await expectReadiness(service, { state: "down", fault: "closed-early", advice: named });
    expect(await service.waitForLog(said("Redis connection failed"))).toMatchObject({
      fault: "closed-early",
      detail: named,
    });
    await service.waitForLog(said("Catalog activated", { source: "disk" }));
  });
});
