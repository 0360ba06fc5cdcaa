import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalText } from "../../../src/domain/json/canonical-json.ts";
import { parseJson } from "../../../src/domain/json/parse-json.ts";
import { MANIFEST_BYTES_MAX } from "../../../src/domain/signing/manifest.ts";
import { parseManifest } from "../../../src/domain/signing/parse-manifest.ts";
import { englishAmong } from "../../support/english-among.ts";
import { CREATED_AT, catalogOf, signed } from "../../support/signed-catalog.ts";

const HEX = "ab".repeat(32);
const SIGNED = { version: 1, generation: 7, createdAt: CREATED_AT, catalogHash: HEX, views: { a: HEX } };
const SIGNATURE = { keyid: "a", alg: "HMAC-SHA256", sig: HEX };
const GOOD = { signed: SIGNED, signatures: [SIGNATURE] };

const encode = (value: unknown): Uint8Array =>
  value instanceof Uint8Array
    ? value
    : new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value));

const withSigned = (members: object): object => ({ ...GOOD, signed: { ...SIGNED, ...members } });
const withSignature = (members: object): object => ({ ...GOOD, signatures: [{ ...SIGNATURE, ...members }] });
/** GOOD with one member's text replaced, for numbers and keys that `JSON.stringify` does not write. */
const replaced = (from: string, to: string): string => JSON.stringify(GOOD).replace(from, () => to);

const ROOT = "it must be an object with the keys signed and signatures";
const SIGNED_FORM =
  '"signed" must be an object with the keys version, generation, createdAt, catalogHash and views';
const SIGNATURE_FORM = '"signatures.0" must be an object with the keys keyid, alg and sig';
const GENERATION = '"signed.generation" must be a whole number from 1 to 9007199254740991';
const TIME = '"signed.createdAt" must be a time such as 2026-01-31T12:00:00.000Z';
const HASH = '"signed.catalogHash" must be 64 lower-case hex digits';
const KEYID = '"signatures.0.keyid" must be 1 to 64 letters, digits, dots, hyphens or underscores';
const SIG = '"signatures.0.sig" must be lower-case hex of at most 512 bytes';

describe("parseManifest()", () => {
  test("parseManifest() reads what is there", () => {
    expect(parseManifest(encode(GOOD))).toEqual({
      kind: "manifest",
      manifest: {
        signed: { generation: 7, createdAt: CREATED_AT, catalogHash: HEX, views: new Map([["a", HEX]]) },
        signedText: `{"catalogHash": "${HEX}", "createdAt": "${CREATED_AT}", "generation": 7, "version": 1, "views": {"a": "${HEX}"}}`,
        signatures: [SIGNATURE],
      },
    });
  });

  test("parseManifest() takes the limits of what may be there", () => {
    const limits = [
      withSigned({ generation: 1 }),
      withSigned({ generation: Number.MAX_SAFE_INTEGER }),
      withSigned({ createdAt: "2026-01-31T12:00:00+01:00" }),
      withSigned({ views: {} }),
      { ...GOOD, signatures: [] },
      { ...GOOD, signatures: Array.from({ length: 16 }, () => SIGNATURE) },
      withSignature({ alg: "none", sig: "00" }),
      replaced('"views":{', `"views":{"__proto__":"${HEX}","constructor":"${HEX}",`),
    ];
    expect(limits.map((value) => parseManifest(encode(value)).kind)).toEqual(limits.map(() => "manifest"));
  });

  test("parseManifest() keeps __proto__ as a view like any other", () => {
    const parsed = parseManifest(encode(replaced('"views":{', `"views":{"__proto__":"${HEX}",`)));
    const manifest = parsed.kind === "manifest" ? parsed.manifest : undefined;
    expect([...(manifest?.signed.views.keys() ?? [])]).toEqual(["__proto__", "a"]);
    expect(manifest?.signedText).toContain(`"views": {"__proto__": "${HEX}", "a": "${HEX}"}`);
  });

  test.each<[value: unknown, detail: string]>([
    ["", "it is not JSON: Expected a JSON value at offset 0"],
    ["{", "it is not JSON: Expected a key in double quotes at offset 1"],
    [`\u{feff}${JSON.stringify(GOOD)}`, "it is not JSON: Expected a JSON value at offset 0"],
    [new Uint8Array([0x22, 0xff, 0x22]), "it is not JSON: Text that is not UTF-8 at offset 0"],
    [`${JSON.stringify(GOOD)}{}`, "it is not JSON: Unexpected text after the JSON value at offset 362"],
    ["[".repeat(100_000), "it is not JSON: Nested deeper than 100 levels at offset 100"],
    [replaced('"version":1', '"version":1,"version":1'), "it is not JSON: Duplicate key at offset 23"],
    [replaced('"generation":7', '"generation":NaN'), "it is not JSON: Expected a JSON value at offset 36"],
    [
      replaced('"generation":7', `"generation":${"9".repeat(5000)}`),
      "it is not JSON: Integer of more than 4300 digits at offset 36",
    ],
    ["null", ROOT],
    [[], ROOT],
    [{}, ROOT],
    [{ signed: SIGNED }, ROOT],
    [{ ...GOOD, extra: 1 }, ROOT],
    [replaced('{"signed"', '{"__proto__":{},"signed"'), ROOT],
    [{ ...GOOD, signed: [] }, SIGNED_FORM],
    [{ ...GOOD, signed: "x" }, SIGNED_FORM],
    [withSigned({ views: undefined }), SIGNED_FORM],
    [withSigned({ key: "x" }), SIGNED_FORM],
    [replaced('"version"', '"__proto__":{},"version"'), SIGNED_FORM],
    [withSigned({ version: 2 }), '"signed.version" must be 1'],
    [withSigned({ version: "1" }), '"signed.version" must be 1'],
    [replaced('"version":1', '"version":1.0'), '"signed.version" must be 1'],
    ...["0", "-1", "7.0", "7e0", "9007199254740992", "9".repeat(4000), '"7"', "null", "true", "[]"].map(
      (token): [string, string] => [replaced('"generation":7', `"generation":${token}`), GENERATION],
    ),
    ...[
      "",
      "today",
      "2026-01-31",
      "2026-01-31T12:00:00",
      "2026-01-31T12:00:00Z\n",
      " 2026-01-31T12:00:00Z",
    ].map((createdAt): [object, string] => [withSigned({ createdAt }), TIME]),
    [withSigned({ createdAt: 5 }), '"signed.createdAt" must be text'],
    ...["", HEX.toUpperCase(), `${HEX}00`, "zz".repeat(32)].map((catalogHash): [object, string] => [
      withSigned({ catalogHash }),
      HASH,
    ]),
    [withSigned({ views: [] }), '"signed.views" must be an object'],
    [withSigned({ views: null }), '"signed.views" must be an object'],
    [withSigned({ views: { "a b": HEX } }), '"signed.views" names "a b", which is not a valid entity'],
    [withSigned({ views: { hash: HEX } }), '"signed.views" names "hash", which is not a valid entity'],
    [
      withSigned({ views: { ["x".repeat(9999)]: HEX } }),
      `"signed.views" names "${"x".repeat(60)}", which is not a valid entity`,
    ],
    [withSigned({ views: { a: 5 } }), 'the hash of "a" must be 64 lower-case hex digits'],
    [replaced(`"a":"${HEX}"`, `"a":${"1".repeat(64)}`), 'the hash of "a" must be 64 lower-case hex digits'],
    [withSigned({ views: { a: HEX.toUpperCase() } }), 'the hash of "a" must be 64 lower-case hex digits'],
    [{ ...GOOD, signatures: {} }, '"signatures" must be a list'],
    [
      { ...GOOD, signatures: Array.from({ length: 17 }, () => SIGNATURE) },
      '"signatures" must have at most 16 items',
    ],
    [{ ...GOOD, signatures: ["x"] }, SIGNATURE_FORM],
    [withSignature({ keyid: undefined }), SIGNATURE_FORM],
    [withSignature({ extra: 1 }), SIGNATURE_FORM],
    [withSignature({ keyid: 5 }), '"signatures.0.keyid" must be text'],
    ...["", "a\nb", "x".repeat(65), "ã"].map((keyid): [object, string] => [withSignature({ keyid }), KEYID]),
    [withSignature({ alg: null }), '"signatures.0.alg" must be text'],
    [withSignature({ alg: "x".repeat(65) }), '"signatures.0.alg" must have at most 64 characters'],
    ...["", "abc", "zz", HEX.toUpperCase(), `${HEX}\n`, "00".repeat(513)].map((sig): [object, string] => [
      withSignature({ sig }),
      SIG,
    ]),
    [withSignature({ sig: 5 }), '"signatures.0.sig" must be text'],
  ])("parseManifest() refuses row %#", (value, detail) => {
    const parsed = parseManifest(encode(value));
    const en = `the manifest is malformed: ${detail}`;
    const pt = expect.stringMatching(/^o manifesto está malformado: /);
    expect(parsed).toEqual({ kind: "malformed", detail: { en, pt } });
    // The names of keys are the same in both languages.
    const portuguese = parsed.kind === "manifest" ? "" : parsed.detail.pt.replace("keyid, alg e sig", "");
    expect(englishAmong([portuguese])).toEqual([]);
  });

  test("parseManifest() does not read what is too large", () => {
    const detail = {
      en: "the manifest has more than 16777216 bytes",
      pt: "o manifesto tem mais de 16777216 bytes",
    };
    expect(parseManifest(new Uint8Array(MANIFEST_BYTES_MAX + 1))).toEqual({ kind: "too-large", detail });
    expect(parseManifest(new Uint8Array(MANIFEST_BYTES_MAX).fill(0x20)).kind).toBe("malformed");
  });

  test("parseManifest() refuses more views than a catalog may have", () => {
    const few = {
      ...SIGNED,
      views: Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`v${index}`, HEX])),
    };
    expect(parseManifest(encode({ ...GOOD, signed: few })).kind).toBe("manifest");
    const views = Object.fromEntries(Array.from({ length: 50_001 }, (_, index) => [`v${index}`, HEX]));
    expect(parseManifest(encode(withSigned({ views })))).toMatchObject({
      detail: { en: 'the manifest is malformed: "signed.views" has more than 50000 members' },
    });
  });

  test.each([
    ["numbers", `[${"1,".repeat(100_000)}1]`],
    [
      "members",
      JSON.stringify(Object.fromEntries(Array.from({ length: 60_000 }, (_, index) => [index, index]))),
    ],
    ["blanks", `[${",".repeat(60_000)}]`],
  ])("parseManifest() does not read very many %s", (_what, text) => {
    expect(parseManifest(encode(text))).toMatchObject({
      kind: "malformed",
      detail: { en: "the manifest is malformed: it has more members than a manifest can have" },
    });
  });

  test("parseManifest() counts what separates members wherever it stands, and reads nothing of too many", () => {
    const tooMany = { detail: { en: expect.stringContaining("more members than a manifest can have") } };
    expect(parseManifest(encode(",".repeat(52_001)))).toMatchObject(tooMany);
    expect(parseManifest(encode(`[${",".repeat(52_001)}]`))).toMatchObject(tooMany);
    expect(parseManifest(encode(",".repeat(52_000)))).toMatchObject({
      detail: { en: "the manifest is malformed: it is not JSON: Expected a JSON value at offset 0" },
    });
  });

  test("parseManifest() returns for any bytes, and for any part of a manifest", () => {
    const whole = signed(catalogOf({ a: "x", b: "y" }), 7);
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void parseManifest(bytes)));
    for (let length = 0; length < whole.length - 1; length++) {
      const { kind } = parseManifest(whole.subarray(0, length));
      if (kind !== "malformed") expect([length, kind]).toEqual([length, "malformed"]);
    }
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(parseManifest(encode(text)).kind).toBe("malformed");
      }),
    );
  });

  test("parseManifest() makes the signed text of what is there, in whatever order and with whatever blanks", () => {
    const members = Object.entries(SIGNED);
    const order = fc.shuffledSubarray(members, { minLength: members.length });
    fc.assert(
      fc.property(order, fc.integer({ min: 0, max: 8 }), (shuffled, indent) => {
        const text = JSON.stringify(
          { signatures: [], signed: Object.fromEntries(shuffled) },
          undefined,
          indent,
        );
        const parsed = parseManifest(encode(text));
        const expected = canonicalText(parseJson(JSON.stringify(SIGNED)));
        expect(parsed).toHaveProperty("manifest.signedText", expected);
      }),
    );
  });
});
