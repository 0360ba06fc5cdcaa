import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CertificateAuthority, createCertificateAuthority } from "../support/certificates.ts";
import { freePort } from "../support/free-port.ts";
import { type RedisServer, startRedis } from "../support/redis-server.ts";
import { runMain } from "../support/run-main.ts";
import { said } from "../support/running-fleet.ts";
import { RUNTIMES } from "../support/runtimes.ts";
import { spawnService } from "../support/service-process.ts";

const PASSWORD = "planted-secret";

let authority: CertificateAuthority;
let redis: RedisServer;
let port: string;
let tlsPort: number;
let closedPort: number;

beforeAll(async () => {
  authority = await createCertificateAuthority();
  const { cert, key } = await authority.issue({ for: "IP:127.0.0.1" });
  tlsPort = await freePort();
  closedPort = await freePort();
  const files = ["--tls-cert-file", cert, "--tls-key-file", key, "--tls-auth-clients", "no"];
  redis = await startRedis({ args: ["--tls-port", String(tlsPort), ...files] });
  await redis.command("ACL", "SETUSER", "blind", "on", `>${PASSWORD}`, "~*", "+@connection", "+info");
  await redis.command("CONFIG", "SET", "requirepass", PASSWORD);
  port = new URL(redis.url).port;
});
afterAll(async () => {
  await redis?.stop();
  await authority?.[Symbol.asyncDispose]();
});

/** What is wrong with a URL, the URL, and the words that say so. */
const CAUSES: readonly (readonly [cause: string, url: () => string, words: string])[] = [
  [
    "a wrong password",
    () => `redis://:planted-secret-2@127.0.0.1:${port}/0`,
    "Redis rejected the user and password in REDIS_URL: WRONGPASS",
  ],
  [
    "a wrong user",
    () => `redis://nobody:${PASSWORD}@127.0.0.1:${port}/0`,
    "Redis rejected the user and password in REDIS_URL: WRONGPASS",
  ],
  [
    "no password",
    () => `redis://127.0.0.1:${port}/0`,
    "Redis requires a password; REDIS_URL has none: NOAUTH",
  ],
  [
    "a wrong database",
    () => `redis://:${PASSWORD}@127.0.0.1:${port}/99`,
    "Redis rejected the database number in REDIS_URL: ERR DB index is out of range",
  ],
  ["a closed port", () => `redis://127.0.0.1:${closedPort}/0`, "connection refused: "],
  ["an unknown host", () => "redis://no-such-host.invalid/0", "host name not found: "],
  [
    "a certificate that is not trusted",
    () => `rediss://:${PASSWORD}@127.0.0.1:${tlsPort}/0`,
    "the server's certificate is not trusted: ",
  ],
  [
    "plain text to a TLS port",
    () => `redis://:${PASSWORD}@127.0.0.1:${tlsPort}/0`,
    "the server closed the connection; use rediss:// if its port requires TLS; a proxy closes it if the server behind the proxy is down or does not support HELLO: ",
  ],
  [
    "TLS to a port without it",
    () => `rediss://:${PASSWORD}@127.0.0.1:${port}/0`,
    "connection timed out; check the firewall, and use redis:// if the port has no TLS: ",
  ],
];

describe.each(RUNTIMES)("a Redis that cannot be used, on $name", (runtime) => {
  it.each(CAUSES)("B7: mosaic inspect names %s", async (_cause, url, words) => {
    const env = { CACHE_BACKEND: "redis", REDIS_URL: url() };
    const { exitCode, stdout, stderr } = await runMain(runtime, { args: ["inspect"], directory: ".", env });
    expect([exitCode, stdout]).toEqual([1, ""]);
    expect(stderr).toContain(`no connection to Redis: ${words}`);
    expect(stderr.trimEnd()).not.toContain("\n");
    expect(stderr).not.toContain(PASSWORD);
  });

  it.each([
    [
      "en",
      "Cannot read from the cache: Redis answered NOPERM",
      ": the user in REDIS_URL lacks a permission\n",
    ],
    [
      "pt",
      "Não é possível ler o cache: o Redis respondeu com erro: falta uma permissão ao usuário de REDIS_URL: NOPERM",
      "\n",
    ],
  ])("mosaic inspect prints an error reply once, with what it means: in %s", async (language, start, end) => {
    const env = { CACHE_BACKEND: "redis", REDIS_URL: `redis://blind:${PASSWORD}@127.0.0.1:${port}/0` };
    const args = ["inspect", "--lang", language];
    const { exitCode, stdout, stderr } = await runMain(runtime, { args, directory: ".", env });
    expect([exitCode, stdout]).toEqual([1, ""]);
    expect(stderr).toContain(`: ${start} `);
    expect(stderr.split("NOPERM")).toHaveLength(2);
    expect(stderr.endsWith(end)).toBe(true);
  });

  it("mosaic inspect names the cause in Portuguese", async () => {
    const env = { CACHE_BACKEND: "redis", REDIS_URL: `redis://127.0.0.1:${port}/0`, LANG: "pt_BR.UTF-8" };
    const { exitCode, stdout, stderr } = await runMain(runtime, { args: ["inspect"], directory: ".", env });
    expect([exitCode, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(
      /^mosaic: redis:.*: Não é possível ler o cache: sem conexão com o Redis: o Redis exige uma senha; REDIS_URL não tem: NOAUTH /,
    );
  });

  it("B1 and B2: trims REDIS_URL and takes its scheme in any case", async () => {
    const env = {
      CACHE_BACKEND: "REDIS",
      REDIS_URL: ` REDISS://:${PASSWORD}@127.0.0.1:${tlsPort}/0 `,
      REDIS_TLS_CA: `${authority.path} `,
    };
    const { exitCode, stdout, stderr } = await runMain(runtime, { args: ["inspect"], directory: ".", env });
    expect([exitCode, stderr]).toEqual([1, ""]);
    expect(stdout).toContain("catalog   absent");
  });

  it("B7: the service logs the same words", async () => {
    await using service = spawnService({
      runtime,
      env: { CACHE_BACKEND: "redis", REDIS_URL: `redis://127.0.0.1:${port}/0` },
    });
    const line = await service.waitForLog(said("Redis connection failed"));
    expect(line.detail).toMatch(/^Redis requires a password; REDIS_URL has none: NOAUTH /);
  });

  it("B1: a URL that cannot be used stops the start without its password", async () => {
    const env = { CACHE_BACKEND: "redis", REDIS_URL: ` rediss://user:${PASSWORD}@ho st:6379/0` };
    const { exitCode, stderr } = await runMain(runtime, { args: ["serve"], directory: ".", env });
    expect(exitCode).toBe(2);
    expect(stderr).toContain("REDIS_URL is ");
    expect(stderr).not.toContain(PASSWORD);
  });
});
