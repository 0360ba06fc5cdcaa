import type { CatalogHash } from "../../domain/catalog/catalog.ts";
import { type Announcement, encodeAnnouncement, parseAnnouncement } from "../../domain/fleet/announcement.ts";
import { runGuarded } from "../../lib/run-guarded.ts";
import { BroadcastError, type BroadcastListener, type BroadcastPort } from "../../ports/broadcast-port.ts";
import { type FleetEvent, type FleetTrace, NO_FLEET_TRACE } from "./events.ts";
import type { Fleet, FleetCounts, ReplicaRegistry } from "./replica-registry.ts";

/** Keeps this replica in agreement with the others. */
export interface FleetService {
  /** Subscribes, compares and sends heartbeats until the service stops. */
  start(): void;
  announceCatalog(hash: CatalogHash): void;
  announceTickers(): void;
  /** To be called after a reconnect to the shared cache: compares at once and, once started, sends a heartbeat. */
  reconnected(): void;
  /** The live replicas and what they serve, read from the shared cache. */
  list(): Promise<Fleet>;
  /** The last known figures of the fleet, without I/O. */
  last(): FleetCounts;
  /** Whether announcements of other replicas are received. */
  isSubscribed(): boolean;
  leave(): Promise<void>;
}

export interface FleetServiceDeps {
  readonly id: string;
  readonly broadcast: BroadcastPort;
  readonly registry: ReplicaRegistry;
  readonly compareCatalog: () => Promise<void>;
  readonly resyncTickers: (cause: "announcement" | "comparison") => Promise<void>;
  readonly emit: (notice: FleetEvent) => void;
  /** Default: announcements carry no trace. */
  readonly trace?: FleetTrace | undefined;
  /** Returns a random number from 0 to 1; it spreads the comparisons and heartbeats of replicas over time. */
  readonly random: () => number;
  /** Resolves after `ms`, or immediately on stop. */
  readonly pause: (ms: number) => Promise<void>;
  readonly signal: AbortSignal;
}

/**
 * The mean interval of comparisons. Without a change, each one costs the shared cache one command. The
 * interval limits how long a lost announcement of a catalog or a restarted cache stays unnoticed.
 */
const COMPARISON_PAUSE_MS = 1500;
/**
 * A heartbeat is sent with every second comparison, so that three heartbeats fit into the TTL of a record.
 */
const COMPARISONS_PER_HEARTBEAT = 2;
/**
 * One of this many comparisons also compares the shared list of tickers, in case an announcement was lost.
 */
const COMPARISONS_PER_RESYNC = 20;
/** How long a replica counts as live after its last heartbeat. */
export const REPLICA_TTL_SECONDS = 10;

export function createFleetService(deps: FleetServiceDeps): FleetService {
  const {
    id,
    broadcast,
    registry,
    compareCatalog,
    resyncTickers,
    emit,
    signal,
    trace = NO_FLEET_TRACE,
  } = deps;
  let started = false;
  let subscribed = false;

  function inBackground(task: () => Promise<unknown>): void {
    void runGuarded(emit, task);
  }

  function receive(bytes: Uint8Array): void {
    const announcement = parseAnnouncement(bytes);
    if (announcement === undefined) {
      emit({ kind: "ignored", bytes: bytes.byteLength });
      return;
    }
    if (announcement.replica === id) return;
    emit({ kind: "received", announcement });
    switch (announcement.kind) {
      case "catalog-published":
        inBackground(() => trace.traceReceipt(announcement, compareCatalog));
        break;
      case "tickers-refreshed":
        inBackground(() => trace.traceReceipt(announcement, () => resyncTickers("announcement")));
        break;
    }
  }

  /** Compares the catalog and the tickers, because announcements may have been missed. */
  function compareAll(): void {
    inBackground(compareCatalog);
    inBackground(() => resyncTickers("comparison"));
  }

  function announce(announcement: Announcement): void {
    inBackground(async () => {
      try {
        await trace.traceSend(announcement.kind, (traceparent) =>
          broadcast.publish(encodeAnnouncement({ ...announcement, traceparent }), { signal }),
        );
        emit({ kind: "announced", announcement });
      } catch (error) {
        if (!(error instanceof BroadcastError)) throw error;
        const { code, message } = error;
        emit({ kind: "not-announced", announcement: announcement.kind, reason: code, detail: message });
      }
    });
  }

  async function keepComparing(): Promise<void> {
    for (let round = 0; !signal.aborted; round++) {
      // Not awaited, because a comparison may wait for a reload, and must not delay the heartbeat.
      inBackground(compareCatalog);
      if (round % COMPARISONS_PER_RESYNC === COMPARISONS_PER_RESYNC - 1) {
        inBackground(() => resyncTickers("comparison"));
      }
      if (round % COMPARISONS_PER_HEARTBEAT === 0) await runGuarded(emit, registry.heartbeat);
      await deps.pause(COMPARISON_PAUSE_MS * (0.75 + deps.random() / 2));
    }
  }

  return {
    start() {
      started = true;
      const listener: BroadcastListener = {
        message(bytes) {
          if (!signal.aborted) receive(bytes);
        },
        connected() {
          if (signal.aborted) return;
          subscribed = true;
          emit({ kind: "subscribed" });
          compareAll();
        },
        lost({ code, message }) {
          subscribed = false;
          emit({ kind: "unsubscribed", reason: code, detail: message });
        },
      };
      inBackground(async () => broadcast.subscribe(listener));
      void keepComparing();
    },
    announceCatalog: (hash) => announce({ kind: "catalog-published", replica: id, hash }),
    announceTickers: () => announce({ kind: "tickers-refreshed", replica: id }),
    reconnected() {
      compareAll();
      // Before the start, the first catalog is being loaded: without one, this replica would count as divergent.
      if (started) inBackground(registry.heartbeat);
    },
    list: registry.list,
    last: registry.last,
    isSubscribed: () => subscribed,
    leave: registry.leave,
  };
}
