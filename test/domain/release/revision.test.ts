import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  bootstrapRevision,
  catalogRank,
  nextRevision,
  plausibleRevision,
  REVISION_AHEAD_MS_MAX,
  REVISION_MAX,
} from "../../../src/domain/release/revision.ts";

const NOW_MS = Date.UTC(2026, 10, 28);
const revisions = fc.integer({ min: 0, max: REVISION_MAX - 3 });
const times = fc.integer({ min: 0, max: NOW_MS * 2 });

describe("nextRevision()", () => {
  test("nextRevision() is the time of the request, or the next number where that is later", () => {
    expect(nextRevision(0, 1000)).toBe(1001);
    expect(nextRevision(0, 1001)).toBe(1001);
    expect(nextRevision(1001, 1000)).toBe(1003);
    expect(nextRevision(5, 1000.5)).toBe(1001);
    expect([0, 1, 2, 3, 4].map((after) => nextRevision(after, 0))).toEqual([3, 3, 3, 5, 5]);
  });

  test("nextRevision() is odd, above what it follows and not before its request", () => {
    fc.assert(
      fc.property(revisions, times, (after, atMs) => {
        const next = nextRevision(after, atMs);
        expect(next % 2).toBe(1);
        expect(next).toBeGreaterThan(after);
        expect(next).toBeGreaterThanOrEqual(atMs);
        expect(next).toBeLessThanOrEqual(Math.max(after + 1, atMs, 3) + 1);
      }),
    );
  });

  test("nextRevision() stays a revision at the end of all numbers", () => {
    expect(nextRevision(REVISION_MAX, NOW_MS)).toBeLessThanOrEqual(REVISION_MAX);
  });
});

describe("bootstrapRevision()", () => {
  test("bootstrapRevision() is even, and below the publication whose remains are there", () => {
    expect([undefined, 1, 2, 3, 4, 5].map(bootstrapRevision)).toEqual([2, 2, 2, 2, 2, 4]);
    fc.assert(
      fc.property(revisions, times, (after, atMs) => {
        const requested = nextRevision(after, atMs);
        expect(bootstrapRevision(requested)).toBeLessThan(requested);
        expect(bootstrapRevision(requested) % 2).toBe(0);
        expect(bootstrapRevision(undefined)).toBeLessThan(requested);
      }),
    );
  });
});

describe("plausibleRevision()", () => {
  test("plausibleRevision() takes what is too far ahead of the cache's clock for damage", () => {
    const last = NOW_MS + REVISION_AHEAD_MS_MAX;
    expect(plausibleRevision(last, NOW_MS)).toBe(last);
    expect(plausibleRevision(last + 1, NOW_MS)).toBe(undefined);
    expect(plausibleRevision(REVISION_MAX, NOW_MS)).toBe(undefined);
    expect(plausibleRevision(REVISION_MAX, REVISION_MAX)).toBe(REVISION_MAX);
    expect(plausibleRevision(REVISION_MAX + 1, REVISION_MAX)).toBe(undefined);
    expect([undefined, 0, -1].map((revision) => plausibleRevision(revision, NOW_MS))).toEqual(Array(3));
  });

  test("plausibleRevision() knows the small numbers of earlier versions", () => {
    expect([1, 2, 3].map((revision) => plausibleRevision(revision, NOW_MS))).toEqual([1, 2, 3]);
  });
});

describe("catalogRank()", () => {
  test("catalogRank() is whole for a request between two milliseconds, as monotonic clocks measure", () => {
    const pending = { requestedAtMs: NOW_MS - 0.75, replacedHash: undefined };
    const rank = catalogRank({ hash: "", revision: 0, pending }, NOW_MS);
    expect(rank).toBe(NOW_MS);
    expect(nextRevision(rank, NOW_MS)).toBe(NOW_MS + 1);
  });
});
