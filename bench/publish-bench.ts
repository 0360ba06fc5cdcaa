import { createHash } from "node:crypto";
import { withNamespace } from "../src/adapters/decorators/namespace.ts";
import { createRedisCache } from "../src/adapters/redis/cache.ts";
import { connectRedis, createRedisClient } from "../src/adapters/redis/client.ts";
import { createActiveCatalog } from "../src/app/catalog/active-catalog.ts";
import type { CatalogDeps } from "../src/app/catalog/catalog-deps.ts";
import { createCatalogStore } from "../src/app/catalog/catalog-store.ts";
import { createDiskReadOrder } from "../src/app/catalog/read-disk.ts";
import { reload } from "../src/app/catalog/reload.ts";
import { preload, reconcile } from "../src/app/catalog/sync.ts";
import { createCatalogVerifier } from "../src/app/signing/catalog-verifier.ts";
import { type Catalog, createCatalog } from "../src/domain/catalog/catalog.ts";
import { canonicalText } from "../src/domain/json/canonical-json.ts";
import { isJsonObject } from "../src/domain/json/json-value.ts";
import { readStoredJson } from "../src/domain/json/parse-json.ts";
import type { Entity } from "../src/domain/view/entity.ts";
import { type RedisServer, startRedis } from "../test/support/redis-server.ts";
import { type CountingProxy, startCountingProxy } from "./counting-proxy.ts";
import { paired, replay, timed } from "./paired.ts";
import type { Report } from "./report.ts";

export const NAMESPACE = "bench";
const TTL_SECONDS = 3600;
const READERS = 5;
const ROUNDS = 9;
const TURN_MS_MAX = 60;

/** Reloads of one view among all, by one replica with five others, against publications of the whole catalog. */
export async function benchPublish(report: Report, catalog: Catalog): Promise<void> {
  await using server = await startRedis();
  await using proxy = await startCountingProxy(server.port);
  const disk = { catalog };
  const publisher = await startReplica(proxy, disk);
  const readers = await Promise.all(Array.from({ length: READERS }, () => startReplica(proxy, disk)));
  for (const { deps } of [publisher, ...readers]) await preload(deps);
  const measured = await measureRounds({ server, proxy, disk, publisher, readers });
  for (const { close } of [publisher, ...readers]) close();

  const bytes = [...catalog.views.values()].reduce((total, view) => total + view.byteLength, 0);
  const raw = Buffer.concat([...catalog.views.values()]);
  const add = async (name: string, values: readonly number[], floor: readonly number[], target?: number) => {
    const comparison = await paired(values.length - 1, replay(values), replay(floor));
    report.add(name, comparison, target === undefined ? undefined : { target, better: "lower" });
  };
  const { changed, whole } = measured;
  const constant = (value: number): readonly number[] => changed.map(() => value);
  await add(
    "reload_fleet_bytes_vs_catalog",
    changed.map((one) => one.bytes),
    constant(bytes),
    0.02,
  );
  const blocked = changed.map((one) => one.blockedMs);
  await add(
    "reload_blocks_redis_vs_whole",
    blocked,
    whole.map((one) => one.blockedMs),
    0.25,
  );
  const times = changed.map((one) => one.publishMs);
  await add(
    "reload_time_vs_whole",
    times,
    whole.map((one) => one.publishMs),
  );
  const hashed: number[] = [];
  for (const _ of changed) hashed.push(await timed(() => createHash("sha256").update(raw).digest()));
  await add("reload_time_vs_raw_sha256", times, hashed);
  await add(
    "reader_time_vs_raw_sha256",
    changed.map((one) => one.readMs),
    hashed,
  );
  await add(
    "reload_turn_vs_60_ms",
    changed.map((one) => one.turnMs),
    constant(TURN_MS_MAX),
    1,
  );
  await add(
    "whole_publication_turn_vs_60_ms",
    whole.map((one) => one.turnMs),
    constant(TURN_MS_MAX),
    1,
  );
}

export interface Replica {
  readonly deps: CatalogDeps;
  readonly close: () => void;
}

/** A replica whose disk is the given catalog, loaded already. */
export async function startReplica(
  proxy: CountingProxy,
  disk: { readonly catalog: Catalog },
): Promise<Replica> {
  const client = createRedisClient(`redis://127.0.0.1:${proxy.port}/0`);
  if (!(await connectRedis(client, 5000)))
    throw new Error("Cannot run the benchmark: Redis did not become ready");
  const noKeys = { viewsSignatureMode: "none", viewsSignatureRequired: false } as const;
  const deps: CatalogDeps = {
    store: createCatalogStore(withNamespace(createRedisCache(client), NAMESPACE)),
    source: {
      name: "bench",
      load: async () => ({ kind: "loaded", catalog: disk.catalog, manifest: undefined, warnings: [] }),
      readManifest: async () => undefined,
    },
    beginDiskRead: createDiskReadOrder(),
    holder: createActiveCatalog(),
    verifier: createCatalogVerifier(noKeys, async () => ({ kind: "keys", keys: [], warnings: [] })),
    ttlSeconds: TTL_SECONDS,
    emit: () => undefined,
    wallMs: () => Date.now(),
    monotonicMs: () => performance.now(),
    random: Math.random,
    pause: () => Promise.resolve(),
  };
  return { deps, close: () => client.disconnect() };
}

interface Fleet {
  readonly server: RedisServer;
  readonly proxy: CountingProxy;
  readonly disk: { catalog: Catalog };
  readonly publisher: Replica;
  readonly readers: readonly Replica[];
}

export interface Round {
  readonly bytes: number;
  readonly blockedMs: number;
  readonly publishMs: number;
  readonly readMs: number;
  readonly turnMs: number;
}

/** In turn, one publication of what changed and one of everything. */
async function measureRounds(fleet: Fleet) {
  const changed: Round[] = [];
  const whole: Round[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    fleet.disk.catalog = withChange(fleet.disk.catalog, `changed ${round}`);
    changed.push(await measureReload(fleet));
    fleet.disk.catalog = withChange(fleet.disk.catalog, `whole ${round}`);
    await fleet.server.command("DEL", `${NAMESPACE}:catalog:digests`);
    whole.push(await measureReload(fleet));
  }
  return { changed, whole };
}

export async function measureReload({ server, proxy, publisher, readers }: Fleet): Promise<Round> {
  // In microseconds: the commands inside a script are logged one by one too, and are faster.
  await server.command("CONFIG", "SET", "slowlog-log-slower-than", "100", "slowlog-max-len", "1000");
  await server.command("SLOWLOG", "RESET");
  const before = proxy.bytes();
  const turns = watchTurns();
  const publishMs = await timed(() => reload(publisher.deps));
  const turnMs = turns.stop();
  const log = (await server.command("SLOWLOG", "GET", "-1")) as readonly (readonly [
    number,
    number,
    number,
  ])[];
  const blockedMs = Math.max(...log.map(([, , microseconds]) => microseconds)) / 1000;
  const readMs = await timed(() => reconcile(readers[0]?.deps ?? publisher.deps));
  for (const { deps } of readers.slice(1)) await reconcile(deps);
  const hash = publisher.deps.holder.current()?.catalog.hash;
  for (const { deps } of readers) {
    if (deps.holder.current()?.catalog.hash !== hash) throw new Error("A replica serves another catalog");
  }
  return { bytes: proxy.bytes() - before, blockedMs, publishMs, readMs, turnMs };
}

/** The longest time that a timer of a millisecond had to wait. */
function watchTurns(): { stop(): number } {
  let last = performance.now();
  let longest = 0;
  const note = (): void => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  };
  const timer = setInterval(note, 1);
  return {
    stop() {
      note();
      clearInterval(timer);
      return longest;
    },
  };
}

/** The same views but for one in the middle. */
export function withChange({ views }: Catalog, text: string): Catalog {
  const entities = [...views.keys()];
  const entity = entities[Math.floor(entities.length / 2)];
  const value = readStoredJson(views.get(entity ?? ("" as Entity)) ?? new Uint8Array());
  if (entity === undefined || value === undefined || !isJsonObject(value)) {
    throw new RangeError("Cannot change a catalog without views");
  }
  const changed = new TextEncoder().encode(canonicalText({ ...value, description: text }));
  return createCatalog(new Map([...views, [entity, changed]]));
}
