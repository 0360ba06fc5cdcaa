import { describe, expect, test } from "vitest";
import { filterIndexes, isFiltered, listGroups, NO_FILTER } from "../../../src/app/console/catalog-filter.js";

const item = (entity: string, columns: number, rest: object = {}) => ({
  entity,
  description: "x",
  identifiers: ["a"],
  columns: Array.from({ length: columns }, (_, index) => `c${index}`),
  aliases: [],
  words: ["w"],
  ...rest,
});
const ITEMS = [
  item("view_fiis_info", 3),
  item("view_fiis_prices", 5, { description: "" }),
  item("view_market_rates", 1, { words: [] }),
  item("sales.view_a", 2, { identifiers: [] }),
  item("sales.view_b", 4),
  item("alone", 9),
];
const places = (change: Partial<typeof NO_FILTER>, among = [...ITEMS.keys()]) =>
  filterIndexes({ ...NO_FILTER, ...change }, among, (place) => ITEMS[place]);

describe("listGroups()", () => {
  test("listGroups() counts views whose names begin with the same two words, where there are several", () => {
    expect(listGroups(ITEMS)).toEqual([
      { name: "sales.view", count: 2 },
      { name: "view_fiis", count: 2 },
    ]);
  });

  test("listGroups() offers the 50 largest", () => {
    const many = Array.from({ length: 200 }, (_, index) =>
      Array.from({ length: index + 2 }, (__, view) => item(`v_g${index}_${view}`, 1)),
    ).flat();
    const groups = listGroups(many);
    expect(groups).toHaveLength(50);
    expect(Math.min(...groups.map(({ count }) => count))).toBe(152);
  });
});

describe("filterIndexes()", () => {
  test.each([
    [{ group: "view_fiis" }, [0, 1]],
    [{ facet: "noDescription" }, [1]],
    [{ facet: "noWords" }, [2]],
    [{ facet: "noIdentifiers" }, [3]],
    [{ order: "mostColumns" }, [5, 1, 4, 0, 3, 2]],
    [{ order: "fewestColumns" }, [2, 3, 0, 4, 1, 5]],
    [{ group: "sales.view", order: "mostColumns" }, [4, 3]],
  ] as const)("filterIndexes() by %j", (change, expected) => {
    expect(places(change)).toEqual(expected);
    expect(isFiltered({ ...NO_FILTER, ...change })).toBe(true);
  });

  test("filterIndexes() keeps the order of a search, and leaves out what has not been read", () => {
    expect(places({}, [4, 99, 0])).toEqual([4, 0]);
    expect(isFiltered(NO_FILTER)).toBe(false);
  });
});
