import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nearName } from "../../src/lib/near-name.ts";

const NAMES = ["description", "identifiers", "order_by_whitelist", "ask", "name"];

describe("nearName()", () => {
  test.each([
    ["descripton", "description"],
    ["identifier", "identifiers"],
    ["Identifiers", "identifiers"],
    ["orderByWhitelist", "order_by_whitelist"],
    ["order-by whitelist", "order_by_whitelist"],
    ["asks", "ask"],
    ["nam", "name"],
  ])("takes %j for %j", (name, near) => {
    expect(nearName(name, NAMES)).toBe(near);
  });

  test.each(["description", "tags", "nmae", "entityname", "", "a".repeat(100_000)])(
    "finds %j near to none",
    (name) => {
      expect(nearName(name, NAMES)).toBeUndefined();
    },
  );

  test("finds no name near where there is none", () => {
    expect(nearName("a", [])).toBeUndefined();
  });

  test("finds whatever has a letter too many, and only what there is", () => {
    const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{5,12}$/), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(names, fc.nat(), fc.nat(12), (known, pick, at) => {
        const meant = known[pick % known.length] as string;
        const slip = `${meant.slice(0, at)}q${meant.slice(at)}`;
        const near = nearName(slip, known);
        if (!known.includes(slip)) expect(known).toContain(near);
        if (known.length === 1) expect(near).toBe(meant);
      }),
    );
  });
});
