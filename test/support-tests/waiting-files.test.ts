import { describe, expect, test } from "vitest";
import { spread } from "../support/waiting-files.ts";

const rules = {
  isSpread: (name: string) => name.startsWith("w"),
  weightOf: (name: string) => name.length,
};

describe("spread()", () => {
  test("puts what waits between the others, at equal distances by weight", () => {
    expect(spread(["aaaa", "w1", "bb", "w2", "cc"], rules)).toEqual(["w1", "aaaa", "w2", "bb", "cc"]);
    expect(spread(["a", "b", "c", "d", "w1", "w2"], rules)).toEqual(["w1", "a", "b", "w2", "c", "d"]);
  });

  test("keeps each item once, whatever is spread", () => {
    for (const items of [[], ["a", "b"], ["w1", "w2"], ["a", "w1", "w2", "w3"]])
      expect(spread(items, rules).toSorted()).toEqual(items.toSorted());
  });
});
