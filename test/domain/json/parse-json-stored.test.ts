import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalText } from "../../../src/domain/json/canonical-json.ts";
import { JSON_DEPTH_MAX } from "../../../src/domain/json/json-value.ts";
import { readStoredJson, readStoredText } from "../../../src/domain/json/parse-json.ts";
import { jsonValueArbitrary } from "../../support/json-value-arbitrary.ts";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("readStoredText()", () => {
  test("readStoredText() gives the text, a byte order mark included", () => {
    expect(readStoredText(encode("\ufeffpreço"))).toBe("\ufeffpreço");
    expect(readStoredText(new Uint8Array())).toBe("");
  });

  test.each([[[0xff]], [[0x61, 0xc3]], [[0xed, 0xa0, 0x80]]])("readStoredText() refuses %j", (bytes) => {
    expect(readStoredText(Uint8Array.from(bytes))).toBeUndefined();
  });
});

describe("readStoredJson()", () => {
  test("readStoredJson() reads what was written canonically, its numbers as they were", () => {
    fc.assert(
      fc.property(jsonValueArbitrary, (value) => {
        const read = readStoredJson(encode(canonicalText(value)));
        expect(read === undefined ? undefined : canonicalText(read)).toBe(canonicalText(value));
      }),
    );
  });

  test.each([
    ["broken JSON", encode('{"a":')],
    ["nothing", encode("")],
    ["a byte order mark", encode("\ufeff{}")],
    ["bytes that are not UTF-8", Uint8Array.from([0x22, 0xff, 0x22])],
    ["nesting without end", encode("[".repeat(JSON_DEPTH_MAX + 1))],
  ])("readStoredJson() refuses %s", (_name, bytes) => {
    expect(readStoredJson(bytes)).toBeUndefined();
  });
});
