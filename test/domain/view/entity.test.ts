import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  ENTITY_LENGTH_MAX,
  isEntity,
  parseEntity,
  RESERVED_ENTITIES,
} from "../../../src/domain/view/entity.ts";

const LONGEST_DOTTED = `${"a".repeat(63)}.${"b".repeat(64)}`;

describe("parseEntity()", () => {
  test.each([
    "view_fiis_info",
    "a",
    "_",
    "A9_z",
    "public.view_fiis_info",
    "_._",
    "List",
    "lists",
    "_hash",
    "public.list",
    "hash.loaded",
    "constructor",
    "__proto__",
    "a".repeat(128),
    LONGEST_DOTTED,
  ])("parseEntity() takes %s", (text) => {
    expect(parseEntity(text)).toEqual({ kind: "entity", entity: text });
  });

  test.each([
    ["nothing", ""],
    ["a digit first", "1view"],
    ["a digit after the dot", "public.1view"],
    ["a dot first", ".view"],
    ["a dot last", "view."],
    ["two dots", "a..b"],
    ["three parts", "a.b.c"],
    ["a hyphen", "view-a"],
    ["a blank inside", "view a"],
    ["a blank before", " view"],
    ["a blank behind", "view "],
    ["a line feed behind", "view\n"],
    ["a line feed before", "\nview"],
    ["a line feed inside", "view\nview"],
    ["a null character", "view\u0000"],
    ["a slash", "a/b"],
    ["a colon", "a:b"],
    ["braces", "{a}"],
    ["quotes", '"a"'],
    ["an accent", "açúcar"],
    ["a Cyrillic look-alike", "vi\u0435w"],
    ["a Greek look-alike", "\u03bdiew"],
    ["full-width letters", "\uff56iew"],
    ["a full-width low line", "view\uff3fa"],
    ["a full-width dot", "a\uff0eb"],
    ["an Arabic digit", "view\u0661"],
    ["the Kelvin sign", "\u212aelvin"],
    ["a long s", "clo\u017fe"],
    ["a zero-width blank", "view\u200b"],
    ["a combining accent", "view\u0301"],
    ["a byte order mark", "\ufeffview"],
    ["an emoji", "view\u{1F600}"],
    ["a lone surrogate", "view\ud83d"],
  ])("parseEntity() finds %s malformed", (_name, text) => {
    expect(parseEntity(text)).toEqual({ kind: "malformed" });
  });

  test.each(["list", "hash", "loaded"])("parseEntity() finds %s reserved", (text) => {
    expect(parseEntity(text)).toEqual({ kind: "reserved" });
  });

  test.each(["a".repeat(129), `${LONGEST_DOTTED}b`, "-".repeat(129), "a".repeat(1_000_000)])(
    "parseEntity() finds more than 128 characters too long (%#)",
    (text) => {
      expect(parseEntity(text)).toEqual({ kind: "too-long" });
    },
  );

  test("parseEntity() takes nothing but ASCII that JSON need not escape", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 4 }), (text) => {
        const taken = parseEntity(text).kind === "entity";
        expect(!taken || /^[\w.]+$/.test(text)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test("parseEntity() has the limits that the contract names", () => {
    expect(ENTITY_LENGTH_MAX).toBe(128);
    expect(RESERVED_ENTITIES).toEqual(new Set(["list", "hash", "loaded"]));
  });
});

describe("isEntity()", () => {
  test("isEntity() agrees with parseEntity()", () => {
    const names = fc.oneof(
      fc.string({ unit: "binary", maxLength: 4 }),
      fc.constantFrom("list", "hash", "loaded", "a.b", "a.b.c", "a".repeat(128), "a".repeat(129)),
      fc.stringMatching(/^[a-z_][a-z0-9_.]{0,140}$/),
    );
    fc.assert(
      fc.property(names, (text) => {
        expect(isEntity(text)).toBe(parseEntity(text).kind === "entity");
      }),
      { numRuns: 2000 },
    );
  });
});
