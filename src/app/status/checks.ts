import { selectLostReplicas } from "../../domain/fleet/fleet-summary.ts";
import type { RefusalReason } from "../../domain/release/refusal-reasons.ts";
import type { ActiveCatalogHolder } from "../catalog/active-catalog.ts";
import type { FleetCounts } from "../fleet/replica-registry.ts";
import type { Settings } from "../settings/settings.ts";
import type { TickerLoad } from "../tickers/ticker-snapshot.ts";
import type { CacheStatus } from "./cache-status.ts";
import type { DatabaseStatus } from "./database-status.ts";

/** The result codes of each check, a closed list that clients can translate. */
export const CHECK_CODES = {
  catalog: ["active", "absent"],
  disk: ["same", "differs", "refused", "refused-elsewhere", "unknown"],
  signature: ["off", "verified", "unsigned", "untrusted", "absent"],
  fleet: ["local", "agrees", "diverges", "foreign", "lost", "unseen", "unsubscribed"],
  cache: ["local", "up", "damaged", "down"],
  tickers: ["fresh", "expired", "stale", "absent"],
  database: ["up", "down", "unknown"],
} as const;

export type CheckName = keyof typeof CHECK_CODES;

/** `fail`: requests get errors. `warn`: requests succeed, but an operator should act. */
export type CheckStatus = "fail" | "pass" | "warn";

export interface Check<Name extends CheckName = CheckName> {
  readonly status: CheckStatus;
  readonly code: (typeof CHECK_CODES)[Name][number];
  /** Since when the result is the same, by the clock of this replica. */
  readonly since: string;
  /** Why: a refusal reason, or the code of the last failure. */
  readonly reason?: string;
  /** A number that belongs to the code, such as the number of views, of replicas, or of errors on disk. */
  readonly count?: number;
}

export type Checks = { readonly [Name in CheckName]: Check<Name> };

export interface DiskState {
  /**
   * Whether the disk, when last read, had another catalog than the active one; undefined before the first
   * read.
   */
  readonly differs: boolean | undefined;
  readonly refusal: { readonly at: string; readonly reason: RefusalReason; readonly errors: number } | null;
}

export interface ChecksDeps {
  readonly holder: ActiveCatalogHolder;
  /**
   * Since when the fleet has served this catalog; undefined if that is unknown, or if this replica has served
   * another catalog before.
   */
  readonly servedSince: (hash: string) => string | undefined;
  readonly disk: () => DiskState;
  readonly fleet: () => FleetCounts;
  readonly isForeign: () => boolean;
  /** Why the publication in the cache cannot be read. */
  readonly damage: () => RefusalReason | undefined;
  readonly isSubscribed: () => boolean;
  /**
   * Whether other services can share the cache that the settings name, or that an embedding program passed
   * in.
   */
  readonly hasFleet: () => boolean;
  readonly cacheStatus: () => CacheStatus;
  readonly databaseStatus: () => DatabaseStatus;
  readonly peekTickers: () => TickerLoad;
  readonly signatures: Pick<Settings, "viewsSignatureMode">;
  /** Milliseconds since 1970, for the times in results. */
  readonly wallMs: () => number;
  /** A monotonic clock; the times of the tickers are by this clock. */
  readonly monotonicMs: () => number;
}

/** A result before `since` is added; some results have a time of their own, by one of the two clocks. */
type UndatedCheck<Name extends CheckName> = Omit<Check<Name>, "since"> & {
  readonly sinceMs?: number;
  readonly sinceMonotonicMs?: number;
};
type UndatedChecks = { readonly [Name in CheckName]: UndatedCheck<Name> };

/**
 * Makes a function that runs all checks. A changed result without a time of its own gets the time at which it
 * is first noticed, so call the function on every event that may change a result.
 */
export function createChecks(deps: ChecksDeps): () => Checks {
  const known = new Map<string, { readonly key: string; readonly sinceMs: number }>();
  /**
   * The time of the first load of tickers after the last fault; a later load does not change the result of
   * the check.
   */
  let freshSinceMs: number | undefined;

  function readTickersSinceFault(): UndatedCheck<"tickers"> {
    const check = checkTickers(deps.peekTickers(), deps.monotonicMs());
    if (check.status !== "pass") freshSinceMs = undefined;
    if (check.code !== "fresh") return check;
    const { sinceMonotonicMs = deps.monotonicMs(), ...fresh } = check;
    freshSinceMs ??= Math.round(deps.wallMs() - (deps.monotonicMs() - sinceMonotonicMs));
    return { ...fresh, sinceMs: freshSinceMs };
  }

  function withSince<Name extends CheckName>(
    name: Name,
    { sinceMs, sinceMonotonicMs, ...check }: UndatedCheck<Name>,
  ): Check<Name> {
    const key = `${check.code} ${check.reason ?? ""} ${sinceMonotonicMs ?? ""}`;
    const before = known.get(name);
    const elapsedMs = sinceMonotonicMs === undefined ? 0 : deps.monotonicMs() - sinceMonotonicMs;
    const since = sinceMs ?? (before?.key === key ? before.sinceMs : Math.round(deps.wallMs() - elapsedMs));
    known.set(name, { key, sinceMs: since });
    return { ...check, since: new Date(since).toISOString() };
  }

  return () => {
    const checks: UndatedChecks = {
      catalog: checkCatalog(deps),
      disk: checkDisk(deps.disk(), deps.fleet()),
      signature: checkSignature(deps),
      fleet: checkFleet(deps),
      cache: checkCache(deps),
      tickers: readTickersSinceFault(),
      database: checkDatabase(deps.databaseStatus()),
    };
    return {
      catalog: withSince("catalog", checks.catalog),
      disk: withSince("disk", checks.disk),
      signature: withSince("signature", checks.signature),
      fleet: withSince("fleet", checks.fleet),
      cache: withSince("cache", checks.cache),
      tickers: withSince("tickers", checks.tickers),
      database: withSince("database", checks.database),
    };
  };
}

function checkCatalog({ holder, servedSince }: ChecksDeps): UndatedCheck<"catalog"> {
  const active = holder.current();
  if (active === undefined) return { status: "fail", code: "absent" };
  const { catalog, activatedAtMs, servedSinceMs = activatedAtMs } = active;
  // A reload or a restart with the same views is no change for readers, so the earlier time counts.
  const fleetSinceMs = Date.parse(servedSince(catalog.hash) ?? "");
  const sinceMs = fleetSinceMs < servedSinceMs ? fleetSinceMs : servedSinceMs;
  return { status: "pass", code: "active", count: catalog.views.size, sinceMs };
}

function checkDisk(
  { differs, refusal }: DiskState,
  { replicas, refused }: FleetCounts,
): UndatedCheck<"disk"> {
  if (refusal !== null) {
    const { at, reason, errors } = refusal;
    const count = errors === 0 ? {} : { count: errors };
    return { status: "warn", code: "refused", reason, sinceMs: Date.parse(at), ...count };
  }
  if (differs === true) return { status: "warn", code: "differs" };
  // A single replica uses only its own disk state, which is newer than the last count.
  if (refused !== undefined && replicas > 1)
    return {
      status: "warn",
      code: "refused-elsewhere",
      count: refused.count,
      sinceMs: Date.parse(refused.since),
    };
  return { status: "pass", code: differs === undefined ? "unknown" : "same" };
}

function checkSignature({ holder, signatures }: ChecksDeps): UndatedCheck<"signature"> {
  if (signatures.viewsSignatureMode === "none") return { status: "pass", code: "off" };
  const active = holder.current();
  if (active === undefined) return { status: "pass", code: "absent" };
  if (active.manifest === undefined) return { status: "warn", code: "unsigned" };
  if (active.isTrusted === false) return { status: "warn", code: "untrusted", reason: "signature-invalid" };
  return { status: "pass", code: "verified" };
}

function checkFleet({ fleet, isForeign, isSubscribed, hasFleet, wallMs }: ChecksDeps): UndatedCheck<"fleet"> {
  if (!hasFleet()) return { status: "pass", code: "local" };
  if (isForeign()) return { status: "warn", code: "foreign" };
  const { shared, replicas: count, divergent, others, lost } = fleet();
  if (!shared) return { status: "warn", code: "unseen", count: others };
  if (divergent > 0) return { status: "warn", code: "diverges", count: divergent };
  const [first, ...rest] = selectLostReplicas(lost, wallMs());
  if (first !== undefined)
    return { status: "warn", code: "lost", count: rest.length + 1, sinceMs: Date.parse(first.since) };
  if (!isSubscribed()) return { status: "warn", code: "unsubscribed", count };
  return { status: "pass", code: "agrees", count };
}

function checkCache({
  cacheStatus,
  hasFleet,
  damage: readDamage,
}: Pick<ChecksDeps, "cacheStatus" | "damage" | "hasFleet">): UndatedCheck<"cache"> {
  const { up, reason } = cacheStatus();
  const damage = readDamage();
  if (!up) return { status: "warn", code: "down", ...(reason === undefined ? {} : { reason }) };
  if (damage !== undefined) return { status: "warn", code: "damaged", reason: damage };
  return { status: "pass", code: hasFleet() ? "up" : "local" };
}

function checkTickers(load: TickerLoad, monotonicMs: number): UndatedCheck<"tickers"> {
  if (load.kind === "unavailable") return { status: "warn", code: "absent" };
  const { set, loadedAtMs, freshUntilMs } = load.snapshot;
  const count = set.tickers.length;
  if (load.stale) return { status: "warn", code: "stale", count };
  // An expired list is no fault: the next request loads it again.
  return monotonicMs < freshUntilMs
    ? { status: "pass", code: "fresh", count, sinceMonotonicMs: loadedAtMs }
    : { status: "pass", code: "expired", count, sinceMonotonicMs: freshUntilMs };
}

function checkDatabase({ state, reason }: DatabaseStatus): UndatedCheck<"database"> {
  const status = state === "down" ? "warn" : "pass";
  return { status, code: state, ...(reason === undefined ? {} : { reason }) };
}
