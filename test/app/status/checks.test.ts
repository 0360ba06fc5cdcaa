import { describe, expect, test } from "vitest";
import type { FleetCounts } from "../../../src/app/fleet/replica-registry.ts";
import type { CacheStatus } from "../../../src/app/status/cache-status.ts";
import { type ChecksDeps, createChecks, type DiskState } from "../../../src/app/status/checks.ts";
import type { DatabaseStatus } from "../../../src/app/status/database-status.ts";
import { createTickerSnapshot, type TickerLoad } from "../../../src/app/tickers/ticker-snapshot.ts";
import type { RefusalReason } from "../../../src/domain/release/refusal-reasons.ts";
import { CATALOG, readinessOf, registryOf } from "../../support/scripted-api.ts";

const START_MS = Date.UTC(2026, 0, 31, 12);
const CLOCK_SET_MS = 3_600_000;
const isoAt = (seconds: number): string => new Date(START_MS + seconds * 1000).toISOString();

/** A service without a fault, whose parts a test changes. */
function startChecks() {
  const now = {
    ms: START_MS,
    disk: { differs: false, refusal: null } as DiskState,
    fleet: { shared: true, replicas: 2, others: 1, divergent: 0, digest: "a" } as FleetCounts,
    listening: true,
    servedSince: undefined as string | undefined,
    foreign: false,
    damage: undefined as RefusalReason | undefined,
    hasFleet: true,
    cache: { backend: "redis", up: true, breaker: "closed" } as CacheStatus,
    database: { state: "up" } as DatabaseStatus,
    tickers: { kind: "unavailable" } as TickerLoad,
    mode: "none" as ChecksDeps["signatures"]["viewsSignatureMode"],
    holder: registryOf(CATALOG),
  };
  const checks = createChecks({
    holder: { current: () => now.holder.current(), activate: () => undefined },
    servedSince: () => now.servedSince,
    disk: () => now.disk,
    fleet: () => now.fleet,
    isForeign: () => now.foreign,
    damage: () => now.damage,
    isSubscribed: () => now.listening,
    hasFleet: () => now.hasFleet,
    cacheStatus: () => now.cache,
    databaseStatus: () => now.database,
    peekTickers: () => now.tickers,
    signatures: {
      get viewsSignatureMode() {
        return now.mode;
      },
    },
    wallMs: () => now.ms,
    // The machine's clock was set back by an hour since the start.
    monotonicMs: () => now.ms + CLOCK_SET_MS,
  });
  const warnings = () => readinessOf({ checks })().warnings;
  return { now, checks, warnings };
}

describe("createChecks()", () => {
  test("dates each concern from its last change, not from its last reading", () => {
    const { now, checks } = startChecks();
    expect(checks().cache).toEqual({ status: "pass", code: "up", since: isoAt(0) });
    now.ms += 10_000;
    now.cache = { ...now.cache, up: false, reason: "timeout" };
    expect(checks().cache).toEqual({ status: "warn", code: "down", reason: "timeout", since: isoAt(10) });
    now.ms += 10_000;
    expect(checks().cache.since).toBe(isoAt(10));
    now.cache = { ...now.cache, reason: "unavailable" };
    expect(checks().cache).toMatchObject({ reason: "unavailable", since: isoAt(20) });
    now.ms += 10_000;
    now.cache = { backend: "redis", up: true, breaker: "closed" };
    expect(checks().cache).toEqual({ status: "pass", code: "up", since: isoAt(30) });
  });

  test("a growing count does not begin a state again", () => {
    const { now, checks } = startChecks();
    expect(checks().fleet).toEqual({ status: "pass", code: "agrees", count: 2, since: isoAt(0) });
    now.ms += 60_000;
    now.fleet = { ...now.fleet, replicas: 3 };
    expect(checks().fleet).toEqual({ status: "pass", code: "agrees", count: 3, since: isoAt(0) });
  });

  test("a catalog is active since its activation, and its absence fails", () => {
    const { now, checks } = startChecks();
    const activatedAt = new Date(now.holder.current()?.activatedAtMs ?? 0).toISOString();
    expect(checks().catalog).toEqual({ status: "pass", code: "active", count: 2, since: activatedAt });
    now.holder = registryOf(undefined);
    expect(checks().catalog).toEqual({ status: "fail", code: "absent", since: isoAt(0) });
  });

  test("a catalog is active since its views are served: a reload of the same begins nothing, nor does a restart", () => {
    const { now, checks } = startChecks();
    const active = now.holder.current();
    if (active === undefined) throw new Error("A catalog is active");
    now.holder.activate({ ...active, activatedAtMs: START_MS, servedSinceMs: START_MS - 60_000 });
    expect(checks().catalog.since).toBe(isoAt(-60));
    now.servedSince = isoAt(-3600);
    expect(checks().catalog.since).toBe(isoAt(-3600));
    // Another clock of the fleet is ahead.
    now.servedSince = isoAt(3600);
    expect(checks().catalog.since).toBe(isoAt(-60));
  });

  test("tickers are fresh since the last fault, however often they were loaded since", () => {
    const { now, checks } = startChecks();
    const loadAt = (seconds: number): TickerLoad => {
      const loadedAtMs = START_MS + CLOCK_SET_MS + seconds * 1000;
      const options = { source: "database", loadedAtMs, ttlSeconds: 300 } as const;
      return { kind: "tickers", stale: false, snapshot: createTickerSnapshot(["HGLG11" as never], options) };
    };
    now.tickers = loadAt(0);
    expect(checks().tickers).toMatchObject({ code: "fresh", since: isoAt(0) });
    now.ms += 400_000;
    expect(checks().tickers).toMatchObject({ code: "expired", since: isoAt(300) });
    now.tickers = loadAt(390);
    expect(checks().tickers).toMatchObject({ code: "fresh", since: isoAt(0) });
    now.tickers = { kind: "unavailable" };
    expect(checks().tickers).toMatchObject({ code: "absent", since: isoAt(400) });
    now.tickers = loadAt(395);
    expect(checks().tickers).toMatchObject({ code: "fresh", since: isoAt(395) });
  });

  test("E4: a refused catalog on disk is dated by its first refusal, and covers that the disk differs", () => {
    const { now, checks, warnings } = startChecks();
    now.disk = { differs: undefined, refusal: null };
    expect(checks().disk).toMatchObject({ status: "pass", code: "unknown" });
    now.disk = { differs: true, refusal: null };
    expect(warnings()).toEqual(["disk_differs"]);
    now.disk = { differs: true, refusal: { at: isoAt(-60), reason: "invalid-catalog", errors: 3 } };
    const refused = {
      status: "warn",
      code: "refused",
      reason: "invalid-catalog",
      count: 3,
      since: isoAt(-60),
    };
    expect(checks().disk).toEqual(refused);
    expect(warnings()).toEqual(["disk_refused"]);
  });

  test("E4: a disk that another replica refused is shown by every replica, after what is wrong with its own", () => {
    const { now, checks, warnings } = startChecks();
    const refused = { count: 2, since: isoAt(-90) };
    now.fleet = { ...now.fleet, refused };
    const elsewhere = { status: "warn", code: "refused-elsewhere", count: 2, since: isoAt(-90) };
    expect(checks().disk).toEqual(elsewhere);
    expect(warnings()).toBeUndefined();
    now.disk = { differs: true, refusal: null };
    expect(checks().disk.code).toBe("differs");
    now.disk = { differs: true, refusal: { at: isoAt(-60), reason: "invalid-catalog", errors: 3 } };
    expect(checks().disk.code).toBe("refused");
    // The last count may be older than the repair of the only replica.
    now.disk = { differs: false, refusal: null };
    now.fleet = { ...now.fleet, replicas: 1, others: 0 };
    expect(checks().disk.code).toBe("same");
  });

  test.each([
    ["none", undefined, "off", "pass"],
    ["hmac", undefined, "unsigned", "warn"],
    ["hmac", new Uint8Array([1]), "verified", "pass"],
    ["sha256", new Uint8Array([1]), "verified", "pass"],
  ] as const)(
    "with signature mode %s and the manifest %s the signature is %s",
    (mode, manifest, code, status) => {
      const { now, checks } = startChecks();
      now.mode = mode;
      const active = now.holder.current();
      if (active === undefined) throw new Error("A catalog is active");
      now.holder.activate({ ...active, manifest });
      expect(checks().signature).toMatchObject({ code, status });
      now.holder.activate({ ...active, manifest, isTrusted: false });
      const isSigned = code === "verified";
      expect(checks().signature).toMatchObject(
        isSigned ? { code: "untrusted", status: "warn", reason: "signature-invalid" } : { code, status },
      );
      now.holder = registryOf(undefined);
      expect(checks().signature.code).toBe(mode === "none" ? "off" : "absent");
    },
  );

  test("E4: names the gravest of what is wrong with the fleet", () => {
    const { now, checks, warnings } = startChecks();
    now.listening = false;
    expect(checks().fleet).toMatchObject({ status: "warn", code: "unsubscribed" });
    const lost = [{ id: "gone", since: isoAt(-60) }];
    now.fleet = { ...now.fleet, lost };
    expect(checks().fleet).toEqual({ status: "warn", code: "lost", count: 1, since: isoAt(-60) });
    now.fleet = {
      ...now.fleet,
      lost: [
        { id: "late", since: isoAt(-5) },
        { id: "old", since: isoAt(-4000) },
      ],
    };
    expect(checks().fleet).toMatchObject({ code: "unsubscribed" });
    now.fleet = { ...now.fleet, divergent: 1, lost };
    expect(checks().fleet).toMatchObject({ status: "warn", code: "diverges", count: 1 });
    expect(warnings()).toEqual(["fleet_diverges"]);
    now.fleet = { ...now.fleet, shared: false, replicas: 1, divergent: 0 };
    expect(checks().fleet).toMatchObject({ status: "warn", code: "unseen", count: 1 });
    now.hasFleet = false;
    expect(checks().fleet).toMatchObject({ status: "pass", code: "local" });
    expect(checks().cache).toMatchObject({ status: "pass", code: "local" });
  });

  test("a damaged publication is shown while the cache is up", () => {
    const { now, checks } = startChecks();
    now.damage = "missing-view";
    expect(checks().cache).toMatchObject({ status: "warn", code: "damaged", reason: "missing-view" });
    now.cache = { backend: "redis", up: false, reason: "timeout", breaker: "open" };
    expect(checks().cache).toMatchObject({ status: "warn", code: "down", reason: "timeout" });
  });

  test("tickers are fresh since their load and expired since the end of their TTL", () => {
    const { now, checks } = startChecks();
    expect(checks().tickers).toMatchObject({ status: "warn", code: "absent" });
    const snapshot = createTickerSnapshot(["HGLG11" as never], {
      source: "database",
      loadedAtMs: START_MS + CLOCK_SET_MS,
      ttlSeconds: 300,
    });
    now.tickers = { kind: "tickers", stale: false, snapshot };
    now.ms += 60_000;
    expect(checks().tickers).toEqual({ status: "pass", code: "fresh", count: 1, since: isoAt(0) });
    now.ms += 300_000;
    expect(checks().tickers).toEqual({ status: "pass", code: "expired", count: 1, since: isoAt(300) });
    now.tickers = { kind: "tickers", stale: true, snapshot };
    expect(checks().tickers).toMatchObject({ status: "warn", code: "stale", since: isoAt(360) });
  });

  test("a database that is down is a warning, with its reason", () => {
    const { now, checks, warnings } = startChecks();
    now.database = { state: "unknown" };
    expect(checks().database).toEqual({ status: "pass", code: "unknown", since: isoAt(0) });
    now.database = { state: "down", reason: "unavailable" };
    expect(checks().database).toMatchObject({ status: "warn", code: "down", reason: "unavailable" });
    expect(warnings()).toEqual(["database_down"]);
  });
});
