import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CatalogHash } from "../../src/domain/catalog.ts";
import {
  digestManifest,
  encodeState,
  foundRevision,
  nextRevision,
  REVISION_MAX,
  readRevision,
  readState,
  STATE_BYTES_MAX,
} from "../../src/domain/publication-state.ts";

const HASH = "a".repeat(64) as CatalogHash;
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("digestManifest()", () => {
  test("digestManifest() is the SHA-256 of the bytes, and nothing without any", () => {
    const bytes = encode("{}");
    expect(digestManifest(bytes)).toBe(createHash("sha256").update(bytes).digest("hex"));
    expect([digestManifest(undefined), digestManifest(new Uint8Array()).length]).toEqual(["", 64]);
  });
});

describe("nextRevision() and foundRevision()", () => {
  const revisions = fc.integer({ min: 0, max: REVISION_MAX - 3 });

  test("nextRevision() is above all before it, and above what any replica finds at a start", () => {
    expect([0, 1, 2, 3, 4].map(nextRevision)).toEqual([3, 3, 3, 5, 5]);
    fc.assert(
      fc.property(revisions, (before) => {
        const next = nextRevision(before);
        expect(next).toBeGreaterThan(before);
        expect(next % 2).toBe(1);
        expect(foundRevision(undefined)).toBeLessThan(next);
      }),
    );
  });

  test("foundRevision() is below the last publication that somebody asked for, and not above what is there", () => {
    expect([undefined, 1, 2, 3, 4, 5].map(foundRevision)).toEqual([2, 2, 2, 2, 4, 4]);
    fc.assert(
      fc.property(revisions, (before) => {
        const asked = nextRevision(before);
        expect(foundRevision(asked)).toBeLessThan(asked);
        expect(foundRevision(asked)).toBeGreaterThanOrEqual(foundRevision(before));
      }),
    );
  });

  test("nextRevision() stays a revision at the end of all numbers", () => {
    expect(nextRevision(REVISION_MAX)).toBeLessThanOrEqual(REVISION_MAX);
  });
});

describe("readState()", () => {
  test("readState() reads what encodeState() wrote, with a manifest or without", () => {
    const manifests = fc.option(fc.uint8Array({ maxLength: 20 }), { nil: undefined });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: REVISION_MAX }), manifests, (revision, manifest) => {
        const state = encodeState(HASH, { revision, manifest });
        expect(readState(state)).toEqual({ hash: HASH, revision, manifestDigest: digestManifest(manifest) });
        expect(readRevision({ hash: encode(HASH), state })).toBe(revision);
      }),
    );
  });

  test.each(["", "%", "[]", "{}", '{"hash": 1, "version": 1}', `{"hash": "${HASH}", "version": 2}`])(
    "readState() takes %j for no state",
    (text) => {
      expect(readState(encode(text))).toBe(undefined);
    },
  );

  test("readState() takes no state that is larger than any is", () => {
    const state = (blanks: number) => encode(`{"hash": "${HASH}", "version": 1${" ".repeat(blanks)}}`);
    const { byteLength } = state(0);
    expect(readState(state(STATE_BYTES_MAX - byteLength))).toHaveProperty("hash", HASH);
    expect(readState(state(STATE_BYTES_MAX - byteLength + 1))).toBe(undefined);
  });

  test("encodeState() says nothing of a manifest that there is not", () => {
    const state = new TextDecoder().decode(encodeState(HASH, { revision: 7, manifest: undefined }));
    expect(state).toBe(`{"hash": "${HASH}", "revision": 7, "version": 1}`);
  });

  test("readState() finds nothing where there is nothing", () => {
    expect(readState(undefined)).toBe(undefined);
  });

  test.each([
    ["1", 1],
    [String(REVISION_MAX), REVISION_MAX],
    [String(REVISION_MAX + 1), undefined],
    ["0", undefined],
    ["-1", undefined],
    ["7.0", undefined],
    ['"7"', undefined],
    ["true", undefined],
  ])("readState() reads the revision %s as %s", (written, revision) => {
    const state = encode(`{"hash": "${HASH}", "revision": ${written}, "version": 1}`);
    expect(readState(state)).toHaveProperty("revision", revision);
  });

  test("readState() takes what is no digest for none, and what is no revision for none", () => {
    const state = encode(`{"hash": "${HASH}", "manifest": 7, "revision": 0, "version": 1}`);
    expect(readState(state)).toEqual({ hash: HASH, revision: undefined, manifestDigest: "" });
  });
});

describe("readRevision()", () => {
  const state = encodeState(HASH, { revision: 7, manifest: undefined });

  test("readRevision() counts what another program put over a publication as the one that follows it", () => {
    expect(readRevision({ hash: encode(HASH), state })).toBe(7);
    expect(readRevision({ hash: encode("b".repeat(64)), state })).toBe(nextRevision(7));
    expect(readRevision({ hash: undefined, state })).toBe(7);
  });

  test("readRevision() knows nothing without a state that tells", () => {
    expect(readRevision({ hash: encode(HASH), state: undefined })).toBe(undefined);
    const silent = encode(`{"hash": "${HASH}", "version": 1}`);
    expect(readRevision({ hash: encode("b".repeat(64)), state: silent })).toBe(undefined);
  });
});
