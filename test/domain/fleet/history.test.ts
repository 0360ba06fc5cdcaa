import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Departure,
  describeErrors,
  encodeHistory,
  findReplacement,
  findServedSince,
  HISTORY_BYTES_MAX,
  HISTORY_ENTRIES_MAX,
  HISTORY_KINDS,
  type HistoryEntry,
  mergeDepartures,
  mergeHistories,
  parseDepartures,
  parseHistory,
} from "../../../src/domain/fleet/history.ts";

const hash = fc.option(fc.stringMatching(/^[0-9a-f]{64}$/), { nil: null });
const first = fc.record({
  file: fc.constantFrom("view_a.yaml", "área/view_b.yaml", "字".repeat(200)),
  line: fc.nat(10_000),
  column: fc.nat(200),
  code: fc.constantFrom("yaml-syntax", "field-invalid"),
});
const entry: fc.Arbitrary<HistoryEntry> = fc.record(
  {
    at: fc
      .date({ min: new Date(0), max: new Date("2100-01-01"), noInvalidDate: true })
      .map((date) => date.toISOString()),
    replica: fc.constantFrom("pod-1", "pod-2", "pod-3"),
    number: fc.nat(200),
    kind: fc.constantFrom(...HISTORY_KINDS),
    trigger: fc.constantFrom("preload", "reconcile", "reload", null),
    from: hash,
    to: hash,
    added: fc.nat(10_000),
    changed: fc.nat(10_000),
    removed: fc.nat(10_000),
    views: fc.array(fc.constantFrom("view_a", "schema.view_b"), { maxLength: 3 }),
    reason: fc.option(fc.constantFrom("invalid-catalog", "views"), { nil: null }),
    requestId: fc.stringMatching(/^[A-Za-z0-9._:-]{1,128}$/),
    errors: fc.record({ total: fc.nat(10_000), first }, { requiredKeys: ["total"] }),
  },
  {
    requiredKeys: [
      ...(["at", "replica", "number", "kind", "trigger", "from", "to"] as const),
      ...(["added", "changed", "removed", "views", "reason"] as const),
    ],
  },
);
/** As replicas write them: an id stands for one entry. */
const entries = fc
  .uniqueArray(entry, { maxLength: 200, selector: ({ replica, number }) => `${replica} ${number}` })
  .map((list) => mergeHistories(list, []));

describe("mergeHistories()", () => {
  test("the order in which replicas merge makes no difference, and merging again changes nothing", () => {
    fc.assert(
      fc.property(entries, fc.nat(), fc.nat(), (all, left, right) => {
        const [some, others] = [all.slice(0, left % (all.length + 1)), all.slice(right % (all.length + 1))];
        const merged = mergeHistories(some, others);
        expect(mergeHistories(others, some)).toEqual(merged);
        expect(mergeHistories(merged, some)).toEqual(merged);
        expect(merged.every((one) => all.includes(one))).toBe(true);
      }),
    );
  });

  test("keeps the fields of an entry that an older version has dropped", () => {
    const [whole] = fc.sample(entry, { numRuns: 1, seed: 3 }) as [HistoryEntry];
    const known = { ...whole, requestId: "mine", errors: { total: 1 } };
    const { requestId: _, errors: __, ...dropped } = known;
    expect(mergeHistories([known], [dropped])).toEqual([known]);
    expect(mergeHistories([dropped], [known])).toEqual([known]);
  });

  test("keeps the newest entries, the newest first", () => {
    const many = Array.from({ length: 300 }, (_, number) => ({
      ...(fc.sample(entry, { numRuns: 1, seed: 7 })[0] as HistoryEntry),
      number,
      at: new Date(number * 1000).toISOString(),
    }));
    const merged = mergeHistories(many.slice(0, 150), many.slice(100));
    expect(merged).toHaveLength(HISTORY_ENTRIES_MAX);
    expect(merged.map(({ number }) => number)).toEqual(
      Array.from({ length: HISTORY_ENTRIES_MAX }, (_, at) => 299 - at),
    );
  });
});

describe("mergeHistories() of entries with the same time", () => {
  const [sample] = fc.sample(entry, { numRuns: 1, seed: 5 }) as [HistoryEntry];
  const of = (replica: string, number: number): HistoryEntry => ({ ...sample, replica, number });
  const sorted = [of("pod-1", 9), of("pod-1", 2), of("pod-2", 10), of("pod-2", 3)];

  test("orders them by replica, the newest number of a replica first", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(sorted, { minLength: 4 }), fc.nat(4), (shuffled, at) => {
        expect(mergeHistories(shuffled.slice(0, at), shuffled.slice(at))).toEqual(sorted);
      }),
    );
  });
});

describe("parseHistory()", () => {
  test("reads back what encodeHistory() wrote, within its bound", () => {
    fc.assert(
      fc.property(entries, (list) => {
        const bytes = encodeHistory(list);
        expect(bytes.byteLength).toBeLessThan(HISTORY_BYTES_MAX);
        expect(parseHistory(bytes)).toEqual(list);
      }),
    );
  });

  test.each([
    ["nothing", undefined],
    ["no JSON", "{"],
    ["no UTF-8", new Uint8Array([0xff])],
    ["another version", '{"schema":2,"entries":[]}'],
    ["no list", '{"schema":1,"entries":{}}'],
  ])("%s is an empty history", (_, stored) => {
    expect(parseHistory(typeof stored === "string" ? new TextEncoder().encode(stored) : stored)).toEqual([]);
  });

  test("reads a history of the largest size, and nothing of a larger one", () => {
    const [good] = fc.sample(entry, { numRuns: 1, seed: 1 }) as [HistoryEntry];
    const bytes = new Uint8Array(HISTORY_BYTES_MAX + 1).fill(" ".charCodeAt(0));
    bytes.set(encodeHistory([good]));
    expect(parseHistory(bytes.subarray(0, HISTORY_BYTES_MAX))).toEqual([good]);
    expect(parseHistory(bytes)).toEqual([]);
  });

  test("reads no more entries than a history may have", () => {
    const [good] = fc.sample(entry, { numRuns: 1, seed: 1 }) as [HistoryEntry];
    const many = Array.from({ length: HISTORY_ENTRIES_MAX + 1 }, (_, number) => ({ ...good, number }));
    expect(parseHistory(encodeHistory(many))).toEqual(many.slice(0, HISTORY_ENTRIES_MAX));
  });

  test("reads nothing where a name of a file is not UTF-8", () => {
    const [good] = fc.sample(entry, { numRuns: 1, seed: 1 }) as [HistoryEntry];
    const place = { file: "view_?.yaml", line: 1, column: 1, code: "yaml-syntax" };
    const bytes = encodeHistory([{ ...good, errors: { total: 1, first: place } }]);
    expect(parseHistory(bytes)).toHaveLength(1);
    bytes[bytes.indexOf("?".charCodeAt(0))] = 0xff;
    expect(parseHistory(bytes)).toEqual([]);
  });

  test("leaves out entries that another program damaged, and keeps the others", () => {
    const [good] = fc.sample(entry, { numRuns: 1, seed: 1 }) as [HistoryEntry];
    const damaged = [
      { ...good, to: "x" },
      { ...good, to: `${"0".repeat(64)}0` },
      { ...good, from: `0${"0".repeat(64)}` },
      { ...good, reason: "\u001b[31m" },
      { ...good, views: ["a b"] },
      { ...good, requestId: "a b" },
      { ...good, errors: { total: 1, first: { file: "\u001b[31m", line: 1, column: 1, code: "x" } } },
      { ...good, errors: { total: 1, first: { file: "a.yaml\n", line: 1, column: 1, code: "x" } } },
      { ...good, errors: { total: 1, first: { file: "a.yaml", line: 1, column: 1, code: "x y" } } },
      { ...good, errors: { total: 1, first: { file: "a.yaml", line: 1, column: 1, code: "X-y" } } },
      1,
      null,
    ];
    const stored = JSON.stringify({ schema: 1, entries: [...damaged, good] });
    expect(parseHistory(new TextEncoder().encode(stored))).toEqual([good]);
  });
});

describe("mergeDepartures()", () => {
  test("keeps the newest time of each replica of an entry, and reads back what encodeHistory() wrote", () => {
    const [one] = fc.sample(entry, { numRuns: 1, seed: 1 }) as [HistoryEntry];
    const entries = [{ ...one, replica: "pod-1" }];
    const [old, now] = ["2026-01-31T12:00:00.000Z", "2026-01-31T13:00:00.000Z"].map((at) => ({
      replica: "pod-1",
      at,
    })) as [Departure, Departure];
    const other = { ...now, replica: "without-entry" };
    expect(mergeDepartures(entries, [old], [now, other])).toEqual([now]);
    expect(mergeDepartures(entries, [now], [old])).toEqual([now]);
    const stored = encodeHistory(entries, [now]);
    expect([parseHistory(stored), parseDepartures(stored)]).toEqual([entries, [now]]);
    const damaged = JSON.stringify({ schema: 1, entries: [], departed: [1, { ...now, at: "x" }, now] });
    expect(parseDepartures(new TextEncoder().encode(damaged))).toEqual([now]);
    expect(parseDepartures(undefined)).toEqual([]);
  });
});

describe("findServedSince()", () => {
  const [old, now] = ["a", "b"].map((digit) => digit.repeat(64)) as [string, string];
  const activated = (second: number, replica: string, from: string | null, to: string): HistoryEntry => ({
    ...{ at: `2026-01-31T12:00:0${second}.000Z`, replica, number: second, kind: "activated" },
    ...{ trigger: "preload", from, to, added: 0, changed: 0, removed: 0, views: [], reason: null },
  });

  test("is the first activation of a catalog since the fleet served another, for a replica that has started with it", () => {
    const entries = [
      activated(5, "restarted", null, now),
      activated(4, "late", old, now),
      activated(3, "first", old, now),
      activated(2, "first", now, old),
      activated(1, "first", null, now),
    ];
    expect(findServedSince(entries, "restarted", now)).toBe("2026-01-31T12:00:03.000Z");
    expect(findServedSince(entries, "late", now)).toBeUndefined();
    expect(findServedSince(entries, "restarted", old)).toBeUndefined();
    expect(findServedSince(entries, "unknown", now)).toBeUndefined();
    expect(findServedSince(entries.slice(0, 1), "restarted", now)).toBe("2026-01-31T12:00:05.000Z");
  });

  test("is undefined while another replica has activated another catalog since", () => {
    const entries = [activated(2, "other", now, old), activated(1, "restarted", null, now)];
    expect(findServedSince(entries, "restarted", now)).toBeUndefined();
  });

  test("is undefined for a catalog that others serve, but not this replica", () => {
    const entries = [activated(2, "other", old, now), activated(1, "restarted", null, old)];
    expect(findServedSince(entries, "restarted", now)).toBeUndefined();
  });

  test("counts activations only", () => {
    const refused: HistoryEntry = { ...activated(2, "restarted", null, old), kind: "refused" };
    const entries = [activated(3, "restarted", null, now), refused, activated(1, "first", null, now)];
    expect(findServedSince(entries, "restarted", now)).toBe("2026-01-31T12:00:01.000Z");
  });
});

describe("findReplacement()", () => {
  const [old, now] = ["a", "b"].map((digit) => digit.repeat(64)) as [string, string];
  const replaced = (replica: string, trigger: HistoryEntry["trigger"]): HistoryEntry => ({
    ...{ at: `2026-01-31T12:00:0${replica.length}.000Z`, replica, number: 1, kind: "activated", trigger },
    ...{ from: old, to: now, added: 0, changed: 1, removed: 0, views: [], reason: null },
  });

  test("is the reload that replaced a catalog, else the newest activation that did", () => {
    const [first, second, third] = [
      replaced("pod", "reconcile"),
      replaced("po", "reload"),
      replaced("p", "reload"),
    ] as const;
    expect(findReplacement([first, second, third], old)).toEqual({ at: second.at, replica: "po" });
    expect(findReplacement([first], old)).toEqual({ at: first.at, replica: "pod" });
    expect(findReplacement([first, second], now)).toBeUndefined();
    expect(findReplacement([{ ...second, kind: "refused", to: null }], old)).toBeUndefined();
  });
});

describe("describeErrors()", () => {
  const place = { file: "área/view_a.yaml", line: 3, column: 1, code: "yaml-syntax" };

  test("has the number of errors and the place of the first, without its message", () => {
    const diagnostic = { ...place, message: "unexpected value", hint: "remove it" };
    expect(describeErrors(2, diagnostic)).toEqual({ total: 2, first: place });
  });

  test.each([
    ["an unusual name", { ...place, file: "a\u001b.yaml" }],
    ["a long name", { ...place, file: "a".repeat(201) }],
    ["no place", undefined],
  ])("has only the number where the file of the first has %s", (_, first) => {
    expect(describeErrors(2, first)).toEqual({ total: 2 });
  });
});
