import type { Catalog, CatalogHash } from "../../domain/catalog/catalog.ts";
import { type CatalogDiff, diffCatalogs } from "../../domain/catalog/view-changes.ts";
import {
  encodeHistory,
  HISTORY_BYTES_MAX,
  HISTORY_VIEWS_MAX,
  type HistoryEntry,
  mergeHistories,
  parseHistory,
} from "../../domain/fleet/history.ts";
import { type BackoffPolicy, jitteredBackoffMs } from "../../lib/backoff.ts";
import { createSingleFlight } from "../../lib/single-flight.ts";
import { CacheError, type CachePort } from "../../ports/cache-port.ts";
import type { CatalogEvent } from "../catalog/events.ts";

/** The history of the fleet's catalogs: in the shared cache, with a copy in every replica. */
export interface History {
  /** Records what the event changes. */
  catalogEvent(event: CatalogEvent): void;
  /** Reads the shared history; only the known one while the shared cache does not answer. */
  list(): Promise<HistoryListing>;
  /** Writes what is not written yet: before a stop. */
  flush(): Promise<void>;
}

export interface HistoryListing {
  /** Whether the shared cache answered. */
  readonly shared: boolean;
  /** The newest first. */
  readonly entries: readonly HistoryEntry[];
}

export interface HistoryDeps {
  readonly cache: Pick<CachePort, "get" | "publish">;
  /** The id of this replica. */
  readonly replica: string;
  readonly wallMs: () => number;
  /** A number from 0 to 1 that spreads the writes of replicas. */
  readonly random: () => number;
  /** Resolves after `ms`, or immediately on stop. */
  readonly pause: (ms: number) => Promise<void>;
  readonly signal: AbortSignal;
}

const HISTORY_KEY = "history";
/** A month: renewed by every entry. */
const HISTORY_TTL_SECONDS = 30 * 86_400;
/** Entries of one moment are written together, and replicas write one after the other. */
const WRITE_PAUSE: BackoffPolicy = { minMs: 500, maxMs: 8000 };
/** Pauses between attempts; after the last, the entries wait for the next write. */
const ATTEMPTS_MAX = 6;

export function createHistory(deps: HistoryDeps): History {
  const { cache, replica, wallMs, random, pause, signal } = deps;
  let known: readonly HistoryEntry[] = [];
  let number = 0;
  let active: Catalog | undefined;
  let isDue = false;
  /**
   * A reload without a change is one entry, which follows: neither its activation nor its publication is recorded.
   */
  let isReloadingSame = false;

  function record(entry: Omit<HistoryEntry, "at" | "number" | "replica">): void {
    const [last] = known.filter((other) => other.replica === replica);
    // A start retries: an equal refusal is not recorded again.
    if (entry.kind === "refused" && entry.trigger !== "reload" && last !== undefined && isSame(last, entry))
      return;
    number += 1;
    known = mergeHistories(known, [{ at: new Date(wallMs()).toISOString(), replica, number, ...entry }]);
    isDue = true;
    void write();
  }

  const write = createSingleFlight(async () => {
    for (let attempt = 0; isDue && attempt < ATTEMPTS_MAX; attempt++) {
      await pause(jitteredBackoffMs(attempt, WRITE_PAUSE, random()));
      if (signal.aborted) return;
      await attemptWrite();
    }
  });

  /** Without the shared cache the entries stay here, and are written with the next ones. */
  async function attemptWrite(): Promise<void> {
    try {
      const stored = await read();
      isDue = false;
      const value = encodeHistory(known);
      const expect = [{ key: HISTORY_KEY, value: stored, bytesMax: HISTORY_BYTES_MAX }];
      const entries = [{ key: HISTORY_KEY, value }];
      const change = { entries, ttlSeconds: HISTORY_TTL_SECONDS, remove: [], expect };
      if ((await cache.publish(change, { signal })).kind === "conflict") isDue = true;
    } catch (error) {
      if (!(error instanceof CacheError)) throw error;
      isDue = true;
    }
  }

  /** Learns the shared history, and returns its bytes. */
  async function read(): Promise<Uint8Array | undefined> {
    const stored = await cache.get(HISTORY_KEY, { bytesMax: HISTORY_BYTES_MAX, signal });
    const shared = parseHistory(stored);
    known = mergeHistories(known, shared);
    return stored;
  }

  return {
    catalogEvent(event) {
      const isWithheld = isReloadingSame && event.kind === "published";
      const entry = isWithheld ? undefined : entryOf(event, active);
      if (event.kind === "activated") {
        active = event.catalog;
        isReloadingSame = event.trigger === "reload" && event.previousHash === active.hash;
      }
      if (event.kind === "reloaded") isReloadingSame = false;
      if (entry !== undefined) record(entry);
    },
    async list() {
      try {
        const stored = parseHistory(await read());
        // The shared cache was flushed or restarted: a replica with more entries writes them back.
        if (stored.length < known.length) {
          isDue = true;
          void write();
        }
        return { shared: true, entries: known };
      } catch (error) {
        if (!(error instanceof CacheError)) throw error;
        return { shared: false, entries: known };
      }
    },
    async flush() {
      if (isDue) await attemptWrite();
    },
  };
}

type Recorded = Omit<HistoryEntry, "at" | "number" | "replica">;

const NO_CHANGES = { added: 0, changed: 0, removed: 0, views: [] };

/** The history entry of an event; undefined for events without one. @param active the catalog before it */
function entryOf(event: CatalogEvent, active: Catalog | undefined): Recorded | undefined {
  const held = active?.hash ?? null;
  switch (event.kind) {
    case "activated": {
      const { trigger, catalog, previousHash = null } = event;
      if (catalog.hash === previousHash) return undefined;
      const changes = countChanges(diffCatalogs(active, catalog));
      return { kind: "activated", trigger, from: previousHash, to: catalog.hash, ...changes, reason: null };
    }
    case "published":
      return { kind: "published", trigger: null, from: null, to: event.hash, ...NO_CHANGES, reason: null };
    case "repaired":
      return {
        kind: "repaired",
        trigger: null,
        from: null,
        to: event.hash,
        ...NO_CHANGES,
        reason: event.part,
      };
    case "refused": {
      const { trigger, refusal } = event;
      // A cache that does not answer refuses no catalog; the check of the cache has the outage.
      if (refusal.reason.startsWith("cache-")) return undefined;
      return { kind: "refused", trigger, from: held, to: null, ...NO_CHANGES, reason: refusal.reason };
    }
    case "reloaded":
      return event.hash === event.previousHash ? unchanged(event.hash) : undefined;
    default:
      return undefined;
  }
}

function unchanged(hash: CatalogHash): Recorded {
  return { kind: "reloaded", trigger: "reload", from: hash, to: hash, ...NO_CHANGES, reason: null };
}

function countChanges({ added, changed, removed }: CatalogDiff) {
  const views = [...changed, ...added, ...removed].slice(0, HISTORY_VIEWS_MAX);
  return { added: added.length, changed: changed.length, removed: removed.length, views };
}

function isSame(left: HistoryEntry, right: Recorded): boolean {
  return left.kind === right.kind && left.reason === right.reason && left.from === right.from;
}
