import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Catalog } from "../../../src/domain/catalog/catalog.ts";
import { createSignedCatalog, writeManifest } from "../../../src/domain/signing/manifest.ts";
import type { SigningKey } from "../../../src/domain/signing/signing-key.ts";
import {
  diffSigned,
  SIGNATURE_MODES,
  type SignatureMode,
  verifyManifest,
} from "../../../src/domain/signing/verify-manifest.ts";
import type { Entity } from "../../../src/domain/view/entity.ts";
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
const HEX = "ab".repeat(32);

const hmac = (keys: readonly SigningKey[] = [A]) => ({ mode: "hmac", keys }) as const;
const SHA256 = { mode: "sha256", keys: [] } as const;
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
// biome-ignore lint/suspicious/noExplicitAny: tests alter manifests in every way, wrong ones included
type Plain = any;

/** A manifest altered as whoever can write it, and has no key, alters it. */
function altered(alter: (manifest: Plain) => void, bytes = MANIFEST): Uint8Array {
  const manifest: Plain = JSON.parse(textOf(bytes));
  alter(manifest);
  return encode(JSON.stringify(manifest));
}

describe("verifyManifest() of a forged manifest", () => {
  test("verifyManifest() refuses any flipped bit of the signed part and of the signature", () => {
    const compact = encode(JSON.stringify(JSON.parse(textOf(MANIFEST))));
    expect(verifyManifest(compact, CATALOG, hmac())).toEqual(verified(CATALOG, 7, "a"));
    const text = textOf(compact);
    const ranges = [
      [text.indexOf('{"version"'), text.indexOf(',"signatures"')],
      [text.indexOf('"sig":"') + 7, text.lastIndexOf('"')],
    ] as const;
    const accepted: string[] = [];
    for (const [from, to] of ranges) {
      for (let at = from; at < to; at++) {
        for (let bit = 0; bit < 8; bit++) {
          const flipped = compact.slice();
          flipped[at] = (flipped[at] ?? 0) ^ (1 << bit);
          if (verifyManifest(flipped, CATALOG, hmac()).kind !== "refused") accepted.push(`${at}/${bit}`);
        }
      }
    }
    expect(accepted).toEqual([]);
  });

  test("verifyManifest() accepts the same signed part in any order and with any blanks", () => {
    const order = fc.shuffledSubarray(["version", "generation", "createdAt", "catalogHash", "views"], {
      minLength: 5,
    });
    fc.assert(
      fc.property(order, fc.integer({ min: 0, max: 4 }), fc.boolean(), (names, indent, reversed) => {
        const { signed: part, signatures } = JSON.parse(textOf(MANIFEST));
        const views = Object.fromEntries(
          reversed ? Object.entries(part.views).reverse() : Object.entries(part.views),
        );
        const shuffled = Object.fromEntries(
          names.map((name) => [name, name === "views" ? views : part[name]]),
        );
        const text = JSON.stringify({ signatures, signed: shuffled }, undefined, indent);
        expect(verifyManifest(encode(text), CATALOG, hmac())).toEqual(verified(CATALOG, 7, "a"));
      }),
    );
  });

  test("verifyManifest() goes by its own keys whatever name a signature claims", () => {
    const claim = (keyid: string) => altered(({ signatures }) => Object.assign(signatures[0], { keyid }));
    // A true signature under another name is still ours, and is reported under our name.
    expect(verifyManifest(claim("b"), CATALOG, hmac([B, A]))).toEqual(verified(CATALOG, 7, "a"));
    expect(verifyManifest(claim("nobody"), CATALOG, hmac([A]))).toEqual(verified(CATALOG, 7, "a"));
    // A forged one is not, under whatever name.
    const forged = signed(CATALOG, 8, [C]);
    for (const keyid of ["a", "b", "c", "__proto__"]) {
      const bytes = altered(({ signatures }) => Object.assign(signatures[0], { keyid }), forged);
      expect(verifyManifest(bytes, CATALOG, hmac([A, B]))).toMatchObject({ reason: "signature-invalid" });
    }
  });

  test.each(["none", "", "hmac-sha256", "HS256", "HMAC-SHA512", "HMAC-SHA256 ", "sha256"])(
    "verifyManifest() knows no signature of the algorithm %j",
    (alg) => {
      const bytes = altered(({ signatures }) => Object.assign(signatures[0], { alg }));
      const detail = `no signature of the manifest is by a known key: it claims to be signed by "a" (${JSON.stringify(alg)}); known keys: "a"`;
      const pt = `nenhuma assinatura do manifesto é de uma chave conhecida: ele diz ser assinado por "a" (${JSON.stringify(alg)}); chaves conhecidas: "a"`;
      expect(verifyManifest(bytes, CATALOG, hmac())).toEqual({
        kind: "refused",
        reason: "signature-invalid",
        detail,
        texts: { en: detail, pt },
      });
    },
  );

  test.each<[what: string, alter: (manifest: Plain) => void]>([
    ["no signature", (manifest) => Object.assign(manifest, { signatures: [] })],
    [
      "half a signature",
      ({ signatures }) => Object.assign(signatures[0], { sig: signatures[0].sig.slice(0, 32) }),
    ],
    [
      "a longer signature",
      ({ signatures }) => Object.assign(signatures[0], { sig: `${signatures[0].sig}00` }),
    ],
    ["a signature of one byte", ({ signatures }) => Object.assign(signatures[0], { sig: "00" })],
    ["another generation", (manifest) => Object.assign(manifest.signed, { generation: 8 })],
    ["another time", (manifest) => Object.assign(manifest.signed, { createdAt: "2027-01-31T12:00:00.000Z" })],
    ["another catalog hash", (manifest) => Object.assign(manifest.signed, { catalogHash: HEX })],
    ["another view hash", (manifest) => Object.assign(manifest.signed.views, { a: HEX })],
    ["one view more", (manifest) => Object.assign(manifest.signed.views, { c: HEX })],
    ["one view less", (manifest) => delete manifest.signed.views.a],
  ])("verifyManifest() refuses %s", (_what, alter) => {
    const outcome = verifyManifest(altered(alter), CATALOG, hmac());
    expect(outcome).toMatchObject({ kind: "refused", reason: "signature-invalid" });
  });

  test("verifyManifest() believes a signature for its own catalog only", () => {
    fc.assert(
      fc.property(catalogArbitrary, catalogArbitrary, (one, other) => {
        fc.pre(one.hash !== other.hash);
        const terms: readonly SignatureMode[] = ["sha256", "hmac"];
        for (const mode of terms) {
          expect(verifyManifest(signed(one, 1), other, { mode, keys: [A] })).toMatchObject({
            kind: "refused",
          });
        }
      }),
    );
  });

  test("verifyManifest() trusts nobody without a key", () => {
    const detail =
      'no signature of the manifest is by a known key: it claims to be signed by "a"; known keys: none';
    const pt =
      'nenhuma assinatura do manifesto é de uma chave conhecida: ele diz ser assinado por "a"; chaves conhecidas: nenhuma';
    expect(verifyManifest(MANIFEST, CATALOG, hmac([]))).toEqual({
      kind: "refused",
      reason: "signature-invalid",
      detail,
      texts: { en: detail, pt },
    });
    expect(verifyManifest(signed(CATALOG, 7, [A, B]), CATALOG, hmac([C, keyOf("d")]))).toMatchObject({
      detail: expect.stringMatching(/: it claims to be signed by "a", "b"; known keys: "c", "d"$/),
    });
    const unsigned = signed(CATALOG, 7, []);
    expect(verifyManifest(unsigned, CATALOG, hmac())).toMatchObject({
      detail: 'no signature of the manifest is by a known key: it has no signature; known keys: "a"',
    });
    expect(verifyManifest(unsigned, CATALOG, SHA256)).toEqual(verified(CATALOG, 7, undefined));
  });

  test("verifyManifest() returns for any bytes in every mode, and verifies none", () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.constantFrom(...SIGNATURE_MODES), (bytes, mode) => {
        const { kind } = verifyManifest(bytes, CATALOG, { mode, keys: [A] });
        expect(kind).toBe(mode === "none" ? "unchecked" : "refused");
      }),
    );
  });
});

describe("verifyManifest() of a true manifest and another catalog", () => {
  const judge = (catalog: Catalog) => verifyManifest(MANIFEST, catalog, hmac());
  const differences = (of: Partial<Record<"added" | "changed" | "missing", readonly string[]>>) => ({
    added: [],
    changed: [],
    missing: [],
    ...of,
  });

  test.each<[columns: Record<string, string>, reason: string, detail: string, of: object]>([
    [{ a: "x", b: "z" }, "signed-view-changed", 'view "b" differs from its signed hash', { changed: ["b"] }],
    [
      { a: "z", b: "z", c: "z" },
      "signed-view-changed",
      'view "a" differs from its signed hash (and 2 more)',
      { changed: ["a", "b"], added: ["c"] },
    ],
    [{ a: "x", b: "y", c: "z" }, "view-not-signed", 'view "c" is not in the manifest', { added: ["c"] }],
    [
      { a: "x", c: "y" },
      "view-not-signed",
      'view "c" is not in the manifest (and 1 more)',
      { added: ["c"], missing: ["b"] },
    ],
    [
      { b: "y" },
      "signed-view-absent",
      'view "a" is in the manifest, but not in the catalog',
      { missing: ["a"] },
    ],
    [
      {},
      "signed-view-absent",
      'view "a" is in the manifest, but not in the catalog (and 1 more)',
      { missing: ["a", "b"] },
    ],
  ])("verifyManifest() says how %j differs", (given, reason, detail, of) => {
    expect(judge(catalogOf(given))).toEqual({
      kind: "refused",
      reason,
      detail,
      differences: differences(of),
    });
  });

  test("verifyManifest() finds a catalog hash that was signed wrongly", () => {
    const wrong = {
      ...createSignedCatalog(CATALOG, { generation: 7, createdAt: CREATED_AT }),
      catalogHash: HEX as never,
    };
    const detail = `the manifest signs the catalog hash ${HEX}, but the catalog has ${CATALOG.hash}`;
    const pt = `o manifesto assina o hash de catálogo ${HEX}, mas o do catálogo é ${CATALOG.hash}`;
    expect(verifyManifest(writeManifest(wrong, [A]), CATALOG, hmac())).toEqual({
      kind: "refused",
      reason: "signed-hash-mismatch",
      detail,
      texts: { en: detail, pt },
    });
  });

  test("diffSigned() sorts what is missing, in whatever order it was signed", () => {
    const described = createSignedCatalog(CATALOG, { generation: 7, createdAt: CREATED_AT });
    const backwards = { ...described, views: new Map([...described.views].reverse()) };
    expect([...backwards.views.keys()]).toEqual(["b", "a"]);
    expect(diffSigned(backwards, catalogOf({})).missing).toEqual(["a", "b"]);
  });

  test("verifyManifest() does not take a catalog's hash for its views", () => {
    const views = new Map(CATALOG.views).set("a" as Entity, encode('{"columns": ["forged"]}'));
    expect(judge({ hash: CATALOG.hash, views })).toMatchObject({ reason: "signed-view-changed" });
  });

  test.each(["sha256", "hmac"] as const)(
    "verifyManifest() says in mode %s that there is no manifest",
    (mode) => {
      expect(verifyManifest(undefined, CATALOG, { mode, keys: [A] })).toEqual({ kind: "missing" });
      expect(verifyManifest(new Uint8Array(0), CATALOG, { mode, keys: [A] })).toMatchObject({
        reason: "manifest-malformed",
      });
      expect(
        verifyManifest(new Uint8Array(16 * 1024 * 1024 + 1), CATALOG, { mode, keys: [A] }),
      ).toMatchObject({
        reason: "manifest-too-large",
      });
    },
  );
});
