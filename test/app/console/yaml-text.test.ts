import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse, parseDocument, visit } from "yaml";
import { formatJson } from "../../../src/app/console/json-text.js";
import { toYaml } from "../../../src/app/console/yaml-text.js";
import { canonicalText } from "../../../src/domain/json/canonical-json.ts";
import { parseJson } from "../../../src/domain/json/parse-json.ts";
import { identityOf, jsonValueArbitrary, textArbitrary } from "../../support/json-value-arbitrary.ts";

const NUMBER = /-?\d+(?:\.\d+)?(?:e[+-]?\d+)?/g;
/** Texts that look like something else, or that YAML's marks are in. */
const trickyText = fc.oneof(
  textArbitrary,
  fc.constantFrom(
    "no",
    "On",
    "E0",
    "y",
    "null",
    "~",
    "1_000",
    "012",
    "1:30",
    "2024-01-01",
    "0x1f",
    ".inf",
    "1e3",
  ),
  fc.constantFrom(
    "a: b",
    "a #b",
    "- a",
    "? a",
    "[a",
    "{a",
    "&a",
    "*a",
    "!a",
    "|",
    ">",
    "%a",
    "@a",
    "`a",
    "<<",
    "=",
  ),
  fc.constantFrom(
    "a ",
    " a",
    "a\n",
    "a\nb",
    "a\n\nb\n",
    "a\n b",
    "\na",
    "a\n\n",
    "a\r\nb",
    "a\tb",
    "a\u0085b",
    "a\u2028b",
  ),
  fc.constantFrom(
    "x".repeat(2000),
    "---",
    "...",
    "a\n---\nb",
    "\ufeff",
    "\u007f",
    "Preço, em R$; 0,85 é 0,85%",
  ),
  fc
    .array(fc.constantFrom("a", "é", " ", "\n", ":", "#", "-", "'", '"', "\\", ","), { maxLength: 12 })
    .map((parts) => parts.join("")),
);

describe("formatJson()", () => {
  test("formatJson() lays out any value without changing it, and every number keeps its form", () => {
    fc.assert(
      fc.property(jsonValueArbitrary, (value) => {
        const text = canonicalText(value);
        const laidOut = formatJson(text);
        expect(identityOf(parseJson(laidOut))).toBe(identityOf(value));
        expect(laidOut.match(NUMBER)).toEqual(text.match(NUMBER));
      }),
    );
  });

  test("formatJson() writes short lists on one line and maps on several", () => {
    const text = '{"a": [1.0, 1, 1e+16], "b": {"c": []}, "d": [{"e": "é"}]}';
    expect(formatJson(text)).toBe(
      '{\n  "a": [1.0, 1, 1e+16],\n  "b": {\n    "c": []\n  },\n  "d": [\n    {\n      "e": "é"\n    }\n  ]\n}',
    );
  });
});

describe("toYaml()", () => {
  test("toYaml() writes what a reader of YAML 1.2 takes for the same value, integers and floats apart", () => {
    fc.assert(
      fc.property(jsonValueArbitrary, (value) => {
        const yaml = toYaml(canonicalText(value));
        expect(identityOf(parse(yaml, { intAsBigInt: true }))).toBe(identityOf(value));
      }),
    );
  });

  test("toYaml() writes texts that readers of YAML 1.1 and 1.2 take for texts, as values and as keys", () => {
    const tree = fc.oneof(
      trickyText,
      fc.array(fc.oneof(trickyText, fc.array(trickyText, { maxLength: 2 })), { maxLength: 4 }),
      fc.dictionary(trickyText, fc.oneof(trickyText, fc.dictionary(trickyText, trickyText, { maxKeys: 2 })), {
        maxKeys: 4,
      }),
      fc.array(fc.dictionary(trickyText, fc.array(trickyText, { maxLength: 2 }), { maxKeys: 2 }), {
        maxLength: 3,
      }),
    );
    fc.assert(
      fc.property(tree, fc.constantFrom("1.1" as const, "1.2" as const), (value, version) => {
        const text = JSON.stringify(value);
        expect(JSON.stringify(parse(toYaml(text), { version }))).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  test("E5: toYaml() keeps the form of every number, and writes exponents that all readers take for one", () => {
    const text = '{"a": [1.0, 1, 1e+16, 1e-05, -0.0, 123456789012345678901234567890]}';
    const written: unknown[] = [];
    visit(parseDocument(toYaml(text)), {
      Scalar: (key, { source }) => void (key === "key" || written.push(source)),
    });
    // YAML 1.1 takes a number with an exponent and no dot for a text.
    expect(written).toEqual(["1.0", "1", "1.0e+16", "1.0e-05", "-0.0", "123456789012345678901234567890"]);
  });

  test("toYaml() writes as an author would", () => {
    const view = {
      columns: [{ name: "ticker", description: "Código da cota, em maiúsculas." }, "price"],
      description: "Linha um:\nlinha dois",
      flags: ["no", "", "1:30"],
      nothing: [],
    };
    expect(toYaml(JSON.stringify(view))).toBe(
      [
        "columns:",
        "  - name: ticker",
        "    description: Código da cota, em maiúsculas.",
        "  - price",
        "description: |-",
        "  Linha um:",
        "  linha dois",
        "flags:",
        '  - "no"',
        '  - ""',
        '  - "1:30"',
        "nothing: []",
        "",
      ].join("\n"),
    );
  });
});
