import { describe, expect, test } from "vitest";
import { removeInternalKeys } from "../../../src/domain/catalog/catalog.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const strip = (text: string): string => new TextDecoder().decode(removeInternalKeys(bytes(text)));

describe("removeInternalKeys()", () => {
  test.each([
    ["one key", '{"__file__": "a.yaml", "columns": ["a"]}', '{"columns": ["a"]}'],
    ["several keys", '{"__file__": 1, "__signature_ok__": true, "a": 1}', '{"a": 1}'],
    ["a key of two underscores", '{"__": 1, "a": 1}', '{"a": 1}'],
    ["a key that objects have", '{"__proto__": {"b": 1}, "a": 1}', '{"a": 1}'],
    ["every key", '{"__a": 1, "__b": [{"c": 2}]}', "{}"],
  ])("takes away %s", (_, text, stripped) => {
    expect(strip(text)).toBe(stripped);
  });

  test("keeps number tokens and the order of code points", () => {
    const rest = `"a": 1.0, "b": 12345678901234567890, "c": 1e+16, "d": -0.0, "é": "\\"\\u0001", "\uff5e": 1, "\u{1f600}": 2`;
    expect(strip(`{"__file__": "x", ${rest}}`)).toBe(`{${rest}}`);
  });

  test.each([
    ["keys below the first level", '{"a": {"__file__": 1}, "b": [{"__c": 2}]}'],
    ["such a text as a value", '{"a": "__file__"}'],
    ["a key with one underscore", '{"_a": 1}'],
    ["a key that has them further on", '{"a__": 1}'],
    ["an object of nothing", "{}"],
  ])("returns the same bytes for %s", (_, text) => {
    const before = bytes(text);
    expect(removeInternalKeys(before)).toBe(before);
  });
});
