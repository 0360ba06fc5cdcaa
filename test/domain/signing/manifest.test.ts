import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createSignedCatalog, MANIFEST_FILE } from "../../../src/domain/signing/manifest.ts";
import type { SigningKey } from "../../../src/domain/signing/signing-key.ts";
import { verifyManifest } from "../../../src/domain/signing/verify-manifest.ts";
import {
  CREATED_AT,
  catalogArbitrary,
  catalogOf,
  keyOf,
  signed,
  verified,
} from "../../support/signed-catalog.ts";

const [A, B, C] = [keyOf("a"), keyOf("b"), keyOf("c")];
const CATALOG = catalogOf({ a: "x", b: "y" });
const MANIFEST = signed(CATALOG, 7, [A]);

const hmac = (keys: readonly SigningKey[] = [A]) => ({ mode: "hmac", keys }) as const;
const SHA256 = { mode: "sha256", keys: [] } as const;
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

describe("writeManifest()", () => {
  test("writeManifest() writes what the contract says, and verifies in every mode", () => {
    expect(JSON.parse(textOf(MANIFEST))).toEqual({
      signed: {
        version: 1,
        generation: 7,
        createdAt: CREATED_AT,
        catalogHash: CATALOG.hash,
        views: Object.fromEntries(
          [...CATALOG.views].map(([entity, bytes]) => [
            entity,
            createHash("sha256").update(bytes).digest("hex"),
          ]),
        ),
      },
      signatures: [{ keyid: "a", alg: "HMAC-SHA256", sig: expect.stringMatching(/^[0-9a-f]{64}$/) }],
    });
    expect(verifyManifest(MANIFEST, CATALOG, hmac())).toEqual(verified(CATALOG, 7, "a"));
    expect(verifyManifest(MANIFEST, CATALOG, SHA256)).toEqual(verified(CATALOG, 7, undefined));
    expect(verifyManifest(MANIFEST, CATALOG, { mode: "none", keys: [A] })).toEqual({ kind: "unchecked" });
  });

  test("writeManifest() gives the signature that Python's hmac gives", () => {
    // hmac.new(b"a/" * 32, json.dumps(signed, sort_keys=True, ensure_ascii=False).encode(), "sha256").hexdigest()
    const manifest = JSON.parse(textOf(MANIFEST));
    expect(manifest.signatures[0].sig).toBe(
      "d3ec16d839dd647d34da0a92e5cd9e7081983062301dbbcb9ad2da88523e6edc",
    );
  });

  test("writeManifest() and verifyManifest() go round for any catalog, generation and keys", () => {
    const keys = fc.uniqueArray(fc.constantFrom(A, B, C), { minLength: 1 });
    fc.assert(
      fc.property(
        catalogArbitrary,
        fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
        keys,
        (catalog, generation, signers) => {
          const bytes = signed(catalog, generation, signers);
          for (const key of signers) {
            expect(verifyManifest(bytes, catalog, hmac([key]))).toEqual(
              verified(catalog, generation, key.keyid),
            );
          }
          expect(verifyManifest(bytes, catalog, SHA256)).toEqual(verified(catalog, generation, undefined));
        },
      ),
    );
  });

  test("writeManifest() signs a view that is named __proto__", () => {
    const catalog = catalogOf(JSON.parse('{"__proto__": "x", "constructor": "y"}'));
    expect([...catalog.views.keys()]).toEqual(["__proto__", "constructor"]);
    expect(verifyManifest(signed(catalog, 1), catalog, hmac())).toEqual(verified(catalog, 1, "a"));
  });

  test("the manifest has the name that deployments know", () => {
    expect(MANIFEST_FILE).toBe("views.manifest.json");
  });

  test("writeManifest() refuses too many keys", () => {
    const many = Array.from({ length: 17 }, (_, index) => keyOf(`k${index}`));
    expect(verifyManifest(signed(CATALOG, 1, many.slice(1)), CATALOG, hmac())).toMatchObject({
      detail: expect.stringContaining('"k16"'),
    });
    expect(() => signed(CATALOG, 1, many)).toThrow(
      new RangeError("Cannot sign with 17 keys: at most 16 are allowed"),
    );
  });

  test.each([0, -1, 1.5, Number.NaN, Infinity, Number.MAX_SAFE_INTEGER + 1])(
    "createSignedCatalog() refuses generation %d",
    (generation) => {
      expect(() => createSignedCatalog(CATALOG, { generation, createdAt: CREATED_AT })).toThrow(
        new RangeError(`Cannot sign generation ${generation}: it must be from 1 to 9007199254740991`),
      );
    },
  );
});
