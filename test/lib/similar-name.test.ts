import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findSimilarName } from "../../src/lib/similar-name.ts";

const NAMES = ["description", "identifiers", "order_by_whitelist", "ask", "name"];

describe("findSimilarName()", () => {
  test.each([
    ["descripton", "description"],
    ["identifier", "identifiers"],
    ["Identifiers", "identifiers"],
    ["orderByWhitelist", "order_by_whitelist"],
    ["order-by whitelist", "order_by_whitelist"],
    ["asks", "ask"],
    ["nam", "name"],
    ["NAM", "name"],
    ["identifsrs", "identifiers"],
  ])("takes %j for %j", (name, near) => {
    expect(findSimilarName(name, NAMES)).toBe(near);
  });

  test.each(["description", "tags", "nmae", "entityname", "", "a".repeat(100_000)])(
    "finds %j near to none",
    (name) => {
      expect(findSimilarName(name, NAMES)).toBeUndefined();
    },
  );

  test("allows two wrong letters from five letters on", () => {
    expect(findSimilarName("colmx", ["columns"])).toBeUndefined();
    expect(findSimilarName("serxx", ["serve"])).toBe("serve");
    expect(findSimilarName("sexx", ["sent"])).toBeUndefined();
  });

  test("finds no name near where there is none", () => {
    expect(findSimilarName("a", [])).toBeUndefined();
  });

  test("finds whatever has a letter too many, and only what there is", () => {
    const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{5,12}$/), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(names, fc.nat(), fc.nat(12), (known, pick, at) => {
        const meant = known[pick % known.length] as string;
        const slip = `${meant.slice(0, at)}q${meant.slice(at)}`;
        const near = findSimilarName(slip, known);
        if (!known.includes(slip)) expect(known).toContain(near);
        if (known.length === 1) expect(near).toBe(meant);
      }),
    );
  });
});
