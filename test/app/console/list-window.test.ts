import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findRowAfterKey, findVisibleRows, listRows } from "../../../src/app/console/list-window.js";

const place = fc.record({
  count: fc.nat(50_000),
  rowHeight: fc.integer({ min: 20, max: 200 }),
  top: fc.integer({ min: -2000, max: 10_000_000 }),
  height: fc.integer({ min: 1, max: 4000 }),
});

describe("findVisibleRows()", () => {
  test("findVisibleRows() has every row that is on the screen, and few more", () => {
    fc.assert(
      fc.property(place, ({ count, rowHeight, top, height }) => {
        const { first, end } = findVisibleRows({ count, rowHeight, top, height });
        expect(first).toBeGreaterThanOrEqual(0);
        expect(end).toBeLessThanOrEqual(count);
        expect(end - first).toBeLessThanOrEqual(Math.ceil(height / rowHeight) + 14);
        const onScreen = (row: number) => row * rowHeight < top + height && (row + 1) * rowHeight > top;
        const candidates = [first - 1, end].filter((row) => row >= 0 && row < count);
        expect(candidates.filter(onScreen)).toEqual([]);
      }),
    );
  });
});

describe("listRows()", () => {
  test("listRows() keeps the row that has the focus, in the order of the list", () => {
    expect(listRows({ first: 3, end: 6 }, undefined)).toEqual([3, 4, 5]);
    expect(listRows({ first: 3, end: 6 }, 4)).toEqual([3, 4, 5]);
    expect(listRows({ first: 3, end: 6 }, 0)).toEqual([0, 3, 4, 5]);
    expect(listRows({ first: 3, end: 6 }, 900)).toEqual([3, 4, 5, 900]);
  });
});

describe("findRowAfterKey()", () => {
  test.each([
    ["ArrowDown", 0, 1],
    ["ArrowDown", 9, 9],
    ["ArrowUp", 5, 4],
    ["ArrowUp", 0, -1],
    ["PageDown", 3, 7],
    ["PageDown", 8, 9],
    ["PageUp", 3, 0],
    ["Home", 7, 0],
    ["End", 7, 9],
    ["a", 7, undefined],
  ])("findRowAfterKey() takes %s from row %i to %j", (key, from, expected) => {
    expect(findRowAfterKey(key, { from, count: 10, page: 4 })).toBe(expected);
  });
});
