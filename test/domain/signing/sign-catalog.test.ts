import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type SigningOptions, signCatalog } from "../../../src/domain/signing/sign-catalog.ts";
import { verifyManifest } from "../../../src/domain/signing/verify-manifest.ts";
import { CREATED_AT, catalogOf, keyOf, signed } from "../../support/signed-catalog.ts";

const [A, B] = [keyOf("a"), keyOf("b")];
const [ONE, OTHER] = [catalogOf({ a: "x" }), catalogOf({ a: "y" })];
const NOW = "2027-05-01T00:00:00.000Z";

const sign = (terms: Partial<SigningOptions>, catalog = ONE) =>
  signCatalog(catalog, {
    present: undefined,
    trusted: [A],
    signers: terms.trusted ?? [A],
    generation: undefined,
    createdAt: NOW,
    ...terms,
  });

/** The generation that was signed, or why none was. */
function judge(terms: Partial<SigningOptions>, catalog = ONE): number | string {
  const signing = sign(terms, catalog);
  return signing.kind === "signed" ? signing.signed.generation : `${signing.reason}: ${signing.detail}`;
}

const NOT_BELIEVED =
  "present-manifest: a generation is required, because the existing manifest fails verification: ";

describe("signCatalog()", () => {
  test.each<[what: string, terms: Partial<SigningOptions>, expected: number | string]>([
    ["nothing signed yet", {}, 1],
    ["nothing signed yet, generation given", { generation: 41 }, 41],
    ["generation 7", { present: signed(OTHER, 7) }, 8],
    ["generation 7 of the same content", { present: signed(ONE, 7) }, 8],
    ["generation 7, 9 given", { present: signed(OTHER, 7), generation: 9 }, 9],
    ["generation 7, 7 given, same content", { present: signed(ONE, 7), generation: 7 }, 7],
    [
      "generation 7, 7 given, other content",
      { present: signed(OTHER, 7), generation: 7 },
      "generation-taken: generation 7 was signed with other views",
    ],
    [
      "generation 7, 6 given",
      { present: signed(ONE, 7), generation: 6 },
      "rollback: generation 6 is lower than that of the existing manifest, 7",
    ],
    ["the last generation but one", { present: signed(OTHER, Number.MAX_SAFE_INTEGER - 1) }, 2 ** 53 - 1],
    [
      "the last generation",
      { present: signed(OTHER, Number.MAX_SAFE_INTEGER) },
      "generation-used-up: generation 9007199254740991 is the highest that exists",
    ],
    [
      "a manifest of a stranger",
      { present: signed(ONE, 7, [B]) },
      `${NOT_BELIEVED}no signature of the manifest is by a known key: it claims to be signed by "b"; known keys: "a"`,
    ],
    ["a manifest of a stranger, generation given", { present: signed(ONE, 7, [B]), generation: 3 }, 3],
    [
      "no manifest at all",
      { present: new Uint8Array(0) },
      `${NOT_BELIEVED}the manifest is malformed: it is not JSON: Expected a JSON value at offset 0`,
    ],
    ["no manifest at all, generation given", { present: new Uint8Array(0), generation: 8 }, 8],
    ["hashes only, no key", { present: signed(OTHER, 7, []), trusted: [] }, 8],
    [
      "a signature, no key",
      { present: signed(OTHER, 7), trusted: [] },
      "present-manifest: the existing manifest is signed, but no signing key is configured",
    ],
  ])("signCatalog() over %s", (_what, terms, expected) => {
    expect(judge(terms)).toBe(expected);
  });

  test.each<[pt: string, terms: Partial<SigningOptions>]>([
    ["a geração 7 foi assinada com outras views", { present: signed(OTHER, 7), generation: 7 }],
    ["a geração 6 é menor que a atual, 7", { present: signed(ONE, 7), generation: 6 }],
    ["não há geração depois de 9007199254740991", { present: signed(OTHER, Number.MAX_SAFE_INTEGER) }],
    [
      "o manifesto atual está assinado, mas nenhuma chave de assinatura está configurada",
      { present: signed(OTHER, 7), trusted: [] },
    ],
    [
      'o manifesto atual não passa na verificação, e é preciso indicar a geração com --generation: nenhuma assinatura do manifesto é de uma chave conhecida: ele não tem assinatura; chaves conhecidas: "a"',
      { present: signed(ONE, 7, []) },
    ],
    [
      "o manifesto atual não passa na verificação, e é preciso indicar a geração com --generation: o manifesto está malformado: não é JSON: Esperado um valor JSON na posição 0",
      { present: new Uint8Array(0) },
    ],
  ])("signCatalog() refuses in Portuguese: %s", (pt, terms) => {
    const signing = sign(terms);
    expect(signing.kind === "refused" && signing.texts).toEqual({
      en: signing.kind === "refused" && signing.detail,
      pt,
    });
  });

  test("signCatalog() makes a manifest that verifies, with a signature of each signer", () => {
    const generations = fc.option(fc.integer({ min: 1, max: 2 ** 40 }), { nil: undefined });
    const signers = fc.uniqueArray(fc.constantFrom(A, B), { minLength: 1 });
    fc.assert(
      fc.property(generations, signers, (generation, keys) => {
        const signing = sign({ generation, signers: keys });
        const bytes = signing.kind === "signed" ? signing.bytes : undefined;
        for (const { keyid } of keys) {
          const outcome = verifyManifest(bytes, ONE, { mode: "hmac", keys: [keyOf(keyid)] });
          expect(outcome).toMatchObject({
            kind: "verified",
            generation: generation ?? 1,
            keyid,
            createdAt: NOW,
          });
        }
      }),
    );
  });

  test("signCatalog() signs a generation again as it was, by another key", () => {
    const signing = sign({ present: signed(ONE, 7), trusted: [A, B], signers: [B], generation: 7 });
    const bytes = signing.kind === "signed" ? signing.bytes : undefined;
    expect(verifyManifest(bytes, ONE, { mode: "hmac", keys: [B] })).toMatchObject({
      kind: "verified",
      generation: 7,
      createdAt: CREATED_AT,
    });
    expect(bytes).toEqual(signed(ONE, 7, [B]));
  });

  test("signCatalog() takes a signed generation for taken when views differ under one hash", () => {
    const forged = { hash: ONE.hash, views: OTHER.views };
    expect(judge({ present: signed(ONE, 7), generation: 7 }, forged)).toMatch(/^generation-taken: /);
    for (const columns of [{ b: "x" }, { a: "y", b: "z" }]) {
      const moved = { hash: ONE.hash, views: catalogOf(columns).views };
      expect(judge({ present: signed(ONE, 7), generation: 7 }, moved)).toMatch(/^generation-taken: /);
    }
    const wrongHash = signed({ hash: OTHER.hash, views: ONE.views }, 7);
    expect(judge({ present: wrongHash, generation: 7 })).toMatch(/^generation-taken: /);
  });

  test("signCatalog() refuses in so many words, and throws for a generation that is none", () => {
    expect(sign({ present: signed(ONE, 7), generation: 6 })).toMatchObject({
      kind: "refused",
      reason: "rollback",
    });
    for (const generation of [0, -1]) expect(() => sign({ generation })).toThrow(RangeError);
  });

  test.each(["yesterday", "2026-01-31", "2026-01-31 12:00:00Z", ""])(
    "signCatalog() makes no manifest with the time %j, which no reader accepts",
    (createdAt) => {
      expect(() => sign({ createdAt, generation: 1 })).toThrow(
        new RangeError(
          `Cannot sign with the time ${JSON.stringify(createdAt)}: write it as in 2026-01-31T12:00:00.000Z`,
        ),
      );
    },
  );

  test("signCatalog() makes no manifest with a key id that no reader accepts", () => {
    const signers = [{ keyid: "two words", mac: () => new Uint8Array(32) }];
    expect(() => sign({ signers, generation: 1 })).toThrow(
      'Cannot sign with the key "two words": its id must be 1 to',
    );
  });
});
