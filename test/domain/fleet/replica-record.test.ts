import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  encodeReplicaIds,
  encodeReplicaRecord,
  parseReplicaIds,
  parseReplicaRecord,
  REPLICA_IDS_BYTES_MAX,
  REPLICA_RECORD_BYTES_MAX,
  REPLICAS_MAX,
  type ReplicaRecord,
} from "../../../src/domain/fleet/replica-record.ts";

const RECORD: ReplicaRecord = {
  schema: 1,
  id: "pod-1-0a1b2c3d",
  version: "0.1.0",
  runtime: "node 24.0.0",
  startedAt: "2026-01-02T03:04:05.678Z",
  uptimeSeconds: 12,
  catalog: { hash: "a".repeat(64), source: "cache", views: 8, revision: 3, generation: 7, ageSeconds: 5 },
  cache: { backend: "redis", state: "up" },
  tickers: { count: 320, ageSeconds: 7, stale: false },
};
const REFUSED = { reason: "invalid-catalog", since: "2026-01-02T03:04:06.000Z" };
const bytesOf = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

describe("parseReplicaRecord()", () => {
  test.each([
    RECORD,
    { ...RECORD, catalog: null, tickers: null },
    { ...RECORD, disk: REFUSED },
    { ...RECORD, name: "web-1" },
    { ...RECORD, catalog: RECORD.catalog && { ...RECORD.catalog, source: "disk" } },
    { ...RECORD, cache: { backend: "redis", state: "down" } },
    { ...RECORD, cache: { backend: "local", state: "up" } },
  ] satisfies ReplicaRecord[])("parseReplicaRecord() reads what encodeReplicaRecord() wrote", (record) =>
    expect(parseReplicaRecord(encodeReplicaRecord(record))).toEqual(record),
  );

  test.each([undefined, null, 0])("parseReplicaRecord() takes %s for the generation", (generation) => {
    const record = { ...RECORD, catalog: { ...RECORD.catalog, generation } };
    expect(parseReplicaRecord(bytesOf(record))).toEqual(record);
  });

  test("parseReplicaRecord() drops fields that it does not know, as a newer replica may have them", () => {
    expect(parseReplicaRecord(bytesOf({ ...RECORD, mood: "good" }))).toEqual(RECORD);
  });

  test.each([
    ["another schema", { ...RECORD, schema: 2 }],
    ["an id with a blank", { ...RECORD, id: "pod 1" }],
    ["an id that is too long", { ...RECORD, id: "x".repeat(101) }],
    ["a name of markup", { ...RECORD, name: "<b>" }],
    ["a name that is too long", { ...RECORD, name: "x".repeat(101) }],
    ["no catalog field", { ...RECORD, catalog: undefined }],
    ["a hash that is none", { ...RECORD, catalog: { ...RECORD.catalog, hash: "a" } }],
    ["a longer hash", { ...RECORD, catalog: { ...RECORD.catalog, hash: "a".repeat(65) } }],
    ["a hash after a blank", { ...RECORD, catalog: { ...RECORD.catalog, hash: ` ${"a".repeat(64)}` } }],
    ["a generation that is none", { ...RECORD, catalog: { ...RECORD.catalog, generation: -1 } }],
    ["a negative age", { ...RECORD, uptimeSeconds: -1 }],
    ["a text that a terminal would obey", { ...RECORD, version: "\u001b[2J" }],
    ["a text of two lines", { ...RECORD, runtime: "node\n24" }],
    ["a text that is written from right to left", { ...RECORD, runtime: "\u202eedon" }],
    ["a text without bound", { ...RECORD, version: "1".repeat(201) }],
    ["a reason that a terminal would obey", { ...RECORD, disk: { ...REFUSED, reason: "\u001b[2J" } }],
    ["a reason without bound", { ...RECORD, disk: { ...REFUSED, reason: "x".repeat(41) } }],
    ["a refusal without a time", { ...RECORD, disk: { reason: REFUSED.reason } }],
    ["a time that is none", { ...RECORD, startedAt: "yesterday" }],
    ["a list", [RECORD]],
  ])("parseReplicaRecord() takes %s for no record", (_name, value) => {
    expect(parseReplicaRecord(bytesOf(value))).toBeUndefined();
  });

  test("parseReplicaRecord() reads a record of the largest size, and no larger one", () => {
    const bytes = new Uint8Array(REPLICA_RECORD_BYTES_MAX + 1).fill(" ".charCodeAt(0));
    bytes.set(encodeReplicaRecord(RECORD));
    expect(parseReplicaRecord(bytes.subarray(0, REPLICA_RECORD_BYTES_MAX))).toEqual(RECORD);
    expect(parseReplicaRecord(bytes)).toBeUndefined();
  });

  test("parseReplicaRecord() never throws, whatever the bytes", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.json().map((text) => new TextEncoder().encode(text)),
        ),
        (bytes) => {
          expect(parseReplicaRecord(bytes)).toBeUndefined();
          expect(Array.isArray(parseReplicaIds(bytes))).toBe(true);
        },
      ),
    );
  });
});

describe("parseReplicaIds()", () => {
  test("parseReplicaIds() reads what encodeReplicaIds() wrote, sorted and each once", () => {
    expect(parseReplicaIds(encodeReplicaIds(["b", "a", "b"]))).toEqual(["a", "b"]);
    expect(parseReplicaIds(undefined)).toEqual([]);
  });

  test("parseReplicaIds() leaves out what is no id, and all beyond the bound", () => {
    expect(parseReplicaIds(bytesOf(["a", 1, "", "b c", null, "d"]))).toEqual(["a", "d"]);
    const many = Array.from({ length: REPLICAS_MAX + 5 }, (_, index) => `replica-${index}`);
    expect(parseReplicaIds(bytesOf(many))).toHaveLength(REPLICAS_MAX);
    expect(JSON.parse(new TextDecoder().decode(encodeReplicaIds(many)))).toHaveLength(REPLICAS_MAX);
  });

  test.each(["{", "1", "null", '{"0":"a"}', '"a"'])("parseReplicaIds() of %s is empty", (text) => {
    expect(parseReplicaIds(new TextEncoder().encode(text))).toEqual([]);
  });

  test("parseReplicaIds() takes the longest list there can be, and none that is much larger", () => {
    const longest = Array.from({ length: REPLICAS_MAX }, (_, index) => String(index).padStart(100, '"'));
    expect(parseReplicaIds(encodeReplicaIds(longest))).toHaveLength(REPLICAS_MAX);
    const bytes = new Uint8Array(REPLICA_IDS_BYTES_MAX + 1).fill(" ".charCodeAt(0));
    bytes.set(encodeReplicaIds(["a"]));
    expect(parseReplicaIds(bytes.subarray(0, REPLICA_IDS_BYTES_MAX))).toEqual(["a"]);
    expect(parseReplicaIds(bytes)).toEqual([]);
  });
});
