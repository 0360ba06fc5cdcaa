import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CatalogHash } from "../../../src/domain/catalog/catalog.ts";
import { type VerificationPolicy, verifyCatalog } from "../../../src/domain/signing/verify-catalog.ts";
import type { ManifestOutcome } from "../../../src/domain/signing/verify-manifest.ts";

const [ONE, OTHER] = ["11".repeat(32) as CatalogHash, "22".repeat(32) as CatalogHash];
const MISSING = { kind: "missing" } as const;
const UNCHECKED = { kind: "unchecked" } as const;
const REFUSED = { kind: "refused", reason: "signature-invalid", detail: "no known key" } as const;
const verified = (generation: number, catalogHash = ONE) =>
  ({ kind: "verified", generation, createdAt: "", catalogHash, keyid: "a" }) as const;

const NOTHING = undefined;
const UNSIGNED = { hash: OTHER, generation: undefined };
const SIGNED = { hash: OTHER, generation: 7 };

const terms = fc.record({
  isManifestRequired: fc.boolean(),
  source: fc.constantFrom("cache" as const, "disk" as const),
  active: fc.constantFrom(NOTHING, UNSIGNED, SIGNED),
});

type Row = readonly [
  outcome: ManifestOutcome,
  isManifestRequired: boolean,
  source: VerificationPolicy["source"],
  active: VerificationPolicy["active"],
  expected: string,
];

/** Every cell of the matrix; those of stripped manifests are marked. */
const MATRIX: readonly Row[] = [
  ...[NOTHING, UNSIGNED, SIGNED].flatMap((active): readonly Row[] =>
    (["cache", "disk"] as const).flatMap((source): readonly Row[] => [
      [UNCHECKED, false, source, active, "accepted"],
      [UNCHECKED, true, source, active, "manifest-unchecked"],
      [REFUSED, false, source, active, "signature-invalid"],
      [REFUSED, true, source, active, "signature-invalid"],
      [MISSING, true, source, active, "manifest-missing"],
      [verified(8), false, source, active, "accepted"],
      [verified(8), true, source, active, "accepted"],
      [verified(6), true, source, active, active === SIGNED ? "rollback" : "accepted"],
      [verified(6), false, source, active, active === SIGNED ? "rollback" : "accepted"],
      [verified(7, OTHER), false, source, active, "accepted"],
      [verified(7, ONE), false, source, active, active === SIGNED ? "generation-conflict" : "accepted"],
    ]),
  ),
  [MISSING, false, "cache", NOTHING, "tolerated"],
  [MISSING, false, "cache", UNSIGNED, "tolerated"],
  [MISSING, false, "cache", SIGNED, "manifest-stripped"], // stripped
  [MISSING, false, "disk", NOTHING, "tolerated"],
  [MISSING, false, "disk", UNSIGNED, "tolerated"],
  [MISSING, false, "disk", SIGNED, "tolerated"], // stripped
];

describe("verifyCatalog()", () => {
  test.each(MATRIX)(
    "verifyCatalog() of %j, isManifestRequired: %j, from the %s, over %j: %s",
    (outcome, required, source, active, expected) => {
      const decision = verifyCatalog(outcome, { isManifestRequired: required, source, active });
      expect(decision.kind === "refused" ? decision.reason : decision.kind).toBe(expected);
    },
  );

  test("verifyCatalog() says what it tolerates", () => {
    const given = { isManifestRequired: false, source: "disk", active: SIGNED } as const;
    expect(verifyCatalog(MISSING, given)).toEqual({
      kind: "tolerated",
      reason: "manifest-missing",
      detail: "the catalog has no manifest",
    });
  });

  test("verifyCatalog() gives generation and key of what it accepts", () => {
    const given = { isManifestRequired: true, source: "disk", active: SIGNED } as const;
    expect(verifyCatalog(verified(8), given)).toEqual({ kind: "accepted", generation: 8, keyid: "a" });
    expect(verifyCatalog(UNCHECKED, { ...given, isManifestRequired: false })).toEqual({
      kind: "accepted",
      generation: undefined,
      keyid: undefined,
    });
  });

  test.each<[outcome: ManifestOutcome, given: Partial<VerificationPolicy>, detail: string]>([
    [REFUSED, {}, "no known key"],
    [UNCHECKED, { isManifestRequired: true }, "a manifest is required, but not verified"],
    [MISSING, { isManifestRequired: true }, "the catalog has no manifest, but one is required"],
    [MISSING, {}, "the catalog has no manifest"],
    [
      MISSING,
      { active: SIGNED },
      "the catalog in the cache has no manifest, but the active one is signed (generation 7)",
    ],
    [verified(6), { active: SIGNED }, "generation 6 is lower than the active generation 7"],
    [verified(7), { active: SIGNED }, "generation 7 is already active with another catalog hash"],
  ])("verifyCatalog() of %j with %j says why", (outcome, given, detail) => {
    const decision = verifyCatalog(outcome, {
      isManifestRequired: false,
      source: "cache",
      active: NOTHING,
      ...given,
    });
    expect(decision).toHaveProperty("detail", detail);
  });

  test("verifyCatalog() lets nothing in that is there and does not verify", () => {
    fc.assert(
      fc.property(terms, (given) => {
        expect(verifyCatalog(REFUSED, given)).toEqual(REFUSED);
      }),
    );
  });

  test("verifyCatalog() never goes back, nor sideways, nor to no generation at the hand of the cache", () => {
    const outcomes = fc.oneof(
      fc.constantFrom<ManifestOutcome>(MISSING, REFUSED),
      fc.integer({ min: 1, max: 12 }).map((generation) => verified(generation)),
    );
    fc.assert(
      fc.property(outcomes, terms, (outcome, given) => {
        const decision = verifyCatalog(outcome, { ...given, source: "cache", active: SIGNED });
        const generation = decision.kind === "accepted" ? (decision.generation ?? 0) : Infinity;
        expect(decision.kind).not.toBe("tolerated");
        expect(generation).toBeGreaterThan(7);
      }),
    );
  });
});
