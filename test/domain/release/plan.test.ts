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

  const SIGNED = { kind: "signed", generation: 7, hash: "a" } as const;
  const compared = { trigger: "reconcile", disk: { kind: "unread" }, nowMs: NOW_MS } as const;
  const whole = {
    kind: "whole",
    hash: "a",
    generation: 7,
    revision: NOW_MS - 11,
    author: "mosaic",
    hasHeldManifest: false,
    manifest: SIGNED,
  } as const;

  test.each([
    [NOW_MS - 9, "publish"],
    [NOW_MS - 11, "activate"],
    [NOW_MS - 13, "activate"],
  ] as const)(
    "of one catalog under two manifests of one generation, the later publication counts (%d)",
    (revision, kind) => {
      const decided = plan({ ...compared, held: { hash: "a", generation: 7, revision }, cache: whole });
      expect(decided).toMatchObject({
        kind,
        because: expect.stringMatching(/^the cache has the same views under an/),
      });
      if (decided.kind === "publish") expect(decided).toMatchObject({ scope: "all", revision });
    },
  );

  test("a signed catalog is put back over its own damaged publication, and not over another one of its generation", () => {
    const held = { hash: "a", generation: 7, revision: NOW_MS - 11 };
    const damaged = {
      kind: "unusable",
      grace: "publication",
      lacksOnlyFlag: false,
      revision: held.revision,
    } as const;
    const decidedAfter = (unchangedMs: number, hash: string) =>
      plan({ ...compared, held, cache: { ...damaged, manifest: { ...SIGNED, hash }, unchangedMs } }).kind;
    expect([decidedAfter(1499, "a"), decidedAfter(1500, "a"), decidedAfter(1e12, "b")]).toEqual([
      "wait",
      "publish",
      "wait",
    ]);
  });

  test("a newer generation wins over a signed reload that waits for its publication", () => {
    const pending = { requestedAtMs: NOW_MS, replacedHash: "b" };
    const seen = { ...whole, hash: "b", generation: 8, manifest: { ...SIGNED, generation: 8, hash: "b" } };
    const decide = (generation: number | undefined) =>
      plan({ ...compared, held: { hash: "a", generation, revision: 0, pending }, cache: seen }).kind;
    expect([decide(7), decide(undefined)]).toEqual(["activate", "publish"]);
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
          cache: shown,
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
            cache: {
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
