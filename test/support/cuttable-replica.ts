import { createMemorySource } from "../../src/adapters/memory/source.ts";
import { type ReloadOutcome, reload } from "../../src/app/catalog/reload.ts";
import { type ComparisonMemory, preload, reconcile } from "../../src/app/catalog/sync.ts";
import { CacheError, type CacheErrorCode, type CachePort } from "../../src/ports/cache-port.ts";
import { createReplica, type Replica, type ViewFiles } from "./catalog-replica.ts";

/** A replica whose way to the shared cache can be cut, and whose disk can be replaced. */
export interface CuttableReplica {
  readonly replica: Replica;
  cut(): void;
  /** Lets the cache be read, but not published to; default: as a Redis that is read-only. */
  refuseWrites(code?: CacheErrorCode): void;
  /** Lets everything be read but the views. */
  cutViews(): void;
  /** How often views were read. */
  viewReads(): number;
  /** Ends what `cut()`, `cutViews()` and `refuseWrites()` began. */
  heal(): void;
  reload(files: ViewFiles): Promise<ReloadOutcome>;
  reconcile(): Promise<boolean>;
  served(): string | undefined;
  revision(): number | undefined;
}

const HEADER_KEYS = new Set(["loaded", "hash", "list"].map((name) => `mosaic:views:${name}`));

export async function startCuttableReplica(shared: CachePort, files: ViewFiles): Promise<CuttableReplica> {
  let whole = true;
  let areViewsCut = false;
  let viewReads = 0;
  let refusal: CacheErrorCode | undefined;
  const reaching =
    <Args extends readonly unknown[], Result>(call: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      if (!whole) throw new CacheError("get", "unavailable", "it is cut off");
      return call(...args);
    };
  const cache: CachePort = {
    ...shared,
    get: reaching(shared.get),
    getWithTtl: reaching(shared.getWithTtl),
    getMany: reaching(async (keys, options) => {
      if (keys.some((key) => key.startsWith("mosaic:views:") && !HEADER_KEYS.has(key))) {
        if (areViewsCut) throw new CacheError("getMany", "unavailable", "it is cut off");
        viewReads += 1;
      }
      return shared.getMany(keys, options);
    }),
    fingerprint: reaching(shared.fingerprint),
    publish: reaching(async (...args) => {
      if (refusal !== undefined) throw new CacheError("publish", refusal, "it takes no publication");
      return shared.publish(...args);
    }),
  };
  const source = createMemorySource(files);
  const replica = createReplica({ cache, source });
  const memory: ComparisonMemory = {};
  await preload(replica.deps, memory);
  const { holder } = replica.deps;
  return {
    replica,
    cut: () => {
      whole = false;
    },
    refuseWrites: (code = "rejected") => {
      refusal = code;
    },
    cutViews: () => {
      areViewsCut = true;
    },
    viewReads: () => viewReads,
    heal: () => {
      whole = true;
      areViewsCut = false;
      refusal = undefined;
    },
    reload(next) {
      source.replace(next);
      return reload(replica.deps);
    },
    reconcile: () => reconcile(replica.deps, memory),
    served: () => holder.current()?.catalog.hash,
    revision: () => holder.current()?.revision,
  };
}
