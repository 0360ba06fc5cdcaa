import { once } from "node:events";
import { connect, createServer } from "node:net";
import { describe, expect, test } from "vitest";
import { VERSION } from "../../src/app/settings/version.ts";
import { startHostedService } from "../support/hosted-service.ts";
import { listenLoopback } from "../support/listen-loopback.ts";
import { type RedisServer, startRedis } from "../support/redis-server.ts";
import { RUNTIMES } from "../support/runtimes.ts";
import { type Answer, sendRequest } from "../support/send-request.ts";
import { cacheSettings } from "../support/service-combinations.ts";
import {
  ADMIN_TOKEN,
  type LogLine,
  type ServiceProcess,
  spawnService,
  startService,
} from "../support/service-process.ts";
import { createViewsDirectory, viewYaml } from "../support/views-directory.ts";

const VIEWS = { "alpha.yaml": viewYaml("a") };
const RELOAD = { method: "POST", headers: { authorization: `Bearer ${ADMIN_TOKEN}` } };

const activatedBy =
  (trigger: string) =>
  (line: LogLine): boolean =>
    line.msg === "Catalog activated" && line.trigger === trigger;

interface RequestUnderWay {
  /** The answer, or why there was none. */
  readonly ended: Promise<Answer | Error>;
}

/** Asks for a reload and freezes Redis, which it then waits for; it is under way once its activation was logged. */
async function startReload(redis: RedisServer, service: ServiceProcess): Promise<RequestUnderWay> {
  redis.freeze();
  const ended = sendRequest(service.url, "/admin/views/reload", RELOAD).catch((error: Error) => error);
  await service.waitForLog(activatedBy("reload"));
  return { ended };
}

describe.each(RUNTIMES)("serve on $name", (runtime) => {
  test.each(["SIGTERM", "SIGINT"] as const)("ends well at %s, idle connections or not", async (signal) => {
    await using service = await startService({ runtime });
    await service.waitForLog(({ msg }) => msg === "Catalog published");
    // D10: beside the catalog, so before or after it.
    await service.waitForLog(({ msg }) => msg === "Tickers loaded");
    await (await fetch(`${service.url}/views`)).text();
    service.signal(signal);
    expect(await service.exited).toEqual({ code: 0, signal: null });
    const told = service.logs().map(({ msg }) => msg);
    expect(told.filter((msg) => msg !== "Tickers loaded")).toEqual([
      "Listening",
      "Catalog activated",
      "Catalog published",
      "Stopping",
      "Stopped",
    ]);
    expect(service.stderr()).toBe("");
    await expect(sendRequest(service.url, "/healthz")).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  test("answers the request under way at SIGTERM and takes no other", async () => {
    await using redis = await startRedis();
    await using service = await startService({ runtime, env: cacheSettings(redis) });
    await service.waitForLog(({ msg }) => msg === "Catalog published");
    const { ended } = await startReload(redis, service);
    service.signal("SIGTERM");
    await service.waitForLog(({ msg }) => msg === "Stopping");
    await expect(sendRequest(service.url, "/healthz")).rejects.toMatchObject({ code: expect.any(String) });
    const answer = (await ended) as Answer;
    expect(answer.status).toBe(200);
    expect(answer.json()).toMatchObject({ status: "ok", items: 8, published: false });
    expect(await service.exited).toEqual({ code: 0, signal: null });
    expect(service.logs().at(-1)?.msg).toBe("Stopped");
  });

  test("ends at once at the second signal", async () => {
    await using service = await startService({ runtime });
    await service.waitForLog(({ msg }) => msg === "Catalog published");
    // A request whose body never comes to its end: the service would wait for it.
    const client = connect(Number(new URL(service.url).port), "127.0.0.1");
    const closed = once(client, "close");
    client.on("error", () => undefined);
    client.write("POST /tickers/extract HTTP/1.1\r\nHost: mosaic\r\nContent-Length: 100\r\n\r\n{");
    await once(client, "connect");
    await sendRequest(service.url, "/healthz");
    service.signal("SIGTERM");
    await service.waitForLog(({ msg }) => msg === "Stopping");
    service.signal("SIGINT");
    expect(await service.exited).toEqual({ code: 1, signal: null });
    expect(service.logs().map(({ msg }) => msg)).not.toContain("Stopped");
    await closed;
  });

  test("ends well though a client never ends its request", async () => {
    await using service = await startService({ runtime });
    await service.waitForLog(({ msg }) => msg === "Catalog published");
    const client = connect(Number(new URL(service.url).port), "127.0.0.1");
    client.write("POST /views HTTP/1.1\r\nHost: mosaic\r\nContent-Length: 100\r\n\r\nthe beginning");
    await once(client, "data");
    // Whether it is reset or ended when the service goes is the system's affair.
    client.on("error", () => undefined);
    service.signal("SIGTERM");
    expect(await service.exited).toEqual({ code: 0, signal: null });
    client.destroy();
    expect(service.logs().at(-1)?.msg).toBe("Stopped");
    expect(service.stderr()).toBe("");
  });

  test("ends at a signal while no catalog is active", async () => {
    await using views = await createViewsDirectory();
    await using service = await startService({ runtime, env: { VIEWS_DIR: views.path } });
    await service.waitForLog(({ msg }) => msg === "Catalog refused");
    expect(await service.stop()).toEqual({ code: 0, signal: null });
    expect(service.logs().at(-1)?.msg).toBe("Stopped");
  });

  test("gives up the first load at a signal", async () => {
    const files = Object.fromEntries(
      Array.from({ length: 3000 }, (_, index) => [`view_${index}.yaml`, viewYaml("a".repeat(2000))]),
    );
    await using views = await createViewsDirectory(files);
    await using service = await startService({ runtime, env: { VIEWS_DIR: views.path } });
    service.signal("SIGTERM");
    expect(await service.exited).toEqual({ code: 0, signal: null });
    const said = service.logs().map(({ msg }) => msg);
    expect(said).toContain("Stopped");
    expect(said).not.toContain("Catalog activated");
  });

  test("is not ready without a catalog, says why, and becomes ready when views appear", async () => {
    await using views = await createViewsDirectory();
    await using service = await startHostedService({ runtime, env: { VIEWS_DIR: views.path } });
    await service.waitForLog(({ msg }) => msg === "Catalog refused");
    // They do not wait for a catalog.
    await service.waitForLog(({ msg }) => msg === "Tickers loaded");
    const headers = { "x-request-id": "absent" };
    // A13: without a token nobody learns the paths of the machine; the log has them.
    const reasons = ['Cannot load catalog "VIEWS_DIR": the catalog has no views'];
    const ready = await sendRequest(service.url, "/readyz", { headers });
    expect([ready.status, ready.json()]).toEqual([
      503,
      {
        type: "urn:mosaic:problem:not_ready",
        title: "The service is not ready",
        status: 503,
        code: "not_ready",
        detail: reasons[0],
        requestId: "absent",
        version: VERSION,
        reasons,
        components: {
          catalog: { state: "absent" },
          cache: { backend: "local", state: "up", breaker: "closed" },
          database: { state: "up" },
          tickers: expect.objectContaining({ state: "fresh" }),
        },
        checks: expect.objectContaining({
          catalog: { status: "fail", code: "absent", since: expect.any(String) },
          disk: expect.objectContaining({ status: "warn", code: "refused", reason: "invalid-catalog" }),
        }),
      },
    ]);
    for (const path of ["/views", "/views/alpha", "/views/alpha/columns"]) {
      const answer = await sendRequest(service.url, path, { headers });
      expect([path, answer.status, answer.headers["retry-after"], answer.json()]).toEqual([
        path,
        503,
        "1",
        {
          type: "urn:mosaic:problem:catalog_unavailable",
          title: "No catalog is active",
          status: 503,
          code: "catalog_unavailable",
          detail: "No verified catalog is active yet; loading is retried, and GET /readyz shows the reason",
          requestId: "absent",
        },
      ]);
    }
    expect((await sendRequest(service.url, "/healthz")).status).toBe(200);
    expect((await sendRequest(service.url, "/metrics")).text).toContain(
      'mosaic_catalog_info{hash="",source="none"} 0\n',
    );
    await views.replace(VIEWS);
    await service.waitForLog(activatedBy("preload"));
    expect((await sendRequest(service.url, "/readyz")).json()).toMatchObject({ status: "ready" });
    expect((await sendRequest(service.url, "/views/alpha")).status).toBe(200);
  });

  test("does not start on a port that is taken, and names it", async () => {
    const taken = createServer();
    const port = await listenLoopback(taken);
    const service = spawnService({ runtime, env: { PORT: String(port) } });
    const exit = await service.exited;
    taken.close();
    expect(exit).toEqual({ code: 1, signal: null });
    expect(service.stderr()).toMatch(
      new RegExp(
        `^Cannot start: 127\\.0\\.0\\.1:${port} cannot be bound \\(\\w+\\); set HOST and PORT to an address that is free\n$`,
      ),
    );
    expect(service.logs()).toEqual([]);
  });

  test("does not start on a host name without an address, and names it", async () => {
    const service = spawnService({ runtime, env: { HOST: "nowhere.invalid" } });
    expect(await service.exited).toEqual({ code: 1, signal: null });
    expect(service.stderr()).toMatch(
      /^Cannot start: nowhere\.invalid:0 cannot be bound \(\w+\); set HOST and PORT to an address that is free\n$/,
    );
  });

  test("names an address that cannot be bound in Portuguese in a Portuguese locale", async () => {
    const env = { HOST: "nowhere.invalid", LANG: "pt_BR.UTF-8" };
    const service = spawnService({ runtime, env });
    expect(await service.exited).toEqual({ code: 1, signal: null });
    expect(service.stderr()).toMatch(
      /^Não é possível iniciar: o endereço nowhere\.invalid:0 não pode ser usado \(\w+\); defina HOST e PORT com um endereço livre\n$/,
    );
  });

  test("names a file that cannot be used in Portuguese in a Portuguese locale", async () => {
    const LANG = "pt_BR.UTF-8";
    const tls = { CACHE_BACKEND: "redis", REDIS_URL: "rediss://127.0.0.1:1", REDIS_TLS_CA: "/nowhere.pem" };
    const keyring = { VIEWS_SIGNATURE_MODE: "hmac", VIEWS_SIGNATURE_KEYRING: "/nowhere.json" };
    const started = [tls, keyring].map((env) => spawnService({ runtime, env: { ...env, LANG } }));
    expect(await Promise.all(started.map(({ exited }) => exited))).toEqual([
      { code: 2, signal: null },
      { code: 2, signal: null },
    ]);
    expect(started.map((service) => service.stderr())).toEqual([
      'Não é possível iniciar: Não é possível carregar REDIS_TLS_CA "/nowhere.pem": arquivo não encontrado\n',
      'Não é possível iniciar: Não é possível carregar o chaveiro "/nowhere.json": arquivo não encontrado\n',
    ]);
  });

  test("does not start on an IPv6 address of another machine, and names it as a URL has it", async () => {
    const service = spawnService({ runtime, env: { HOST: "2001:db8::1" } });
    expect(await service.exited).toEqual({ code: 1, signal: null });
    expect(service.stderr()).toMatch(
      /^Cannot start: \[2001:db8::1\]:0 cannot be bound \(\w+\); set HOST and PORT to an address that is free\n$/,
    );
  });

  test("does not start with wrong settings, and lists them all", async () => {
    const service = spawnService({
      runtime,
      env: { CACHE_BACKEND: "redis", PORT: "70000", VIEWS_CACHE_TTL: "0" },
    });
    expect(await service.exited).toEqual({ code: 2, signal: null });
    expect(service.logs()).toEqual([]);
    expect(service.stderr()).toBe(
      [
        "Cannot start: 3 settings are wrong",
        '  VIEWS_CACHE_TTL is "0": expected whole seconds from 1 to 315360000, such as 86400',
        '  PORT is "70000": expected a port from 0 to 65535; 0 means any free port',
        "  REDIS_URL is not set: CACHE_BACKEND=redis needs it, such as redis://127.0.0.1:6379/0",
        "",
      ].join("\n"),
    );
  });
});

describe.each(RUNTIMES)("the output of serve on $name", (runtime) => {
  const PASSWORD = "pass-7f3a9c";
  const TOKEN = "token-c41d8e";

  /** Everything that is logged most when it goes wrong. */
  async function outputOf(env: Readonly<Record<string, string>>): Promise<string> {
    await using views = await createViewsDirectory(VIEWS);
    const settings = { ...env, ADMIN_TOKEN: TOKEN, LOG_LEVEL: "trace", VIEWS_DIR: views.path };
    await using service = await startService({ runtime, env: settings });
    await service.waitForLog(activatedBy("preload"));
    for (const token of [TOKEN, `${TOKEN}x`, `${TOKEN} ${TOKEN}`]) {
      const headers = { authorization: `Bearer ${token}` };
      await sendRequest(service.url, `/admin/views/reload?token=${TOKEN}`, { method: "POST", headers });
    }
    await service.waitForLog(({ status }) => status === 400);
    for (const path of ["/metrics", "/readyz", "/views", "/nowhere"]) await sendRequest(service.url, path);
    await service.stop();
    return service.output();
  }

  test("holds no secret when Redis takes the password", async () => {
    await using redis = await startRedis();
    await redis.command("CONFIG", "SET", "requirepass", PASSWORD);
    const output = await outputOf({
      CACHE_BACKEND: "redis",
      REDIS_URL: `redis://:${PASSWORD}@127.0.0.1:${redis.port}/0`,
    });
    expect(output).toContain("Catalog published");
    expect(output).not.toContain(PASSWORD);
    expect(output).not.toContain(TOKEN);
  });

  test("holds no secret when Redis refuses the password", async () => {
    await using redis = await startRedis();
    await redis.command("CONFIG", "SET", "requirepass", "another");
    const output = await outputOf({
      CACHE_BACKEND: "redis",
      REDIS_URL: `redis://user:${PASSWORD}@127.0.0.1:${redis.port}/0`,
    });
    expect(output).toContain("Redis connection failed");
    expect(output).not.toContain(PASSWORD);
    expect(output).not.toContain(TOKEN);
  });

  test("holds no secret when the settings are wrong", async () => {
    const service = spawnService({
      runtime,
      env: {
        CACHE_BACKEND: "redis",
        REDIS_URL: `http://user:${PASSWORD}@127.0.0.1/?password=${PASSWORD}`,
        ADMIN_TOKEN: `${TOKEN} ${TOKEN}`,
      },
    });
    expect(await service.exited).toEqual({ code: 2, signal: null });
    expect(service.stderr()).toContain("2 settings are wrong");
    expect(service.output()).not.toContain(PASSWORD);
    expect(service.output()).not.toContain(TOKEN);
  });
});
