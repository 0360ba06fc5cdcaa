import { describe, expect, test } from "vitest";
import type { CatalogHash } from "../../../src/domain/catalog/catalog.ts";
import { compareFleets, generateFleetId, readFleetId } from "../../../src/domain/release/fleet-id.ts";
import { encodeState, readState } from "../../../src/domain/release/publication-state.ts";

const HASH = "a".repeat(64) as CatalogHash;
const MADE = generateFleetId("0b");

describe("compareFleets()", () => {
  test.each([
    // own, served before, claimed by the publication
    [undefined, undefined, undefined, "same"],
    ["funds", undefined, undefined, "same"],
    ["funds", MADE, undefined, "same"],
    ["funds", "stocks", undefined, "same"],
    ["funds", undefined, "funds", "same"],
    ["funds", undefined, "stocks", "other"],
    ["funds", MADE, "stocks", "other"],
    ["funds", undefined, MADE, "unknown"],
    ["funds", MADE, MADE, "same"],
    [undefined, undefined, "funds", "unknown"],
    [undefined, MADE, "funds", "unknown"],
    [undefined, "funds", "funds", "same"],
    [undefined, MADE, generateFleetId("1c"), "unknown"],
  ] as const)("own %s, served %s, claimed %s: %s", (own, served, claimed, order) => {
    expect(compareFleets({ own, served }, claimed)).toBe(order);
  });
});

test("a state carries the fleet, and anything that is no id counts as none", () => {
  for (const fleet of [undefined, "funds", MADE])
    expect(readState(encodeState(HASH, { revision: 7, fleet }))?.fleet).toBe(fleet);
  for (const value of [7, null, "", "two fleets", "~", "~~a", "a".repeat(65), "\u0000"])
    expect(readFleetId(value)).toBeUndefined();
});
