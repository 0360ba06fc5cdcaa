import { createHash } from "node:crypto";
import type { Redis } from "ioredis";
import { withNamespace } from "../src/adapters/decorators/namespace.ts";
import { createMemorySource } from "../src/adapters/memory/source.ts";
import { createRedisCache } from "../src/adapters/redis/cache.ts";
import { connectRedis, createRedisClient } from "../src/adapters/redis/client.ts";
import { createActiveCatalog } from "../src/app/catalog/active-catalog.ts";
import { type CatalogStore, createCatalogStore } from "../src/app/catalog/catalog-store.ts";
import { createDiskReadOrder } from "../src/app/catalog/read-disk.ts";
import { preload } from "../src/app/catalog/sync.ts";
import { createCatalogVerifier } from "../src/app/signing/catalog-verifier.ts";
import type { Catalog } from "../src/domain/catalog/catalog.ts";
import {
  CATALOG_KEYS,
  encodePublication,
  readHeader,
  type VerificationTrust,
  verifyPublished,
  viewKey,
} from "../src/domain/release/published-catalog.ts";
import { startRedis } from "../test/support/redis-server.ts";
import { notePreload } from "./note-procedure.ts";
import { paired, timed } from "./paired.ts";
import type { Report } from "./report.ts";

const NAMESPACE = "bench";
const TTL_SECONDS = 3600;

/** Verification and preload against the hash and the read that they cannot do without, and against the design note. */
export async function benchCatalog(report: Report, catalog: Catalog): Promise<void> {
  await benchVerify(report, catalog);
  await using server = await startRedis();
  const client = createRedisClient(server.url);
  if (!(await connectRedis(client, 5000)))
    throw new Error("Cannot run the benchmark: Redis did not become ready");
  const store = createCatalogStore(withNamespace(createRedisCache(client), NAMESPACE));
  await store.publish(catalog, { ttlSeconds: TTL_SECONDS, revision: 1, expected: await store.readCurrent() });
  await benchPreload(report, { catalog, client, store });
  client.disconnect();
}

async function benchVerify(report: Report, catalog: Catalog): Promise<void> {
  const entries = new Map(encodePublication(catalog, 1).map(({ key, value }) => [key, value]));
  const { loaded, hash, list, state } = CATALOG_KEYS;
  const values = {
    loaded: entries.get(loaded),
    hash: entries.get(hash),
    list: entries.get(list),
    state: entries.get(state),
  };
  const views = [...catalog.views.keys()].map((entity) => entries.get(viewKey(entity)));
  const raw = Buffer.concat(views.map((bytes) => bytes ?? new Uint8Array()));

  const verify = (trust?: VerificationTrust): void => {
    const header = readHeader(values);
    if (header.kind !== "published" || verifyPublished(header, views, trust).kind !== "verified") {
      throw new Error("Cannot run the benchmark: the catalog did not verify");
    }
  };
  const hashOnce = (): string => createHash("sha256").update(raw).digest("hex");
  const against = (trust: VerificationTrust | undefined, floor: () => unknown) =>
    paired(
      31,
      () => timed(() => verify(trust)),
      () => timed(floor),
    );
  const trusted: readonly (readonly [string, VerificationTrust])[] = [
    ["verify_signed_vs_raw_sha256", { signedHash: catalog.hash }],
    ["verify_known_vs_raw_sha256", { known: catalog.views }],
  ];
  for (const [name, trust] of trusted) {
    report.add(name, await against(trust, hashOnce), { target: 1.5, better: "lower" });
  }
  // What nothing vouches for is parsed and checked before it is served: a parser that reads each text is the floor of that.
  const decoder = new TextDecoder();
  const parseAll = (): void => {
    for (const bytes of views) JSON.parse(decoder.decode(bytes));
  };
  report.add("verify_unvouched_vs_json_parse", await against(undefined, parseAll), {
    target: 3,
    better: "lower",
  });
}

interface PreloadBench {
  readonly catalog: Catalog;
  readonly client: Redis;
  readonly store: CatalogStore;
}

async function benchPreload(report: Report, { catalog, client, store }: PreloadBench): Promise<void> {
  const keys = [...catalog.views.keys()].map((entity) => `${NAMESPACE}:${viewKey(entity)}`);
  const preloadOnce = async (): Promise<void> => {
    const outcome = await preload(depsFor(store));
    if (outcome.kind !== "active" || outcome.source !== "cache" || outcome.hash !== catalog.hash) {
      throw new Error(`Cannot run the benchmark: the preload ended with ${JSON.stringify(outcome)}`);
    }
  };
  const measurePreload = (): Promise<number> => timed(preloadOnce);
  const raw = await paired(15, measurePreload, () => timed(() => readPipelined(client, keys)));
  report.add("preload_vs_raw_pipelined_read", raw, { target: 1.6, better: "lower" });
  const note = await paired(3, () => timed(() => notePreload(client, NAMESPACE)), measurePreload);
  report.add("note_procedure_vs_preload", note, { target: 8, better: "higher" });
}

/** The same bytes by the same client, pipelined in whole batches: nothing is checked or kept. */
async function readPipelined(client: Redis, keys: readonly string[]): Promise<void> {
  const batchKeys = 500;
  const reads: Promise<unknown>[] = [];
  for (let start = 0; start < keys.length; start += batchKeys) {
    reads.push(client.mgetBuffer(...keys.slice(start, start + batchKeys)));
  }
  await Promise.all(reads);
}

function depsFor(store: CatalogStore) {
  return {
    store,
    source: createMemorySource({}),
    beginDiskRead: createDiskReadOrder(),
    holder: createActiveCatalog(),
    verifier: createCatalogVerifier(
      { viewsSignatureMode: "none", viewsSignatureRequired: false },
      async () => ({
        kind: "keys",
        keys: [],
        warnings: [],
      }),
    ),
    ttlSeconds: TTL_SECONDS,
    emit: () => undefined,
    wallMs: Date.now,
    monotonicMs: () => performance.now(),
    random: () => 0.5,
    pause: () => Promise.resolve(),
  };
}
