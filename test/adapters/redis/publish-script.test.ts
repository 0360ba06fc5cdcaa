import { describe, expect, test } from "vitest";
import { packKeys } from "../../../src/adapters/redis/publish-script.ts";

function unpacked(packed: string): readonly string[] {
  const groups = JSON.parse(packed) as readonly (readonly [string, ...string[]])[];
  return groups.flatMap(([prefix, ...rests]) => rests.map((rest) => prefix + rest));
}

describe("packKeys()", () => {
  test.each([
    ["no keys", []],
    ["one key", ["mosaic:views:view_a"]],
    ["keys that begin with others", ["a", "aa", "aab", "ab", "b"]],
    ["characters of two units", ["k😀", "k😁", "k😀a", "k"]],
    ["quotes and control characters", ['"', '"\n', "\\", "\u0000"]],
  ])("packKeys() keeps %s", (_, keys) => {
    expect([...unpacked(packKeys(keys))].sort()).toEqual([...keys].sort());
  });

  test("packKeys() splits no character of two units", () => {
    expect(packKeys(["k😀", "k😁"])).toBe('[["k","😀","😁"]]');
  });

  test.each([
    ["numbered names", (index: number) => `view_generated_${String(index).padStart(6, "0")}`, 6],
    ["names of words", (index: number) => `view_${WORDS[index % 16]}_${WORDS[index >> 4]}_${index}`, 22],
  ])("packKeys() needs few bytes for each of 10,000 %s", (_, nameOf, bytesMax) => {
    const keys = Array.from({ length: 10_000 }, (_unused, index) => `mosaic:views:${nameOf(index)}`);
    const packed = packKeys(keys);
    expect([...unpacked(packed)].sort()).toEqual(keys.toSorted());
    expect(packed.length / keys.length).toBeLessThanOrEqual(bytesMax);
  });
});

const WORDS = Array.from({ length: 1024 }, (_, index) => `word${((index * 7919) % 65_536).toString(36)}`);
