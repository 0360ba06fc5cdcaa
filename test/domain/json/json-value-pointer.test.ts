import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatJsonPointer, type JsonPathStep } from "../../../src/domain/json/json-value.ts";

describe("formatJsonPointer()", () => {
  test.each<[readonly JsonPathStep[], string]>([
    [[], ""],
    [["columns"], "/columns"],
    [["columns", 0, "name"], "/columns/0/name"],
    [[""], "/"],
    [["", ""], "//"],
    [["a/b"], "/a~1b"],
    [["m~n"], "/m~0n"],
    [["~1"], "/~01"],
    [["~/~0/"], "/~0~1~00~1"],
    [["c%d", 'k"l', "i\\j", " "], '/c%d/k"l/i\\j/ '],
    [["descrição", "\u{1F600}"], "/descrição/\u{1F600}"],
    [["$&", "$1"], "/$&/$1"],
  ])("formatJsonPointer() writes %j as %j", (path, pointer) => {
    expect(formatJsonPointer(path)).toBe(pointer);
  });

  test("formatJsonPointer() writes what splits into the same steps again", () => {
    const step = fc.string({ unit: fc.constantFrom("~", "/", "0", "1", "a", "\u{1F600}"), maxLength: 5 });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1 }), (path) => {
        const steps = formatJsonPointer(path).slice(1).split("/");
        expect(steps.map((text) => text.replaceAll("~1", "/").replaceAll("~0", "~"))).toEqual(path);
      }),
    );
  });
});
