import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CatalogHash } from "../../src/domain/catalog.ts";
import { newerOf } from "../../src/domain/revision-order.ts";

const hashOf = (digit: string): CatalogHash => digit.repeat(64) as CatalogHash;
const [OLD, HELD, SHARED] = [hashOf("0"), hashOf("1"), hashOf("2")];

describe("newerOf()", () => {
  test.each([
    { held: 3, shared: 4, newer: "shared" },
    { held: 4, shared: 3, newer: "held" },
    { held: 3, shared: 3, newer: "shared" },
    { held: 0, shared: 1, newer: "shared" },
    { held: 9, shared: undefined, newer: "shared" },
  ])("newerOf() lets $newer win of held revision $held and shared revision $shared", (row) => {
    const held = { hash: HELD, revision: row.held };
    expect(newerOf(held, { hash: SHARED, revision: row.shared })).toBe(row.newer);
  });

  test.each([
    { name: "what it was to replace", hash: OLD, revision: 3, newer: "held" },
    { name: "what it was to replace, without its state", hash: OLD, revision: undefined, newer: "held" },
    { name: "a later return to what it was to replace", hash: OLD, revision: 9, newer: "shared" },
    { name: "an older one", hash: SHARED, revision: 2, newer: "held" },
    { name: "one as old as what it was to replace", hash: SHARED, revision: 3, newer: "held" },
    { name: "one that was published since", hash: SHARED, revision: 4, newer: "shared" },
    { name: "that of another program", hash: SHARED, revision: undefined, newer: "shared" },
  ])("newerOf() lets $newer win of a catalog that could not be published and $name", (row) => {
    const held = { hash: HELD, revision: 3, unpublishedOver: OLD };
    expect(newerOf(held, { hash: row.hash, revision: row.revision })).toBe(row.newer);
  });

  test("newerOf() lets a catalog win over what it was to replace wherever that stands, if none was ever seen in the cache", () => {
    const held = { hash: HELD, revision: 0, unpublishedOver: OLD };
    expect(newerOf(held, { hash: OLD, revision: 9 })).toBe("held");
  });

  test.each([
    { held: 7, shared: 8, revision: 1, unpublished: false, newer: "shared" },
    { held: 8, shared: 7, revision: 99, unpublished: false, newer: "held" },
    { held: 8, shared: 7, revision: undefined, unpublished: false, newer: "held" },
    { held: 7, shared: 8, revision: 1, unpublished: true, newer: "shared" },
    { held: 7, shared: 7, revision: 6, unpublished: false, newer: "shared" },
    { held: 7, shared: 7, revision: 4, unpublished: false, newer: "held" },
    { held: undefined, shared: 1, revision: 1, unpublished: false, newer: "shared" },
    { held: 1, shared: undefined, revision: 99, unpublished: false, newer: "held" },
    { held: undefined, shared: 1, revision: 1, unpublished: true, newer: "held" },
    { held: undefined, shared: 1, revision: 5, unpublished: true, newer: "held" },
    { held: undefined, shared: 1, revision: 6, unpublished: true, newer: "shared" },
  ])("newerOf() goes by generations before revisions: %o", (row) => {
    const over = row.unpublished ? { unpublishedOver: SHARED } : {};
    const held = { hash: HELD, generation: row.held, revision: 5, ...over };
    const shared = { hash: SHARED, generation: row.shared, revision: row.revision };
    expect(newerOf(held, shared)).toBe(row.newer);
  });

  test("newerOf() has all replicas that compare, in any order, end with one catalog of the highest revision", () => {
    const replica = fc.record({
      digit: fc.constantFrom("1", "2", "3"),
      revision: fc.integer({ min: 1, max: 4 }),
    });
    fc.assert(
      fc.property(
        fc.array(replica, { minLength: 1, maxLength: 5 }),
        fc.array(fc.nat(), { maxLength: 40 }),
        (all, turns) => {
          const held = all.map(({ digit, revision }) => ({ hash: hashOf(digit), revision }));
          let shared: (typeof held)[number] | undefined;
          const compare = (index: number): void => {
            const mine = held[index];
            if (mine === undefined) return;
            if (shared === undefined || (shared.hash !== mine.hash && newerOf(mine, shared) === "held"))
              shared = mine;
            else
              held[index] = {
                hash: shared.hash,
                revision: Math.max(shared.revision, mine.hash === shared.hash ? mine.revision : 0),
              };
          };
          for (const turn of turns) compare(turn % held.length);
          for (let round = 0; round < 3; round++) held.forEach((_, index) => void compare(index));
          expect(new Set(held.map(({ hash }) => hash)).size).toBe(1);
          const highest = Math.max(...all.map(({ revision }) => revision));
          const winners = all
            .filter(({ revision }) => revision === highest)
            .map(({ digit }) => hashOf(digit));
          expect(winners).toContain(held[0]?.hash);
        },
      ),
    );
  });
});
