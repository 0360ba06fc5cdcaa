import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CatalogHash } from "../../../src/domain/catalog/catalog.ts";
import {
  digestManifest,
  encodeState,
  readState,
  STATE_BYTES_MAX,
} from "../../../src/domain/release/publication-state.ts";
import { REVISION_MAX } from "../../../src/domain/release/revision.ts";

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

  test("encodeState() writes the id of the fleet, and readState() reads it if it is one", () => {
    const state = new TextDecoder().decode(encodeState(HASH, { revision: 7, fleet: "blue" }));
    expect(state).toBe(`{"fleet": "blue", "hash": "${HASH}", "revision": 7, "version": 1}`);
    expect(readState(encode(state))?.fleet).toBe("blue");
    expect(readState(encode(state.replace("blue", "no id")))).toMatchObject({
      revision: 7,
      fleet: undefined,
    });
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
