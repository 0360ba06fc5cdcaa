import { describe, expect, test } from "vitest";
import { createCatalogVerifier } from "../../../src/app/signing/catalog-verifier.ts";
import type { SigningKeysLoad } from "../../../src/app/signing/signing-keys.ts";
import type { SignatureMode } from "../../../src/domain/signing/verify-manifest.ts";
import { catalogOf, keyOf, signed } from "../../support/signed-catalog.ts";

const [A, B] = [keyOf("a"), keyOf("b")];
const CATALOG = catalogOf({ a: "x" });
const SIGNED_BY_A = { catalog: CATALOG, manifest: signed(CATALOG, 7, [A]), source: "cache" } as const;
const SIGNED_BY_B = { ...SIGNED_BY_A, manifest: signed(CATALOG, 7, [B]) };
const UNSIGNED = { ...SIGNED_BY_A, manifest: undefined };
const BROKEN: SigningKeysLoad = { kind: "refused", detail: "it is not JSON" };
const trusting = (...keys: readonly (typeof A)[]): SigningKeysLoad => ({ kind: "keys", keys, warnings: [] });

/** A verifier whose keys are what `set` said last, and how often they were read. */
function verifierOf(viewsSignatureMode: SignatureMode, viewsSignatureRequired: boolean) {
  let load = trusting(A);
  let reads = 0;
  const verifier = createCatalogVerifier({ viewsSignatureMode, viewsSignatureRequired }, async () => {
    reads++;
    return load;
  });
  const set = (next: SigningKeysLoad): void => {
    load = next;
  };
  return { verifier, set, reads: () => reads };
}

describe("createCatalogVerifier()", () => {
  test("createCatalogVerifier() trusts no key before it has read them", async () => {
    const { verifier } = verifierOf("hmac", false);
    expect(verifier.verify(SIGNED_BY_A, undefined)).toMatchObject({
      kind: "refused",
      reason: "signature-invalid",
    });
    expect(await verifier.refreshKeys()).toEqual(trusting(A));
    expect(verifier.verify(SIGNED_BY_A, undefined)).toEqual({ kind: "accepted", generation: 7, keyid: "a" });
  });

  test("createCatalogVerifier() goes with the keys as they change", async () => {
    const { verifier, set } = verifierOf("hmac", true);
    await verifier.refreshKeys();
    expect(verifier.verify(SIGNED_BY_B, undefined)).toMatchObject({ reason: "signature-invalid" });
    set(trusting(B));
    await verifier.refreshKeys();
    expect(verifier.verify(SIGNED_BY_B, undefined)).toMatchObject({ kind: "accepted", keyid: "b" });
    expect(verifier.verify(SIGNED_BY_A, undefined)).toMatchObject({ reason: "signature-invalid" });
  });

  test("createCatalogVerifier() keeps its keys while others cannot be read, and says so", async () => {
    const { verifier, set } = verifierOf("hmac", true);
    await verifier.refreshKeys();
    set(BROKEN);
    expect(await verifier.refreshKeys()).toEqual(BROKEN);
    expect(verifier.verify(SIGNED_BY_A, undefined)).toMatchObject({ kind: "accepted" });
  });

  test.each(["none", "sha256"] as const)("createCatalogVerifier() reads no keys in mode %s", async (mode) => {
    const { verifier, set, reads } = verifierOf(mode, false);
    set(BROKEN);
    expect(await verifier.refreshKeys()).toEqual({ kind: "keys", keys: [], warnings: [] });
    expect(reads()).toBe(0);
    expect(verifier.verify(SIGNED_BY_B, undefined)).toMatchObject({ kind: "accepted", keyid: undefined });
  });

  test("createCatalogVerifier() decides by what is required, where it was found and what is active", async () => {
    const [required, tolerant] = [verifierOf("hmac", true).verifier, verifierOf("hmac", false).verifier];
    const active = { hash: CATALOG.hash, generation: 7 };
    await Promise.all([required.refreshKeys(), tolerant.refreshKeys()]);
    expect(required.verify(UNSIGNED, undefined)).toMatchObject({ reason: "manifest-missing" });
    expect(tolerant.verify(UNSIGNED, undefined)).toMatchObject({ kind: "tolerated" });
    expect(tolerant.verify(UNSIGNED, active)).toMatchObject({ reason: "manifest-stripped" });
    expect(tolerant.verify({ ...UNSIGNED, source: "disk" }, active)).toMatchObject({ kind: "tolerated" });
    expect(tolerant.verify(SIGNED_BY_A, { ...active, generation: 8 })).toMatchObject({ reason: "rollback" });
  });
});
