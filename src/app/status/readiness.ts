import type { CacheFault } from "../../ports/cache-port.ts";
import type { ActiveCatalogHolder } from "../catalog/active-catalog.ts";
import type { TickerService } from "../tickers/ticker-service.ts";
import type { TickerLoad } from "../tickers/ticker-snapshot.ts";
import type { CacheStatus } from "./cache-status.ts";
import type { Checks } from "./checks.ts";
import type { DatabaseStatus } from "./database-status.ts";
import { secondsBetween } from "./replica-describer.ts";

/**
 * Warnings: the catalog on disk was refused, or differs from the active one; replicas serve different
 * catalogs; the namespace has the catalog of another fleet; the database does not answer.
 */
export const READINESS_WARNINGS = [
  "disk_refused",
  "disk_differs",
  "fleet_diverges",
  "fleet_foreign",
  "database_down",
] as const;

export type ReadinessWarning = (typeof READINESS_WARNINGS)[number];

export interface ReadinessDeps {
  readonly holder: ActiveCatalogHolder;
  readonly problems: () => readonly string[];
  /** Paths from the settings, by the name of the setting. Clients without a token must not see them. */
  readonly paths?: Readonly<Record<string, string | undefined>>;
  readonly cacheStatus: () => CacheStatus;
  readonly cacheFault?: (() => CacheFault | undefined) | undefined;
  readonly databaseStatus: () => DatabaseStatus;
  readonly tickers: Pick<TickerService, "peek">;
  readonly checks: () => Checks;
  readonly nowMs: () => number;
  /** Whether the service is stopping: load balancers must then send no new requests. */
  readonly isStopping: () => boolean;
}

/** Whether this replica is ready, and the state of each of its parts: public information. */
export type Readiness = ReturnType<ReturnType<typeof createReadiness>>;

/**
 * Makes a function that returns the readiness of this replica. A cache that is down makes this replica
 * degraded, but requests are still served.
 */
export function createReadiness(deps: ReadinessDeps) {
  const {
    holder,
    problems,
    paths = {},
    cacheStatus,
    cacheFault = () => undefined,
    databaseStatus,
    tickers,
    checks: readChecks,
    nowMs,
    isStopping,
  } = deps;
  const withoutPaths = createPathMask(paths);
  return () => {
    const components = {
      catalog: describeCatalogComponent(holder),
      cache: describeCacheComponent(cacheStatus(), cacheFault()),
      database: databaseStatus(),
      tickers: describeTickersComponent(tickers.peek(), nowMs()),
    };
    const reasons = isStopping() ? ["The service is stopping"] : problems().map(withoutPaths);
    const checks = readChecks();
    const isAlone = components.cache.state === "down" || checks.fleet.code === "foreign";
    const ready = isAlone ? ("degraded" as const) : ("ready" as const);
    const status = reasons.length > 0 ? ("not_ready" as const) : ready;
    const warnings = findWarnings(checks);
    return { status, reasons, ...(warnings.length === 0 ? {} : { warnings }), components, checks };
  };
}

/** Selects the check results that are also warnings, for alerts. */
function findWarnings({ disk, fleet, database }: Checks): readonly ReadinessWarning[] {
  return [
    ...(disk.code === "refused" ? (["disk_refused"] as const) : []),
    ...(disk.code === "differs" ? (["disk_differs"] as const) : []),
    ...(fleet.code === "diverges" ? (["fleet_diverges"] as const) : []),
    ...(fleet.code === "foreign" ? (["fleet_foreign"] as const) : []),
    ...(database.code === "down" ? (["database_down"] as const) : []),
  ];
}

/**
 * Makes a function that replaces paths in a text by the names of their settings. Only paths that may reveal
 * something about the machine are replaced.
 */
function createPathMask(paths: Readonly<Record<string, string | undefined>>): (text: string) => string {
  const masked = Object.entries(paths).flatMap(([name, path = ""]) =>
    /^(?:\/|\.\.|[A-Za-z]:)/.test(path) && path.length > 1 ? [[name, path.replace(/\/+$/, "")] as const] : [],
  );
  return (text) => masked.reduce((rest, [name, path]) => rest.replaceAll(path, name), text);
}

function describeCatalogComponent(holder: ActiveCatalogHolder) {
  const active = holder.current();
  if (active === undefined) return { state: "absent" } as const;
  const { catalog, source, generation = null, activatedAtMs } = active;
  const activatedAt = new Date(activatedAtMs).toISOString();
  return {
    state: "active",
    hash: catalog.hash,
    generation,
    source,
    views: catalog.views.size,
    activatedAt,
  } as const;
}

function describeCacheComponent(
  { backend, up, reason, breaker, transferFailures }: CacheStatus,
  fault: CacheFault | undefined,
) {
  const named = up || fault === undefined ? {} : { fault: fault.kind, advice: fault.advice };
  const why = reason === undefined ? {} : { reason, ...named };
  const transfers = transferFailures === undefined ? {} : { transferFailures };
  return { backend, state: up ? "up" : "down", ...why, breaker, ...transfers } as const;
}

function describeTickersComponent(load: TickerLoad, nowMs: number) {
  if (load.kind === "unavailable") return { state: "absent" } as const;
  const { set, source, loadedAtMs, freshUntilMs } = load.snapshot;
  // An expired list is no fault: the next request loads it again.
  const state = load.stale ? "stale" : nowMs >= freshUntilMs ? "expired" : "fresh";
  return {
    state,
    source,
    count: set.tickers.length,
    ageSeconds: secondsBetween(loadedAtMs, nowMs),
  } as const;
}
