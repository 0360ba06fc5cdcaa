import { execFile } from "node:child_process";
import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import process from "node:process";
import { parseArgs, promisify } from "node:util";
import { withNamespace } from "../../src/adapters/decorators/namespace.ts";
import { createRedisCache } from "../../src/adapters/redis/cache.ts";
import { createCatalogStore } from "../../src/app/catalog/catalog-store.ts";
import { expectLasting } from "../support/agreement.ts";
import { connectTestRedis } from "../support/connect-redis.ts";
import { type RedisServer, startRedis } from "../support/redis-server.ts";
import { type FleetReplica, reloadWith } from "../support/running-fleet.ts";
import { RUNTIMES } from "../support/runtimes.ts";
import { startService } from "../support/service-process.ts";
import { createViewsDirectory, viewYaml } from "../support/views-directory.ts";

/**
 * Deploys one version over another, replica by replica, and back. At each step a replica of either version reloads
 * one changed view of many; all must come to serve it, and Redis must hold it whole. Fails if one does not.
 */
const { values } = parseArgs({
  options: {
    from: { type: "string", default: "3a3984c" },
    replicas: { type: "string", default: "3" },
    reloads: { type: "string", default: "2" },
  },
});
const ROOT = resolve(import.meta.dirname, "../..");
const MAIN = "src/app/main.ts";
const VIEWS = 200;
const run = promisify(execFile);
const print = (line: string): void => void process.stdout.write(`${line}\n`);

type Started = FleetReplica & AsyncDisposable;

/** The sources of another version, with the packages of this one. */
async function checkOut(version: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "mosaic-version-"));
  const archive = join(folder, "version.tar");
  await run("git", ["-C", ROOT, "archive", "-o", archive, version]);
  await run("tar", ["-xf", archive, "-C", folder]);
  await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"));
  return folder;
}

function filesOf(turn: number): Readonly<Record<string, string>> {
  const names = Array.from({ length: VIEWS }, (_, index) => `view_${String(index).padStart(3, "0")}`);
  return Object.fromEntries(
    names.map((name, index) => [
      `${name}.yaml`,
      viewYaml("a", index === turn % VIEWS ? `turn_${turn}` : "b"),
    ]),
  );
}

async function start(redis: RedisServer, root: string, number: number): Promise<Started> {
  const runtime = RUNTIMES[number % RUNTIMES.length];
  if (runtime === undefined) throw new RangeError("There is no runtime");
  const views = await createViewsDirectory(filesOf(0));
  const env = { CACHE_BACKEND: "redis", REDIS_URL: redis.url, VIEWS_DIR: views.path };
  const service = await startService({ runtime, env, cwd: root, main: join(root, MAIN) });
  await service.waitForLog(({ msg }) => msg === "Catalog activated");
  return {
    service,
    views,
    async [Symbol.asyncDispose]() {
      await service.stop();
      await views[Symbol.asyncDispose]();
    },
  };
}

/** What a replica finds that starts now. */
async function wholeHash(redis: RedisServer): Promise<string> {
  const client = await connectTestRedis(redis.url);
  const stored = await createCatalogStore(withNamespace(createRedisCache(client), "mosaic")).read();
  client.disconnect();
  return stored.kind === "verified" ? stored.catalog.hash : stored.kind;
}

const earlier = await checkOut(values.from);
const size = Number(values.replicas);
await using redis = await startRedis();
const replicas: Started[] = [];
let turn = 0;
let losses = 0;

async function reloadEverywhere(step: string): Promise<void> {
  for (let reload = 0; reload < Number(values.reloads); reload++) {
    for (const [number, replica] of replicas.entries()) {
      turn += 1;
      const hash = await reloadWith(replica, filesOf(turn));
      const problem = await expectLasting({ redis, replicas }, hash).then(
        async () => ((await wholeHash(redis)) === hash ? undefined : "Redis does not hold it whole"),
        String,
      );
      if (problem !== undefined) losses += 1;
      print(`${step}, reload by replica ${number}: ${problem ?? "agreed"}`);
    }
  }
}

try {
  for (let number = 0; number < size; number++) replicas.push(await start(redis, earlier, number));
  await reloadEverywhere("all earlier");
  for (const [name, root] of [
    ["this version", ROOT],
    ["the earlier one", earlier],
  ] as const) {
    for (let number = 0; number < size; number++) {
      await replicas[number]?.[Symbol.asyncDispose]();
      replicas[number] = await start(redis, root, number);
      await reloadEverywhere(`${number + 1} of ${size} replaced by ${name}`);
    }
  }
} finally {
  for (const replica of replicas) await replica[Symbol.asyncDispose]();
  await rm(earlier, { recursive: true });
}
print(`${losses} of ${turn} lost`);
process.exitCode = losses === 0 ? 0 : 1;
