import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { CatalogHash } from "../../../src/domain/catalog/catalog.ts";
import {
  digestReplicaIds,
  encodeFleetSummary,
  isDivergent,
  parseFleetSummary,
  SUMMARY_BYTES_MAX,
  selectLostReplicas,
  summarizeFleet,
  updateLostReplicas,
} from "../../../src/domain/fleet/fleet-summary.ts";
import { encodeReplicaIds, type ReplicaRecord } from "../../../src/domain/fleet/replica-record.ts";

const [SERVED, OTHER] = ["a".repeat(64), "b".repeat(64)] as [CatalogHash, CatalogHash];
const IDS = encodeReplicaIds(["first", "second"]);

function recordOf(id: string, hash: string, state: "down" | "up" = "up"): ReplicaRecord {
  return {
    schema: 1,
    id,
    version: "0.1.0",
    runtime: "node 24.0.0",
    startedAt: "2026-01-02T03:04:05.678Z",
    uptimeSeconds: 1,
    catalog: { hash, source: "disk", views: 1, revision: 1, ageSeconds: 1 },
    cache: { backend: "redis", state },
    tickers: null,
  };
}

/** A replica whose catalog on disk is refused since this second. */
function refusing(id: string, second: number): ReplicaRecord {
  const since = `2026-01-02T03:04:0${second}.000Z`;
  return { ...recordOf(id, SERVED), disk: { reason: "invalid-catalog", since } };
}

const FLEET = [recordOf("first", SERVED), recordOf("second", OTHER)];
const SUMMARY = summarizeFleet(FLEET, SERVED, IDS);

describe("isDivergent()", () => {
  const withoutCatalog: ReplicaRecord = { ...recordOf("third", SERVED), catalog: null };

  test.each([
    ["the published catalog", recordOf("first", SERVED), SERVED, false],
    ["another catalog", recordOf("second", OTHER), SERVED, true],
    ["no catalog", withoutCatalog, SERVED, true],
    ["a catalog while nothing is published", recordOf("first", SERVED), undefined, false],
    ["no catalog while nothing is published", withoutCatalog, undefined, false],
  ])("isDivergent() of a replica with %s", (_name, record, published, divergent) => {
    expect(isDivergent(record, published)).toBe(divergent);
  });
});

describe("summarizeFleet()", () => {
  test("summarizeFleet() counts the replicas and those that diverge", () => {
    expect(SUMMARY).toMatchObject({ replicas: 2, divergent: 1, list: digestReplicaIds(IDS) });
    expect(summarizeFleet(FLEET, undefined, IDS).divergent).toBe(0);
  });

  test("summarizeFleet() gives the same digest in any order, and as ages grow", () => {
    const later = FLEET.map((record) => ({ ...record, uptimeSeconds: 99 })).reverse();
    expect(summarizeFleet(later, SERVED, IDS)).toEqual(SUMMARY);
  });

  test.each([
    ["a replica goes", FLEET.slice(1), SERVED],
    ["another one comes", [...FLEET, recordOf("third", SERVED)], SERVED],
    ["one serves another catalog", [recordOf("first", OTHER), recordOf("second", OTHER)], SERVED],
    ["one loses its catalog", [{ ...recordOf("first", SERVED), catalog: null }, ...FLEET.slice(1)], SERVED],
    ["one loses its cache", [recordOf("first", SERVED, "down"), recordOf("second", OTHER)], SERVED],
    ["one refuses its disk", [...FLEET.slice(1), refusing("first", 5)], SERVED],
    ["another catalog is published", FLEET, OTHER],
  ])("summarizeFleet() gives another digest when %s", (_name, records, published) => {
    expect(summarizeFleet(records, published, IDS).digest).not.toBe(SUMMARY.digest);
  });
});

describe("the refused disks of a summary", () => {
  test("summarizeFleet() counts the replicas that refuse their disk, since the first of them", () => {
    const refused = summarizeFleet([refusing("second", 9), refusing("first", 5), ...FLEET], SERVED, IDS);
    expect(refused.refused).toEqual({ count: 2, since: "2026-01-02T03:04:05.000Z" });
    expect(parseFleetSummary(encodeFleetSummary(refused))).toEqual(refused);
  });

  test("a fleet without a refused disk has the same bytes as before there was the field", () => {
    expect(Object.keys(SUMMARY)).toEqual(["schema", "replicas", "divergent", "digest", "list"]);
    const marks = [`first ${SERVED} up`, `second ${OTHER} up`];
    const digest = createHash("sha1")
      .update([SERVED, ...marks].join("\n"))
      .digest("hex");
    expect(SUMMARY.digest).toBe(digest);
  });
});

describe("updateLostReplicas()", () => {
  const nowMs = Date.UTC(2026, 0, 31, 12);
  const at = (seconds: number): string => new Date(nowMs + seconds * 1000).toISOString();
  const update = (
    before: Parameters<typeof updateLostReplicas>[0],
    missing: readonly string[],
    live: readonly string[] = [],
  ) => updateLostReplicas(before, { missing: missing.map((id) => ({ id, since: at(-12) })), live, nowMs });

  test("updateLostReplicas() dates a replica by its last heartbeat, and drops it when it is back or an hour old", () => {
    const before = [
      { id: "old", since: at(-3600) },
      { id: "known", since: at(-60) },
      { id: "back", since: at(-30) },
    ];
    expect(update(before, ["known", "new"], ["back"])).toEqual([
      { id: "known", since: at(-60) },
      { id: "new", since: at(-12) },
    ]);
    expect(update([{ id: "later", since: at(-1) }], ["new"]).map(({ id }) => id)).toEqual(["new", "later"]);
    expect(update(undefined, [])).toEqual([]);
  });

  test("updateLostReplicas() keeps the newest five, which fit into a summary", () => {
    const ids = Array.from({ length: 9 }, (_, index) => `${index}`.padEnd(69, "x"));
    const lost = update(undefined, ids);
    expect(lost.map(({ id }) => id)).toEqual(ids.slice(4));
    const bytes = encodeFleetSummary(summarizeFleet(FLEET, SERVED, IDS, lost));
    expect(bytes.byteLength).toBeLessThan(SUMMARY_BYTES_MAX);
    expect(parseFleetSummary(bytes)?.lost).toEqual(lost);
  });

  test("encodeFleetSummary() leaves lost replicas out where their ids are too long together", () => {
    const lost = update(
      undefined,
      Array.from({ length: 5 }, (_, index) => `${index}${'"'.repeat(99)}`),
    );
    const bytes = encodeFleetSummary(summarizeFleet(FLEET, SERVED, IDS, lost));
    expect(parseFleetSummary(bytes)).toEqual(SUMMARY);
  });

  test("encodeFleetSummary() keeps lost replicas that fit to the byte", () => {
    const encodeWith = (quotes: number): Uint8Array => {
      const quoted = '"'.repeat(quotes);
      const ids = ["0", "1", "2", `3${quoted.slice(90)}`, `4${quoted.slice(0, 90)}`].map((id) =>
        id.padEnd(100, "x"),
      );
      return encodeFleetSummary({ ...SUMMARY, lost: update(undefined, ids) });
    };
    // Each quotation mark needs one more byte, because it is escaped.
    const quotes = SUMMARY_BYTES_MAX - encodeWith(0).byteLength;
    expect(encodeWith(quotes)).toHaveLength(SUMMARY_BYTES_MAX);
    expect(parseFleetSummary(encodeWith(quotes))?.lost).toHaveLength(5);
    expect(parseFleetSummary(encodeWith(quotes + 1))?.lost).toBeUndefined();
  });

  test("selectLostReplicas() leaves out who may only be late, and who is forgotten", () => {
    const lost = [-3601, -3600, -3599, -40, -39].map((seconds) => ({ id: "a", since: at(seconds) }));
    expect(selectLostReplicas(lost, nowMs)).toEqual([lost[2], lost[3]]);
    expect(selectLostReplicas(undefined, nowMs)).toEqual([]);
  });
});

describe("parseFleetSummary()", () => {
  const bytesOf = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

  test("parseFleetSummary() reads what encodeFleetSummary() wrote, and drops unknown fields", () => {
    expect(parseFleetSummary(encodeFleetSummary(SUMMARY))).toEqual(SUMMARY);
    expect(parseFleetSummary(bytesOf({ ...SUMMARY, mood: "good" }))).toEqual(SUMMARY);
  });

  test.each([
    ["nothing", undefined],
    ["another schema", bytesOf({ ...SUMMARY, schema: 2 })],
    ["a negative count", bytesOf({ ...SUMMARY, replicas: -1 })],
    ["a digest that is none", bytesOf({ ...SUMMARY, digest: "\u001b[2J" })],
    ["a longer digest", bytesOf({ ...SUMMARY, digest: `${SUMMARY.digest}0` })],
    ["a digest after another character", bytesOf({ ...SUMMARY, list: ` ${SUMMARY.list}` })],
    ["a list", bytesOf([SUMMARY])],
    ["no JSON", new Uint8Array([0x7b])],
  ])("parseFleetSummary() takes %s for no summary", (_name, bytes) => {
    expect(parseFleetSummary(bytes)).toBeUndefined();
  });

  test("parseFleetSummary() reads a summary of the largest size, and no larger one", () => {
    const bytes = new Uint8Array(SUMMARY_BYTES_MAX + 1).fill(" ".charCodeAt(0));
    bytes.set(encodeFleetSummary(SUMMARY));
    expect(parseFleetSummary(bytes.subarray(0, SUMMARY_BYTES_MAX))).toEqual(SUMMARY);
    expect(parseFleetSummary(bytes)).toBeUndefined();
  });
});
