import type { Catalog, CatalogHash } from "../../domain/catalog/catalog.ts";
import { type CatalogDiff, diffCatalogs } from "../../domain/catalog/view-changes.ts";
import {
  type Departure,
  describeErrors,
  encodeHistory,
  findServedSince,
  HISTORY_BYTES_MAX,
  HISTORY_VIEWS_MAX,
  type HistoryEntry,
  mergeDepartures,
  mergeHistories,
  parseDepartures,
  parseHistory,
} from "../../domain/fleet/history.ts";
import type { Diagnostic } from "../../domain/view/diagnostic.ts";
import { type BackoffPolicy, jitteredBackoffMs } from "../../lib/backoff.ts";
import { createMutex } from "../../lib/mutex.ts";
import { createSingleFlight } from "../../lib/single-flight.ts";
import { CacheError, type CachePort } from "../../ports/cache-port.ts";
import type { CatalogEvent } from "../catalog/events.ts";
import { createStateDiagnosticMaker } from "./status-stream.ts";

/** The history of the fleet's catalogs: in the shared cache, with a copy in every replica. */
export interface History {
  /** Records an entry for an event; events of some kinds have no entry. */
  onCatalogEvent(event: CatalogEvent): void;
  /** Reads the shared history. While the shared cache does not answer, returns the copy of this replica. */
  list(): Promise<HistoryListing>;
  /**
   * Since when the fleet has served this catalog; undefined if that is unknown, or if this replica has served
   * another catalog before. Needs no I/O.
   */
  servedSince(hash: string): string | undefined;
  /** Records that replicas stop or have vanished. */
  departed(departures: readonly Departure[]): void;
  /** Writes entries that are not written yet; called before a stop. */
  flush(): Promise<void>;
}

export interface HistoryListing {
  /** Whether the shared cache answered. */
  readonly shared: boolean;
  /** The newest first. */
  readonly entries: readonly HistoryEntry[];
  /** The replicas of these entries that stopped or vanished, and when each was last seen. */
  readonly departed: readonly Departure[];
}

export interface HistoryDeps {
  readonly cache: Pick<CachePort, "get" | "publish">;
  readonly replica: string;
  readonly name?: string | undefined;
  readonly viewsDir: string;
  readonly wallMs: () => number;
  /** Returns a random number from 0 to 1; it spreads the writes of replicas over time. */
  readonly random: () => number;
  /** Resolves after `ms`, or immediately on stop. */
  readonly pause: (ms: number) => Promise<void>;
  readonly signal: AbortSignal;
}

const HISTORY_KEY = "history";
/** A month; every write renews the TTL. */
const HISTORY_TTL_SECONDS = 30 * 86_400;
/** The pause before a write, so that entries of one moment are written together and replicas do not write at once. */
const WRITE_PAUSE: BackoffPolicy = { minMs: 500, maxMs: 8000 };
/** Maximum number of attempts; after the last, the entries wait for the next write. */
const ATTEMPTS_MAX = 6;
/** Maximum number of attempts of a stopping replica, without pauses: other replicas may write at the same time. */
const FLUSH_ATTEMPTS_MAX = 3;

export function createHistory(deps: HistoryDeps): History {
  const { cache, replica, name, viewsDir, wallMs, random, pause, signal } = deps;
  let known: readonly HistoryEntry[] = [];
  let gone: readonly Departure[] = [];
  let number = 0;
  let active: Catalog | undefined;
  /** The diagnostics of the last invalid read of the disk. */
  let diagnostics: readonly Diagnostic[] = [];
  let isWriteDue = false;
  /**
   * Whether a reload without changes is running. Such a reload gets one entry at its end, and no entry for its
   * activation and its publication.
   */
  let isReloadingSame = false;

  /** The fields that only the entries of some events have. */
  function detailsOf(event: CatalogEvent): Pick<HistoryEntry, "errors" | "requestId"> {
    const { requestId } = event;
    const request = requestId === undefined ? {} : { requestId };
    if (event.kind !== "refused" || event.refusal.reason !== "invalid-catalog") return request;
    const errors = diagnostics.filter(({ severity }) => severity === "error");
    const [first] = errors.map(createStateDiagnosticMaker(viewsDir));
    return errors.length === 0 ? request : { ...request, errors: describeErrors(errors.length, first) };
  }

  function record(entry: Omit<HistoryEntry, "at" | "name" | "number" | "replica">): void {
    const [last] = known.filter((other) => other.replica === replica);
    // A starting replica retries: a repeated refusal is recorded once.
    if (
      entry.kind === "refused" &&
      entry.trigger !== "reload" &&
      last !== undefined &&
      isSameEntry(last, entry)
    )
      return;
    number += 1;
    known = mergeHistories(known, [
      {
        at: new Date(wallMs()).toISOString(),
        replica,
        ...(name === undefined ? {} : { name }),
        number,
        ...entry,
      },
    ]);
    isWriteDue = true;
    void write();
  }

  const write = createSingleFlight(async () => {
    for (let attempt = 0; isWriteDue && attempt < ATTEMPTS_MAX; attempt++) {
      await pause(jitteredBackoffMs(attempt, WRITE_PAUSE, random()));
      if (signal.aborted) return;
      await writeIfDue();
    }
  });
  const exclusive = createMutex();

  /** Tries to write the entries once, after an attempt that is running. Returns false if they must be written again. */
  const writeIfDue = (): Promise<boolean> =>
    exclusive(async () => {
      if (isWriteDue) await attemptWrite();
      return !isWriteDue;
    });

  /** If the shared cache fails, a later attempt writes the entries. */
  async function attemptWrite(): Promise<void> {
    try {
      const stored = await read();
      isWriteDue = false;
      const value = encodeHistory(known, gone);
      const expect = [{ key: HISTORY_KEY, value: stored, bytesMax: HISTORY_BYTES_MAX }];
      const entries = [{ key: HISTORY_KEY, value }];
      const change = { entries, ttlSeconds: HISTORY_TTL_SECONDS, remove: [], expect };
      if ((await cache.publish(change, { signal })).kind === "conflict") isWriteDue = true;
    } catch (error) {
      if (!(error instanceof CacheError)) throw error;
      isWriteDue = true;
    }
  }

  /**
   * Merges the shared history into this replica's copy. Returns the shared bytes as stored, for the next conditional
   * write.
   */
  async function read(): Promise<Uint8Array | undefined> {
    const stored = await cache.get(HISTORY_KEY, { bytesMax: HISTORY_BYTES_MAX, signal });
    const shared = parseHistory(stored);
    known = mergeHistories(known, shared);
    gone = mergeDepartures(known, gone, parseDepartures(stored));
    return stored;
  }

  return {
    onCatalogEvent(event) {
      if (event.kind === "source-invalid") diagnostics = event.diagnostics;
      const isWithheld = isReloadingSame && event.kind === "published";
      const entry = isWithheld ? undefined : toEntryFields(event, active);
      if (event.kind === "activated") {
        active = event.catalog;
        isReloadingSame = event.trigger === "reload" && event.previousHash === active.hash;
      }
      if (event.kind === "reloaded") isReloadingSame = false;
      if (entry !== undefined) record({ ...entry, ...detailsOf(event) });
    },
    async list() {
      try {
        const bytes = await read();
        const stored = parseHistory(bytes);
        // The shared cache has lost entries, as by a restart: this replica still has them, and writes them
        // back.
        if (stored.length < known.length || parseDepartures(bytes).length < gone.length) {
          isWriteDue = true;
          void write();
        }
        return { shared: true, entries: known, departed: gone };
      } catch (error) {
        if (!(error instanceof CacheError)) throw error;
        return { shared: false, entries: known, departed: gone };
      }
    },
    servedSince: (hash) => findServedSince(known, replica, hash),
    departed(departures) {
      gone = mergeDepartures(known, gone, departures);
      isWriteDue = true;
      void write();
    },
    async flush() {
      for (let attempt = 0; attempt < FLUSH_ATTEMPTS_MAX; attempt++) if (await writeIfDue()) return;
    },
  };
}

type EntryFields = Omit<HistoryEntry, "at" | "name" | "number" | "replica">;

const NO_CHANGES = { added: 0, changed: 0, removed: 0, views: [] };

/** The history entry of an event; undefined for events without one. @param active the catalog before the event */
function toEntryFields(event: CatalogEvent, active: Catalog | undefined): EntryFields | undefined {
  const held = active?.hash ?? null;
  switch (event.kind) {
    case "activated": {
      const { trigger, catalog, previousHash = null } = event;
      if (catalog.hash === previousHash) return undefined;
      const changes = summarizeDiff(diffCatalogs(active, catalog));
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
      // An outage of the cache is not a refusal of a catalog; the check `cache` shows the outage.
      if (refusal.reason.startsWith("cache-")) return undefined;
      return { kind: "refused", trigger, from: held, to: null, ...NO_CHANGES, reason: refusal.reason };
    }
    case "reloaded":
      return event.hash === event.previousHash ? createUnchangedEntry(event.hash) : undefined;
    default:
      return undefined;
  }
}

function createUnchangedEntry(hash: CatalogHash): EntryFields {
  return { kind: "reloaded", trigger: "reload", from: hash, to: hash, ...NO_CHANGES, reason: null };
}

function summarizeDiff({ added, changed, removed }: CatalogDiff) {
  const views = [...changed, ...added, ...removed].slice(0, HISTORY_VIEWS_MAX);
  return { added: added.length, changed: changed.length, removed: removed.length, views };
}

function isSameEntry(left: HistoryEntry, right: EntryFields): boolean {
  return left.kind === right.kind && left.reason === right.reason && left.from === right.from;
}
