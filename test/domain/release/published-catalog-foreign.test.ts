import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../src/domain/json/json-value.ts";
import {
  catalogFrom,
  type Publication,
  publicationOf,
  readPublication,
  textsOf,
  withTexts,
} from "../../support/publication.ts";

/** What Python's `json.dumps` gives in its default form: keys as they were set, non-ASCII escaped. */
const PYTHON_TEXTS: Readonly<Record<string, string>> = {
  "views:loaded": "1",
  "views:hash": "9e4c75b4687e12e14579b250ba5c870e546d27f77f0b783d8941b027fd4b471d",
  "views:list": '["view_b", "view_\\u0061"]',
  "views:view_a":
    '{"columns": ["x"], "identifiers": [], "\\ud83d\\ude00": 1, "\\ufffd": 2, "big": 12345678901234567890123}',
  "views:view_b":
    '{"identifiers": ["ticker"], "columns": ["ticker", {"name": "close_price", "alias": "Cota\\u00e7\\u00e3o"}], ' +
    '"ask": {"weights": {"keywords": 1.0, "synonyms": 1e-05}, "top_k": 6}}',
};
const PYTHON = withTexts(new Map(), PYTHON_TEXTS);

const VIEWS: Readonly<Record<string, JsonObject>> = {
  view_a: { columns: ["x"], identifiers: [], "\u{1F600}": 1n, "\ufffd": 2n, big: 12345678901234567890123n },
  view_b: {
    ask: { top_k: 6n, weights: { keywords: 1, synonyms: 0.00001 } },
    columns: ["ticker", { alias: "Cotação", name: "close_price" }],
    identifiers: ["ticker"],
  },
};
const CATALOG = catalogFrom(VIEWS);
const MOSAIC = publicationOf(CATALOG);
const REWRITTEN: Publication = new Map([...MOSAIC, ...PYTHON]);

describe("verifyPublished() of what Python published", () => {
  test("a publication in Python's form verifies to the hash that Python gave it, in canonical form", () => {
    expect(CATALOG.hash).toBe("9e4c75b4687e12e14579b250ba5c870e546d27f77f0b783d8941b027fd4b471d");
    expect(readPublication(PYTHON)).toEqual({ kind: "verified", catalog: CATALOG });
  });

  test.each([
    [
      "indented text",
      '{\n  "identifiers": [],\n  "columns": [\n    "x"\n  ]\n}',
      '{"columns": ["x"], "identifiers": []}',
    ],
    ["no blanks", '{"identifiers":[],"columns":["x"]}', '{"columns": ["x"], "identifiers": []}'],
    [
      "floats in another form",
      '{"w": [1.50, 1E5, 1e16, 0.00001], "identifiers": [], "columns": ["x"]}',
      '{"columns": ["x"], "identifiers": [], "w": [1.5, 100000.0, 1e+16, 1e-05]}',
    ],
  ])("a view with %s is made canonical and then hashed", (_name, stored, canonical) => {
    const view = JSON.parse(canonical) as { readonly w?: readonly number[] };
    const catalog = catalogFrom({ v: { columns: ["x"], identifiers: [], ...(view.w && { w: view.w }) } });
    const publication = withTexts(publicationOf(catalog), { "views:v": stored, "catalog:state": undefined });
    expect(textsOf(publicationOf(catalog))["views:v"]).toBe(canonical);
    expect(readPublication(publication)).toEqual({ kind: "verified", catalog });
  });

  test("NaN, which Python writes without being asked, is refused", () => {
    const texts = { "views:view_a": '{"columns": ["x"], "identifiers": [], "weight": NaN}' };
    const rejection = { kind: "rejected", reason: "bad-json", detail: "views:view_a is not JSON" };
    expect(readPublication(withTexts(PYTHON, texts))).toEqual(rejection);
  });

  test("an integer written as a float is another catalog", () => {
    const text = PYTHON_TEXTS["views:view_b"]?.replace('"top_k": 6', '"top_k": 6, "n": 1') ?? "";
    expect(readPublication(withTexts(PYTHON, { "views:view_b": text }))).toHaveProperty(
      "reason",
      "hash-mismatch",
    );
    const wrongType = PYTHON_TEXTS["views:view_b"]?.replace('"top_k": 6', '"top_k": 6.0') ?? "";
    expect(readPublication(withTexts(PYTHON, { "views:view_b": wrongType }))).toHaveProperty(
      "reason",
      "hash-mismatch",
    );
  });

  test("a catalog that Python wrote again in its own form still verifies beside the mark that Mosaic left", () => {
    expect(readPublication(REWRITTEN)).toEqual({ kind: "verified", catalog: CATALOG });
  });

  test("a state mark left over from another catalog does not spare Python's views the check", () => {
    const state = { "catalog:state": textsOf(publicationOf(catalogFrom({ v: {} })))["catalog:state"] };
    expect(readPublication(withTexts(PYTHON, state))).toEqual({ kind: "verified", catalog: CATALOG });
  });
});

const PUBLICATIONS: readonly (readonly [string, Publication])[] = [
  ["Mosaic's", MOSAIC],
  ["Mosaic's without the state mark", withTexts(MOSAIC, { "catalog:state": undefined })],
  ["Python's", PYTHON],
  ["Python's beside Mosaic's state mark", REWRITTEN],
];

/** Nothing is served, or just what was published. */
function isHarmless(publication: Publication): boolean {
  const outcome = readPublication(publication);
  if (outcome.kind !== "verified") return true;
  return JSON.stringify(textsOf(publicationOf(outcome.catalog))) === JSON.stringify(textsOf(MOSAIC));
}

function flipped(publication: Publication, key: string, at: number, bits: number): Publication {
  const value = publication.get(key) ?? new Uint8Array();
  return new Map(publication).set(
    key,
    value.map((byte, index) => (index === at ? byte ^ bits : byte)),
  );
}

const stepArbitrary = fc.record({
  kind: fc.constantFrom("flip", "drop", "swap", "cut", "copy"),
  from: fc.nat(),
  to: fc.nat(),
  at: fc.nat(),
  bits: fc.integer({ min: 1, max: 255 }),
});

type Step = typeof stepArbitrary extends fc.Arbitrary<infer Value> ? Value : never;

function tampered(publication: Publication, step: Step): Publication {
  const keys = [...publication.keys()];
  const [from, to] = [keys[step.from % keys.length] ?? "", keys[step.to % keys.length] ?? ""];
  const [source, target] = [
    publication.get(from) ?? new Uint8Array(),
    publication.get(to) ?? new Uint8Array(),
  ];
  const at = step.at % (source.length + 1);
  switch (step.kind) {
    case "flip":
      return flipped(publication, from, at, step.bits);
    case "drop":
      return new Map([...publication].filter(([key]) => key !== from));
    case "swap":
      return new Map(publication).set(from, target).set(to, source);
    case "cut":
      return new Map(publication).set(from, source.slice(0, at));
    default:
      return new Map(publication).set(to, source);
  }
}

describe.each(PUBLICATIONS)(
  "verifyPublished() of a publication in %s form that was tampered with",
  (_name, original) => {
    test("no flipped bit of any value makes it serve anything else", () => {
      const flips = [...original].flatMap(([key, value]) =>
        Array.from({ length: value.length * 8 }, (_, index) => ({
          key,
          at: index >> 3,
          bits: 1 << (index & 7),
        })),
      );
      expect(flips.length).toBeGreaterThan(2000);
      expect(flips.filter(({ key, at, bits }) => !isHarmless(flipped(original, key, at, bits)))).toEqual([]);
    });

    test("no flipped bytes, dropped, swapped, cut or copied values make it serve anything else", () => {
      fc.assert(
        fc.property(fc.array(stepArbitrary, { minLength: 1, maxLength: 4 }), (steps) => {
          expect(isHarmless(steps.reduce(tampered, original))).toBe(true);
        }),
        { numRuns: 1500 },
      );
    });

    test("it verifies as long as nobody tampers with it", () => {
      expect(readPublication(original)).toEqual({ kind: "verified", catalog: CATALOG });
    });
  },
);
