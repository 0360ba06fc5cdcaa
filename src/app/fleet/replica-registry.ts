import type { CatalogHash } from "../../domain/catalog.ts";
import { parseCatalogHash } from "../../domain/catalog.ts";
import { CATALOG_KEYS } from "../../domain/published-catalog.ts";
import {
  encodeReplicaIds,
  encodeReplicaRecord,
  parseReplicaIds,
  parseReplicaRecord,
  type ReplicaRecord,
} from "../../domain/replica-record.ts";
import { CacheError, type CachePort } from "../../ports/cache-port.ts";

/** The replicas that live, as one of them sees them. */
export interface Fleet {
  /** The id of the replica that looks. */
  readonly self: string;
  /** Whether the shared cache told; otherwise only the replica itself is known. */
  readonly shared: boolean;
  /** The hash of the published catalog. */
  readonly publishedHash: CatalogHash | undefined;
  /** By id. */
  readonly replicas: readonly FleetMember[];
}

/** One replica; it diverges when it does not serve the published catalog. */
export type FleetMember = ReplicaRecord & { readonly divergent: boolean };

/** Says that this replica lives, and knows which others do. */
export interface ReplicaRegistry {
  /** Renews this replica's record and forgets those whose own have expired; the fleet as it is then. */
  beat(): Promise<Fleet>;
  /** The fleet as the shared cache has it now. */
  look(): Promise<Fleet>;
  /** The fleet as it was seen last, without asking anybody. */
  last(): Fleet;
  /** Takes this replica's record away. */
  leave(): Promise<void>;
}

export interface ReplicaRegistryDeps {
  readonly cache: CachePort;
  readonly describe: () => ReplicaRecord;
  /** How long a replica counts as living after its last beat. */
  readonly ttlSeconds: number;
  readonly signal?: AbortSignal | undefined;
}

/** The ids of the replicas that may live; each has a record of its own. */
export const IDS_KEY = "replicas:list";
/** Replicas that come and go at the same time change the list under each other. */
const ATTEMPTS_MAX = 5;

/** The key of the record of one replica. */
export const recordKey = (id: string): string => `replicas:id:${id}`;

export function createReplicaRegistry(deps: ReplicaRegistryDeps): ReplicaRegistry {
  const { cache, describe, ttlSeconds, signal } = deps;
  let last = fleetOf(describe(), { shared: false, publishedHash: undefined, others: [] });
  let left = false;

  async function read() {
    const [ids, hash] = await cache.getMany([IDS_KEY, CATALOG_KEYS.hash], { signal });
    const self = describe();
    const named = parseReplicaIds(ids).filter((id) => id !== self.id);
    const records = named.length === 0 ? [] : await cache.getMany(named.map(recordKey), { signal });
    const others = named.flatMap((id, index) => {
      const bytes = records[index];
      const record = bytes === undefined ? undefined : parseReplicaRecord(bytes);
      return record?.id === id ? [record] : [];
    });
    last = fleetOf(self, { shared: true, publishedHash: readHash(hash), others });
    return { ids, others, self };
  }

  /** Undefined when the list was changed meanwhile. */
  async function write(alive: boolean): Promise<boolean> {
    const { ids, others, self } = await read();
    const living = others.map(({ id }) => id);
    const entries = alive
      ? [
          { key: recordKey(self.id), value: encodeReplicaRecord(self) },
          { key: IDS_KEY, value: encodeReplicaIds([...living, self.id]) },
        ]
      : [{ key: IDS_KEY, value: encodeReplicaIds(living) }];
    const remove = alive ? [] : [recordKey(self.id)];
    const expect = [{ key: IDS_KEY, value: ids }];
    const outcome = await cache.publish({ entries, ttlSeconds, remove, expect }, { signal });
    return outcome.kind !== "conflict";
  }

  async function keepTrying(alive: boolean): Promise<void> {
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      if ((alive && left) || (await write(alive))) return;
    }
  }

  /** Without the shared cache a replica knows of itself alone. */
  async function orAlone(task: () => Promise<unknown>): Promise<Fleet> {
    try {
      await task();
    } catch (error) {
      if (!(error instanceof CacheError)) throw error;
      last = fleetOf(describe(), { shared: false, publishedHash: undefined, others: [] });
    }
    return last;
  }

  return {
    beat: () => orAlone(async () => (left ? undefined : await keepTrying(true))),
    look: () => orAlone(read),
    last: () => last,
    async leave() {
      left = true;
      await orAlone(() => keepTrying(false));
    },
  };
}

function fleetOf(
  self: ReplicaRecord,
  {
    shared,
    publishedHash,
    others,
  }: Pick<Fleet, "publishedHash" | "shared"> & { readonly others: readonly ReplicaRecord[] },
): Fleet {
  const replicas = [self, ...others]
    .sort((left, right) => (left.id < right.id ? -1 : 1))
    .map((record) => ({ ...record, divergent: isDivergent(record, publishedHash) }));
  return { self: self.id, shared, publishedHash, replicas };
}

function isDivergent({ catalog }: ReplicaRecord, publishedHash: CatalogHash | undefined): boolean {
  return publishedHash !== undefined && catalog?.hash !== publishedHash;
}

function readHash(bytes: Uint8Array | undefined): CatalogHash | undefined {
  return bytes === undefined ? undefined : parseCatalogHash(new TextDecoder().decode(bytes));
}
