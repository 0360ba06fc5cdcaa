import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CatalogHash } from "../../../src/domain/catalog/catalog.ts";
import {
  ANNOUNCEMENT_BYTES_MAX,
  type Announcement,
  encodeAnnouncement,
  isReplicaId,
  isTraceparent,
  parseAnnouncement,
  REPLICA_NAME_PATTERN,
} from "../../../src/domain/fleet/announcement.ts";

const hash = "0123456789abcdef".repeat(4) as CatalogHash;
const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const PUBLISHED = { version: 1, kind: "catalog-published", replica: "pod-7", hash };
const REFRESHED = { version: 1, kind: "tickers-refreshed", replica: "pod-7" };

const hex = (digits: number) =>
  fc
    .array(fc.constantFrom(..."0123456789abcdef"), { minLength: digits, maxLength: digits })
    .map((characters) => characters.join(""));
const replicas = fc
  .array(fc.integer({ min: 0x21, max: 0x7e }), { minLength: 1, maxLength: 100 })
  .map((codes) => String.fromCharCode(...codes));
const traceparents = fc
  .tuple(hex(2), hex(32), hex(16), hex(2))
  .map((parts) => parts.join("-"))
  .filter(isTraceparent);
const common = { replica: replicas, traceparent: traceparents };
const events: fc.Arbitrary<Announcement> = fc.oneof(
  fc.record(
    {
      kind: fc.constant("catalog-published" as const),
      hash: hex(64) as fc.Arbitrary<CatalogHash>,
      ...common,
    },
    { requiredKeys: ["kind", "hash", "replica"] },
  ),
  fc.record(
    { kind: fc.constant("tickers-refreshed" as const), ...common },
    { requiredKeys: ["kind", "replica"] },
  ),
);

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function parseText(text: string): Announcement | undefined {
  return parseAnnouncement(utf8(text));
}

describe("parseAnnouncement()", () => {
  test("parseAnnouncement() reads what encodeAnnouncement() writes, within the bound", () => {
    fc.assert(
      fc.property(events, (event) => {
        const bytes = encodeAnnouncement(event);
        expect(bytes.byteLength).toBeLessThan(ANNOUNCEMENT_BYTES_MAX);
        // Some of the samples have no prototype.
        expect(parseAnnouncement(bytes)).toStrictEqual({ ...event });
      }),
    );
  });

  test("parseAnnouncement() reads both kinds, with and without a trace, in any order and spacing", () => {
    const { version: _, ...published } = PUBLISHED;
    const { version: __, ...refreshed } = REFRESHED;
    expect(parseText(JSON.stringify(PUBLISHED))).toStrictEqual(published);
    expect(parseText(JSON.stringify(REFRESHED))).toStrictEqual(refreshed);
    expect(parseText(JSON.stringify({ traceparent, ...REFRESHED }, undefined, 2))).toStrictEqual({
      ...refreshed,
      traceparent,
    });
  });

  test("parseAnnouncement() is undefined for any bytes and any JSON, and throws for none", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2 * ANNOUNCEMENT_BYTES_MAX }), (bytes) => {
        expect(parseAnnouncement(bytes)).toBeUndefined();
      }),
    );
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(parseText(text)).toBeUndefined();
      }),
    );
  });

  test("parseAnnouncement() takes nothing but a valid event from one that was changed in places", () => {
    const edits = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 3 });
    fc.assert(
      fc.property(events, edits, (event, changes) => {
        const bytes = encodeAnnouncement(event);
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        const parsed = parseAnnouncement(bytes);
        if (parsed !== undefined) expect(parseAnnouncement(encodeAnnouncement(parsed))).toStrictEqual(parsed);
      }),
    );
  });

  const json = (fields: unknown) => JSON.stringify(fields);
  test.each([
    ["nothing", ""],
    ["null", "null"],
    ["a list", json([PUBLISHED])],
    ["a text", json("catalog-published")],
    ["an object without fields", "{}"],
    ["no version", json({ ...PUBLISHED, version: undefined })],
    ["an unknown version", json({ ...PUBLISHED, version: 2 })],
    ["a version as a float", json(PUBLISHED).replace('"version":1', '"version":1.0')],
    ["a version as a text", json({ ...PUBLISHED, version: "1" })],
    ["no kind", json({ ...PUBLISHED, kind: undefined })],
    ["an unknown kind", json({ ...PUBLISHED, kind: "catalog-removed" })],
    ["no replica", json({ ...REFRESHED, replica: undefined })],
    ["an empty replica", json({ ...REFRESHED, replica: "" })],
    ["a replica with a blank", json({ ...REFRESHED, replica: "pod 7" })],
    ["a replica with a line break at its end", json({ ...REFRESHED, replica: "pod\n" })],
    ["a replica of 101 characters", json({ ...REFRESHED, replica: "x".repeat(101) })],
    ["a replica beyond ASCII", json({ ...REFRESHED, replica: "pó" })],
    ["a replica that is a number", json({ ...REFRESHED, replica: 7 })],
    ["no hash", json({ ...PUBLISHED, hash: undefined })],
    ["a short hash", json({ ...PUBLISHED, hash: hash.slice(1) })],
    ["a hash in upper case", json({ ...PUBLISHED, hash: hash.toUpperCase() })],
    ["a hash that is a list", json({ ...PUBLISHED, hash: [hash] })],
    ["a hash where none belongs", json({ ...REFRESHED, hash })],
    ["a trace that is none", json({ ...REFRESHED, traceparent: "00-1-2-01" })],
    ["a trace that is null", json({ ...REFRESHED, traceparent: null })],
    ["a field too many", json({ ...REFRESHED, more: 1 })],
    ["a field named as a prototype's", json({ ...REFRESHED, constructor: 1 })],
    ["a field named __proto__", json(REFRESHED).replace("{", '{"__proto__":{"more":1},')],
    ["a prototype for fields", `{"__proto__":${json(REFRESHED)}}`],
    ["a field that comes twice", json(REFRESHED).replace("{", '{"version":1,')],
    ["text after it", `${json(REFRESHED)} 1`],
    ["a byte order mark", `\u{feff}${json(REFRESHED)}`],
    ["more bytes than allowed", json(REFRESHED).padEnd(ANNOUNCEMENT_BYTES_MAX + 1)],
    ["nesting that would exhaust the stack", "[".repeat(1000)],
  ])("parseAnnouncement() is undefined for %s", (_, text) => {
    expect(parseText(text)).toBeUndefined();
    expect(({} as Record<string, unknown>).more).toBeUndefined();
  });

  test("parseAnnouncement() reads an announcement of the largest size", () => {
    const { version: _, ...refreshed } = REFRESHED;
    expect(parseText(json(REFRESHED).padEnd(ANNOUNCEMENT_BYTES_MAX))).toStrictEqual(refreshed);
  });

  test("parseAnnouncement() is undefined for bytes that are no UTF-8", () => {
    const bytes = utf8(json(REFRESHED));
    bytes[bytes.indexOf("p".charCodeAt(0))] = 0xff;
    expect(parseAnnouncement(bytes)).toBeUndefined();
  });
});

describe("encodeAnnouncement()", () => {
  test("encodeAnnouncement() writes a version, and only what is there", () => {
    const { version: _, ...event } = REFRESHED;
    const text = new TextDecoder().decode(
      encodeAnnouncement({ ...event, kind: "tickers-refreshed", traceparent: undefined }),
    );
    expect(JSON.parse(text)).toEqual(REFRESHED);
  });

  test.each([
    { kind: "tickers-refreshed", replica: "" },
    { kind: "tickers-refreshed", replica: "pod 7" },
    { kind: "tickers-refreshed", replica: "pod-7", traceparent: "none" },
    { kind: "catalog-published", replica: "pod-7", hash: "0" as CatalogHash },
  ] as const)("encodeAnnouncement() refuses what others would ignore: %o", (event) => {
    expect(() => encodeAnnouncement(event)).toThrow(
      new RangeError("Cannot encode an announcement: replica, hash or traceparent is not valid"),
    );
  });
});

describe("isReplicaId()", () => {
  test.each([
    ["pod-7", true],
    ["!~", true],
    ["x".repeat(100), true],
    ["x".repeat(101), false],
    ["", false],
    ["a b", false],
    ["a\n", false],
    ["\u007f", false],
    ["é", false],
  ])("isReplicaId(%j) is %s", (text, valid) => {
    expect(isReplicaId(text)).toBe(valid);
  });
});

describe("REPLICA_NAME_PATTERN", () => {
  test.each([
    ["w", true],
    ["web-1.a_b:C", true],
    ["9", true],
    ["x".repeat(100), true],
    ["x".repeat(101), false],
    ["", false],
    ["-web", false],
    [".web", false],
    ["web 1", false],
    ["web\n", false],
    [" web", false],
    ["wéb", false],
  ])("REPLICA_NAME_PATTERN matches %j: %s", (text, valid) => {
    expect(REPLICA_NAME_PATTERN.test(text)).toBe(valid);
  });
});

describe("isTraceparent()", () => {
  test.each([
    ["00-0bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", true],
    [traceparent, true],
    [traceparent.replace("00-", "cc-"), true],
    [traceparent.replace("00-", "ff-"), false],
    [traceparent.toUpperCase(), false],
    [`00-${"0".repeat(32)}-00f067aa0ba902b7-01`, false],
    [`00-4bf92f3577b34da6a3ce929d0e0e4736-${"0".repeat(16)}-01`, false],
    [`${traceparent}-more`, false],
    [`${traceparent}\n`, false],
    [` ${traceparent}`, false],
    ["", false],
  ])("isTraceparent(%j) is %s", (text, valid) => {
    expect(isTraceparent(text)).toBe(valid);
  });
});
