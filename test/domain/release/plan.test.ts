import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { plan } from "../../../src/domain/release/plan.ts";
import { describePlan, HELDS, NOW_MS, planInputs, SEENS } from "./plan-cases.ts";

/** Each cell and its reason, in the order of `planInputs()`. */
const TABLE = (await readFile(resolve(import.meta.dirname, "plan-table.txt"), "utf8")).trimEnd().split("\n");

describe("plan()", () => {
  test("decides every cell of trigger, held, seen and disk as the table says, each for a reason", () => {
    const rows = [...planInputs()].map(({ names, input }) => {
      const decided = plan(input);
      return [...names, describePlan(decided), decided.because].join(" | ");
    });
    expect(rows).toEqual(TABLE.slice(1));
    expect(new Set(rows.map((row) => row.split(" | ").slice(0, 4).join())).size).toBe(rows.length);
    for (const row of rows) expect(row.split(" | ")).toHaveLength(6);
  });

  test("a publication is never as a lower revision than what is held, and not from beyond the bound", () => {
    const held = fc.constantFrom(...Object.values(HELDS));
    const seen = fc.constantFrom(...Object.values(SEENS));
    fc.assert(
      fc.property(held, seen, fc.integer({ min: 0, max: 10_000_000 }), (mine, shown, laterMs) => {
        const nowMs = NOW_MS + laterMs;
        const decided = plan({
          trigger: "reconcile",
          held: mine,
          seen: shown,
          disk: { kind: "unread" },
          nowMs,
        });
        if (decided.kind !== "publish" || decided.scope === "flag") return;
        expect(decided.revision).toBeGreaterThanOrEqual(mine?.revision ?? 0);
        expect(decided.revision).toBeLessThanOrEqual(nowMs + 2);
      }),
    );
  });

  test("two replicas that serve different catalogs never both put theirs over the other's", () => {
    const published = fc.record({
      hash: fc.constantFrom("a", "b", "c"),
      revision: fc.integer({ min: 1, max: 12 }).map((step) => NOW_MS - 24 + 2 * step + 1),
      generation: fc.constantFrom(undefined, undefined, 7, 8),
    });
    fc.assert(
      fc.property(published, published, (mine, theirs) => {
        if (mine.hash === theirs.hash || mine.generation === theirs.generation) {
          if (mine.hash === theirs.hash || mine.generation !== undefined) return;
        }
        const against = (held: typeof mine, other: typeof mine) =>
          plan({
            trigger: "reconcile",
            held,
            seen: {
              kind: "whole",
              ...other,
              author: "mosaic",
              hasHeldManifest: false,
              manifest:
                other.generation === undefined
                  ? { kind: "none" }
                  : { kind: "signed", generation: other.generation, hash: other.hash },
            },
            disk: { kind: "unread" },
            nowMs: NOW_MS,
          }).kind;
        const kinds = [against(mine, theirs), against(theirs, mine)].sort();
        // Of equal revisions, each takes the one that is in the cache.
        expect(mine.revision === theirs.revision ? "activate" : kinds[0]).toBe("activate");
        expect(kinds).not.toEqual(["publish", "publish"]);
      }),
    );
  });
});
