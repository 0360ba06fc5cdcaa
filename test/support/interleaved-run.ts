import type { CatalogStore, StoredCatalog } from "../../src/app/catalog/catalog-store.ts";
import type { Catalog, CatalogHash } from "../../src/domain/catalog/catalog.ts";
import { isSameBytes } from "../../src/lib/same-bytes.ts";
import type { GatedRedis } from "./gated-redis.ts";
import { publishAsOldProgram, type SampleCatalog } from "./old-publisher.ts";
import { publishOver } from "./publish-over.ts";
import type { SeededRandom } from "./seeded-random.ts";

/** One side of a run: its catalog store, and the verifier that its commands wait at. */
export interface GatedStore extends GatedRedis {
  readonly store: CatalogStore;
}

export interface InterleavedRun {
  readonly random: SeededRandom;
  readonly namespace: string;
  readonly samples: readonly SampleCatalog[];
  readonly publisher: GatedStore;
  readonly reader: GatedStore;
}

export interface RunReport {
  readonly reads: readonly StoredCatalog["kind"][];
  readonly publishers: readonly PublisherKind[];
  readonly cuts: number;
}

export type PublisherKind = "mosaic" | "old";

const PUBLICATIONS_BEFORE_LAST_MAX = 2;
const CUT_PROBABILITY = 0.6;
const COMMANDS_MAX = 8;

interface Publication {
  readonly sample: SampleCatalog;
  readonly kind: PublisherKind;
  /** After how many commands the publisher dies, if it does. */
  readonly cutAfter: number | undefined;
}

/** Lets some publishers, all but the last of which may die, and a reader go on by one command at a time, in random order. */
export async function runInterleaved(run: InterleavedRun): Promise<RunReport> {
  const publications = planPublications(run);
  const reader = createSteppedReader(run);
  let cuts = 0;
  for (const publication of publications) {
    reader.allow(publication.sample.catalog);
    if (await playPublication(run, publication, () => reader.step())) cuts += 1;
  }
  await reader.finish();
  const last = publications.at(-1)?.sample.catalog;
  return {
    reads: [...reader.kinds(), await reader.readAlone(last)],
    publishers: publications.map(({ kind }) => kind),
    cuts,
  };
}

function planPublications({ random, samples }: InterleavedRun): readonly Publication[] {
  const before = random.below(PUBLICATIONS_BEFORE_LAST_MAX + 1);
  return Array.from({ length: before + 1 }, (_, index) => ({
    sample: random.pick(samples),
    kind: random.chance(0.5) ? "mosaic" : "old",
    cutAfter: index < before && random.chance(CUT_PROBABILITY) ? random.below(COMMANDS_MAX) : undefined,
  }));
}

/** Whether the publisher was cut off. */
async function playPublication(
  run: InterleavedRun,
  { sample, kind, cutAfter }: Publication,
  stepReader: () => Promise<void>,
): Promise<boolean> {
  const { random, publisher } = run;
  let failure: unknown;
  const task = publishAs(kind, run, sample).catch((error: unknown) => {
    failure = error;
  });
  for (let commands = 0; ; ) {
    if (random.chance(0.5)) {
      await stepReader();
      continue;
    }
    if (commands === cutAfter) {
      await publisher.cut(task, { sent: random.chance(0.5) });
      return failure !== undefined;
    }
    if ((await publisher.step(task)) === "ended") break;
    commands += 1;
  }
  if (failure !== undefined) throw new Error("A publisher failed that nobody cut off", { cause: failure });
  return false;
}

async function publishAs(kind: PublisherKind, run: InterleavedRun, sample: SampleCatalog): Promise<void> {
  const { store, client } = run.publisher;
  if (kind === "old") return publishAsOldProgram(client, run.namespace, sample);
  const outcome = await publishOver(store, sample.catalog, { ttlSeconds: 86_400 });
  if (outcome.kind !== "published") throw new Error(`The publication ended as ${outcome.kind}`);
}

/** Reads again and again; whatever it is given as verified must be one of the catalogs allowed so far. */
function createSteppedReader({ random, reader }: InterleavedRun) {
  const allowed = new Map<CatalogHash, Catalog>();
  let active: Catalog | undefined;
  const kinds: StoredCatalog["kind"][] = [];
  let last: CatalogHash | undefined;
  let task: Promise<void> | undefined;
  let failure: unknown;

  const read = async (): Promise<void> => {
    const unless = random.chance(0.3) ? last : undefined;
    const stored = await reader.store.read({
      unless: unless && { hash: unless, manifestDigest: "" },
      active: random.chance(0.8) ? active : undefined,
    });
    kinds.push(stored.kind);
    if (stored.kind === "same" && stored.hash !== unless)
      throw new Error(`${stored.hash} is not the same as ${unless}`);
    if (stored.kind !== "verified") return;
    requireWhole(stored.catalog, allowed.get(stored.catalog.hash));
    last = stored.catalog.hash;
    active = stored.catalog;
  };
  const step = async (): Promise<void> => {
    task ??= read().catch((error: unknown) => {
      failure = error;
    });
    if ((await reader.step(task)) === "ended") task = undefined;
    if (failure !== undefined) throw failure;
  };
  const finish = async (): Promise<void> => {
    while (task !== undefined) await step();
  };
  return {
    allow: (catalog: Catalog) => allowed.set(catalog.hash, catalog),
    step,
    finish,
    kinds: () => kinds,
    /** With nobody else at work, the cache must hold just this. */
    async readAlone(wanted: Catalog | undefined): Promise<StoredCatalog["kind"]> {
      const reading = reader.store.read();
      const settled = reading.catch(() => undefined);
      while ((await reader.step(settled)) === "stepped");
      const stored = await reading;
      if (stored.kind !== "verified") throw new Error(`A read by itself gave ${JSON.stringify(stored)}`);
      requireWhole(stored.catalog, wanted);
      return stored.kind;
    },
  };
}

function requireWhole(catalog: Catalog, wanted: Catalog | undefined): void {
  if (wanted === undefined) throw new Error(`Catalog ${catalog.hash} was verified, and nobody published it`);
  const [entities, wantedEntities] = [[...catalog.views.keys()], [...wanted.views.keys()]];
  const isSame =
    catalog.hash === wanted.hash &&
    entities.join() === wantedEntities.join() &&
    [...wanted.views].every(([entity, bytes]) =>
      isSameBytes(bytes, catalog.views.get(entity) ?? new Uint8Array()),
    );
  if (!isSame) throw new Error(`Catalog ${catalog.hash} of ${entities} was verified, not ${wanted.hash}`);
}
