import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CatalogHash } from "../../src/domain/catalog.ts";
import {
  digestManifest,
  encodeState,
  REVISION_MAX,
  readRevision,
  readState,
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

  test("readState() takes what is no digest for none, and what is no revision for none", () => {
    const state = encode(`{"hash": "${HASH}", "manifest": 7, "revision": 0, "version": 1}`);
    expect(readState(state)).toEqual({ hash: HASH, revision: undefined, manifestDigest: "" });
  });
});
