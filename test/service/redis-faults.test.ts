import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createCertificateAuthority } from "../support/certificates.ts";
import { freePort } from "../support/free-port.ts";
import { createGuardedDirectory, type GuardedDirectory } from "../support/guarded-directory.ts";
import { type HostedService, startHostedService } from "../support/hosted-service.ts";
import { type RedisServer, startRedis } from "../support/redis-server.ts";
import { runMain } from "../support/run-main.ts";
import { said } from "../support/running-fleet.ts";
import { RUNTIMES, type Runtime } from "../support/runtimes.ts";
import { documentedRights } from "../support/secured-redis.ts";
import { sendRequest } from "../support/send-request.ts";
import { ADMIN_TOKEN, startService } from "../support/service-process.ts";
import { type SentinelSetUp, startSentinelSetUp } from "../support/set-ups/sentinel-set-up.ts";
import { untilTrue } from "../support/set-ups/set-up-nodes.ts";

const WAIT = { timeout: 20_000, interval: 50 };
const PASSWORD = "planted-password";

const opened = new AsyncDisposableStack();
afterAll(() => opened.disposeAsync());

/** Has a service write to Redis. */
function write({ url }: HostedService, path: PassingFault["path"] = "/admin/views/reload"): Promise<unknown> {
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
  return sendRequest(url, path, { method: "POST", headers });
}

async function cacheOf({ url }: HostedService): Promise<unknown> {
  const readiness = (await sendRequest(url, "/readyz")).json() as {
    readonly components: { readonly cache: unknown };
  };
  return readiness.components.cache;
}

/** What a server does, what the service has to name, and how the server is made well again. */
interface PassingFault {
  readonly name: string;
  readonly begin: readonly (readonly string[])[];
  readonly fault: string;
  readonly advice: string;
  readonly end: readonly (readonly string[])[];
  /** What writes something that the server then refuses. Default: a reload. */
  readonly path?: "/admin/tickers/refresh" | "/admin/views/reload";
}

/** On one server, one after the other. */
const PASSING: readonly PassingFault[] = [
  {
    name: "NOREPLICAS",
    begin: [["CONFIG", "SET", "min-replicas-to-write", "1"]],
    fault: "no-replicas",
    advice: "min-replicas-to-write",
    end: [["CONFIG", "SET", "min-replicas-to-write", "0"]],
  },
  {
    name: "READONLY",
    begin: [["REPLICAOF", "127.0.0.1", "1"]],
    fault: "replica",
    advice: "this server is a replica and refuses writes",
    end: [["REPLICAOF", "NO", "ONE"]],
  },
  {
    name: "MASTERDOWN",
    begin: [
      ["CONFIG", "SET", "replica-serve-stale-data", "no"],
      ["REPLICAOF", "127.0.0.1", "1"],
    ],
    fault: "primary-lost",
    advice: "this Redis replica has lost its primary",
    end: [
      ["REPLICAOF", "NO", "ONE"],
      ["CONFIG", "SET", "replica-serve-stale-data", "yes"],
    ],
  },
  {
    name: "OOM",
    begin: [["CONFIG", "SET", "maxmemory", "1"]],
    fault: "memory-full",
    advice: "out of memory",
    end: [["CONFIG", "SET", "maxmemory", "0"]],
    // A reload that changes nothing needs no memory.
    path: "/admin/tickers/refresh",
  },
  {
    name: "NOPERM",
    begin: [["ACL", "SETUSER", "mosaic", "-eval"]],
    fault: "rights",
    advice: "lacks a permission",
    end: [["ACL", "SETUSER", "mosaic", "+eval"]],
  },
  {
    name: "WRONGPASS",
    begin: [
      ["ACL", "SETUSER", "mosaic", "resetpass", ">another"],
      ["CLIENT", "KILL", "USER", "mosaic"],
    ],
    fault: "password",
    advice: "rejected the user and password in REDIS_URL",
    end: [["ACL", "SETUSER", "mosaic", `>${PASSWORD}`]],
  },
];

describe.each(RUNTIMES)("a service on $name, whose Redis fails and recovers", (runtime) => {
  let redis: RedisServer;
  let service: HostedService;
  beforeAll(async () => {
    redis = opened.use(await startRedis());
    await redis.command(...(await documentedRights(PASSWORD)));
    const REDIS_URL = `redis://mosaic:${PASSWORD}@127.0.0.1:${redis.port}/0`;
    service = opened.use(await startHostedService({ runtime, env: { CACHE_BACKEND: "redis", REDIS_URL } }));
    await service.waitForLog(said("Catalog published"));
  });

  test.each(PASSING)("$name: /readyz and log name it", async ({ begin, fault, advice, end, path }) => {
    for (const words of begin) await redis.command(...words);
    await vi.waitFor(async () => {
      await write(service, path);
      expect(await cacheOf(service)).toMatchObject({
        state: "down",
        fault,
        advice: expect.stringContaining(advice),
      });
    }, WAIT);
    expect(await service.waitForLog((line) => line.fault === fault)).toMatchObject({
      level: "warn",
      detail: expect.stringContaining(advice),
    });
    for (const words of end) await redis.command(...words);
    await vi.waitFor(async () => {
      await write(service, path);
      expect(await cacheOf(service)).toEqual({ backend: "redis", state: "up", breaker: "closed" });
    }, WAIT);
  });

  test("answered every request meanwhile, and kept the password to itself", async () => {
    expect((await sendRequest(service.url, "/views")).status).toBe(200);
    expect(service.output()).not.toContain(PASSWORD);
  });
});

/** A setting that does not fit the servers. */
interface Mistake {
  readonly name: string;
  readonly env: () => Readonly<Record<string, string>>;
  readonly fault: unknown;
  readonly advice: string;
}

let sentinels: SentinelSetUp;
/** One has all slots, and the other one redirects to it. */
let owner: RedisServer;
let redirecting: RedisServer;
let withoutSlots: RedisServer;
let locked: RedisServer;
let socketFolder: GuardedDirectory;
let tls: { readonly port: number; readonly ca: string };

beforeAll(async () => {
  [sentinels, owner, redirecting, withoutSlots, locked] = await Promise.all([
    startSentinelSetUp(),
    startClusterNode(),
    startClusterNode(),
    startClusterNode(),
    startRedis({ password: PASSWORD }),
  ]);
  for (const each of [sentinels, owner, redirecting, withoutSlots, locked]) opened.use(each);
  await owner.command("CLUSTER", "ADDSLOTSRANGE", "0", "16383");
  const [, busPort = ""] = (await owner.command("CONFIG", "GET", "cluster-port")) as readonly string[];
  await redirecting.command("CLUSTER", "MEET", "127.0.0.1", String(owner.port), busPort);
  await untilTrue("both nodes serve", async () =>
    String(await redirecting.command("CLUSTER", "INFO")).includes("cluster_state:ok"),
  );
  const authority = opened.use(await createCertificateAuthority());
  const { cert, key } = await authority.issue({ for: "IP:127.0.0.1" });
  const port = await freePort();
  const files = ["--tls-ca-cert-file", authority.path, "--tls-cert-file", cert, "--tls-key-file", key];
  opened.use(await startRedis({ args: ["--tls-port", String(port), ...files] }));
  tls = { port, ca: authority.path };
  socketFolder = await createGuardedDirectory("mosaic-socket-");
  opened.defer(socketFolder.remove);
});

async function startClusterNode(): Promise<RedisServer> {
  return startRedis({ args: ["--cluster-enabled", "yes", "--cluster-port", String(await freePort())] });
}

const at = (port: number | undefined): Readonly<Record<string, string>> => ({
  REDIS_URL: `redis://127.0.0.1:${port}/0`,
});

const MISTAKES: readonly Mistake[] = [
  {
    name: "redis:// to a Sentinel",
    env: () => at(sentinels.sentinels[0]?.clientPort),
    fault: "sentinel",
    advice: "use redis-sentinel://host",
  },
  {
    name: "redis:// to a replica",
    env: () => at(sentinels.nodes[1]?.clientPort),
    fault: "replica",
    advice: "REDIS_URL must name the primary, or the Sentinels",
  },
  {
    name: "a name that the Sentinels do not know",
    env: () => ({ REDIS_URL: sentinels.settings.REDIS_URL?.replace(/#.*/, "#other") ?? "" }),
    fault: "unknown-primary",
    advice: "see SENTINEL MASTERS",
  },
  {
    name: "redis:// to a node of a cluster that does not have the slot",
    env: () => at(redirecting.port),
    fault: "cluster-node",
    advice: "use redis-cluster://",
  },
  {
    name: "a cluster in which nobody has the slot",
    env: () => at(withoutSlots.port),
    fault: "cluster-down",
    advice: "see CLUSTER INFO",
  },
  {
    name: "no password",
    env: () => at(locked.port),
    fault: "no-password",
    advice: "REDIS_URL has none",
  },
  {
    name: "no client certificate",
    env: () => ({ REDIS_URL: `rediss://127.0.0.1:${tls.port}/0`, REDIS_TLS_CA: tls.ca }),
    // On TLS 1.3 the refusal comes after the handshake: a runtime may only see that the connection closes.
    fault: expect.stringMatching(/^client-certificate$|^closed-early$/),
    advice: "the server ",
  },
];

/** Service and command take turns on the runtimes. */
test.each(
  MISTAKES.map((mistake, index) => {
    const [first, second] = RUNTIMES as readonly [Runtime, Runtime];
    const [serving, inspecting] = index % 2 === 0 ? [first, second] : [second, first];
    return { ...mistake, serving, inspecting };
  }),
)(
  "$name: named by /readyz and log on $serving.name, by mosaic inspect on $inspecting.name",
  async ({ env, fault, advice, serving, inspecting }) => {
    const settings = { CACHE_BACKEND: "redis", ...env() };
    const [inspected] = await Promise.all([
      runMain(inspecting, { args: ["inspect"], directory: ".", env: settings }),
      expectNamed(serving, settings, { fault, advice }),
    ]);
    expect(inspected.exitCode).toBe(1);
    expect(inspected.stdout + inspected.stderr).toContain(advice);
  },
);

async function expectNamed(
  runtime: Runtime,
  env: Readonly<Record<string, string>>,
  { fault, advice }: Pick<Mistake, "advice" | "fault">,
): Promise<void> {
  await using service = await startHostedService({ runtime, env });
  const named = { fault, advice: expect.stringContaining(advice) };
  await vi.waitFor(async () => expect(await cacheOf(service)).toMatchObject(named), WAIT);
  await service.waitForLog(said("Catalog activated", { source: "disk" }));
  const logged = service.logs().filter((line) => String(line.detail ?? "").includes(advice));
  expect(logged).toContainEqual(expect.objectContaining({ level: "warn", fault }));
}

describe.each(RUNTIMES)("a Unix socket on $name", (runtime) => {
  test("is used for keys and announcements, again after a restart, and named when it is absent", async () => {
    const path = join(socketFolder.path, `${runtime.name}.sock`);
    await using redis = await startRedis({ password: PASSWORD, args: ["--unixsocket", path] });
    const env = {
      CACHE_BACKEND: "redis",
      REDIS_URL: `redis+unix://default:${PASSWORD}@${path}?db=2`,
    };
    await using service = await startService({ runtime: withSocket(runtime, path), env });
    await service.waitForLog(said("Catalog published"));
    await service.waitForLog(said("Subscribed to announcements"));
    const { hash } = (await sendRequest(service.url, "/views")).json() as { readonly hash: string };
    expect(await redis.command("INFO", "keyspace")).toContain("db2:keys=");
    const inspected = await runMain(withSocket(runtime, path), { args: ["inspect"], directory: ".", env });
    expect([inspected.exitCode, inspected.stdout]).toEqual([0, expect.stringContaining(hash)]);

    await redis.kill();
    await vi.waitFor(async () => {
      expect(await cacheOf(service)).toMatchObject({ state: "down", fault: "refused" });
    }, WAIT);
    await redis.restart();
    await vi.waitFor(async () => {
      expect(await cacheOf(service)).toMatchObject({ state: "up" });
      expect(await redis.command("INFO", "keyspace")).toContain("db2:keys=");
    }, WAIT);
  });
});

/** On Deno a socket is a file that is read and written. */
function withSocket(runtime: Runtime, path: string): Runtime {
  return runtime.name === "deno" ? { ...runtime, args: [...runtime.args, `--allow-write=${path}`] } : runtime;
}

test("Deno names a permission that it lacks, and stops without another word", async () => {
  const deno = RUNTIMES.find(({ name }) => name === "deno");
  if (deno === undefined) throw new RangeError("There is no Deno");
  const narrow = deno.args.map((word) => (word === "--allow-net" ? "--allow-net=127.0.0.1:0" : word));
  const env = { CACHE_BACKEND: "redis", REDIS_URL: sentinels.settings.REDIS_URL ?? "" };
  const ofSentinels = sentinels.sentinels.map(({ clientPort }) => `127.0.0.1:${clientPort}`).join(",");
  const permitted = narrow.map((word) => (word.startsWith("--allow-net=") ? `${word},${ofSentinels}` : word));
  await using service = await startService({ runtime: { ...deno, args: permitted }, env });
  await vi.waitFor(async () => {
    expect(await cacheOf(service)).toMatchObject({ state: "down", fault: "permission" });
  }, WAIT);
  await service.stop();
  expect(service.logs().at(-1)).toMatchObject({ msg: "Stopped" });
});
