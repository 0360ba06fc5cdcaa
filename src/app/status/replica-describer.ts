import process from "node:process";
import type { ReplicaRecord } from "../../domain/fleet/replica-record.ts";
import type { ActiveCatalogHolder } from "../catalog/active-catalog.ts";
import { VERSION } from "../settings/version.ts";
import type { TickerLoad } from "../tickers/ticker-snapshot.ts";
import type { CacheStatus } from "./cache-status.ts";
import type { DiskState } from "./checks.ts";

export interface ReplicaDescriberDeps {
  readonly id: string;
  readonly name?: string | undefined;
  readonly holder: ActiveCatalogHolder;
  readonly cacheStatus: () => CacheStatus;
  readonly peekTickers: () => TickerLoad;
  readonly disk: () => DiskState;
  readonly wallMs: () => number;
  readonly monotonicMs: () => number;
}

/** Makes a function that returns the identity of this replica and what it serves now. */
export function createReplicaDescriber(deps: ReplicaDescriberDeps): () => ReplicaRecord {
  const { id, name, holder, cacheStatus, peekTickers, disk, wallMs, monotonicMs } = deps;
  const runtime = readRuntimeName();
  const startedAt = new Date(wallMs()).toISOString();
  const startedMs = monotonicMs();
  return () => {
    const { backend, up } = cacheStatus();
    const { refusal } = disk();
    return {
      schema: 1,
      id,
      ...(name === undefined ? {} : { name }),
      version: VERSION,
      runtime,
      startedAt,
      uptimeSeconds: secondsBetween(startedMs, monotonicMs()),
      catalog: describeCatalog(holder, wallMs()),
      cache: { backend, state: up ? "up" : "down" },
      tickers: describeTickers(peekTickers(), monotonicMs()),
      ...(refusal === null ? {} : { disk: { reason: refusal.reason, since: refusal.at } }),
    };
  };
}

function describeCatalog(holder: ActiveCatalogHolder, wallMs: number): ReplicaRecord["catalog"] {
  const active = holder.current();
  if (active === undefined) return null;
  const {
    catalog,
    source,
    revision,
    generation = null,
    activatedAtMs,
    servedSinceMs = activatedAtMs,
  } = active;
  const { hash, views } = catalog;
  const ageSeconds = secondsBetween(servedSinceMs, wallMs);
  return { hash, source, views: views.size, revision, generation, ageSeconds };
}

function describeTickers(load: TickerLoad, monotonicMs: number): ReplicaRecord["tickers"] {
  if (load.kind === "unavailable") return null;
  const { set, loadedAtMs } = load.snapshot;
  return {
    count: set.tickers.length,
    ageSeconds: secondsBetween(loadedAtMs, monotonicMs),
    stale: load.stale,
  };
}

/** If the clock was set back, the age is zero, not negative. */
export function secondsBetween(fromMs: number, toMs: number): number {
  return Math.max(0, Math.round((toMs - fromMs) / 1000));
}

/** The runtime, such as `node 24.1.0`. Bun and Deno report a version of Node too. */
export function readRuntimeName(): string {
  const { bun, deno, node } = process.versions as Readonly<Record<string, string | undefined>>;
  if (bun !== undefined) return `bun ${bun}`;
  return deno === undefined ? `node ${node}` : `deno ${deno}`;
}
