import { describe, expect, test } from "vitest";
import { createSignatureGate } from "../../../src/app/signing/catalog-verifier.ts";
import type { SigningKeysLoad } from "../../../src/app/signing/signing-keys.ts";
import type { SignatureMode } from "../../../src/domain/signing/verify-manifest.ts";
import { catalogOf, keyOf, signed } from "../../support/signed-catalog.ts";

const [A, B] = [keyOf("a"), keyOf("b")];
const CATALOG = catalogOf({ a: "x" });
const SIGNED_BY_A = { catalog: CATALOG, manifest: signed(CATALOG, 7, [A]), origin: "cache" } as const;
const SIGNED_BY_B = { ...SIGNED_BY_A, manifest: signed(CATALOG, 7, [B]) };
const UNSIGNED = { ...SIGNED_BY_A, manifest: undefined };
const BROKEN: SigningKeysLoad = { kind: "refused", detail: "it is not JSON" };
const trusting = (...keys: readonly (typeof A)[]): SigningKeysLoad => ({ kind: "keys", keys, warnings: [] });

/** A gate whose keys are what `set` said last, and how often they were read. */
function gateOf(viewsSignatureMode: SignatureMode, viewsSignatureRequired: boolean) {
  let load = trusting(A);
  let reads = 0;
  const gate = createSignatureGate({ viewsSignatureMode, viewsSignatureRequired }, async () => {
    reads++;
    return load;
  });
  const set = (next: SigningKeysLoad): void => {
    load = next;
  };
  return { gate, set, reads: () => reads };
}

describe("createSignatureGate()", () => {
  test("createSignatureGate() trusts no key before it has read them", async () => {
    const { gate } = gateOf("hmac", false);
    expect(gate.admit(SIGNED_BY_A, undefined)).toMatchObject({
      kind: "refused",
      reason: "signature-invalid",
    });
    expect(await gate.refreshKeys()).toEqual(trusting(A));
    expect(gate.admit(SIGNED_BY_A, undefined)).toEqual({ kind: "accepted", generation: 7, keyid: "a" });
  });

  test("createSignatureGate() goes with the keys as they change", async () => {
    const { gate, set } = gateOf("hmac", true);
    await gate.refreshKeys();
    expect(gate.admit(SIGNED_BY_B, undefined)).toMatchObject({ reason: "signature-invalid" });
    set(trusting(B));
    await gate.refreshKeys();
    expect(gate.admit(SIGNED_BY_B, undefined)).toMatchObject({ kind: "accepted", keyid: "b" });
    expect(gate.admit(SIGNED_BY_A, undefined)).toMatchObject({ reason: "signature-invalid" });
  });

  test("createSignatureGate() keeps its keys while others cannot be read, and says so", async () => {
    const { gate, set } = gateOf("hmac", true);
    await gate.refreshKeys();
    set(BROKEN);
    expect(await gate.refreshKeys()).toEqual(BROKEN);
    expect(gate.admit(SIGNED_BY_A, undefined)).toMatchObject({ kind: "accepted" });
  });

  test.each(["none", "sha256"] as const)("createSignatureGate() reads no keys in mode %s", async (mode) => {
    const { gate, set, reads } = gateOf(mode, false);
    set(BROKEN);
    expect(await gate.refreshKeys()).toEqual({ kind: "keys", keys: [], warnings: [] });
    expect(reads()).toBe(0);
    expect(gate.admit(SIGNED_BY_B, undefined)).toMatchObject({ kind: "accepted", keyid: undefined });
  });

  test("createSignatureGate() decides by what is required, where it was found and what is active", async () => {
    const [required, tolerant] = [gateOf("hmac", true).gate, gateOf("hmac", false).gate];
    const active = { hash: CATALOG.hash, generation: 7 };
    await Promise.all([required.refreshKeys(), tolerant.refreshKeys()]);
    expect(required.admit(UNSIGNED, undefined)).toMatchObject({ reason: "manifest-missing" });
    expect(tolerant.admit(UNSIGNED, undefined)).toMatchObject({ kind: "tolerated" });
    expect(tolerant.admit(UNSIGNED, active)).toMatchObject({ reason: "manifest-stripped" });
    expect(tolerant.admit({ ...UNSIGNED, origin: "disk" }, active)).toMatchObject({ kind: "tolerated" });
    expect(tolerant.admit(SIGNED_BY_A, { ...active, generation: 8 })).toMatchObject({ reason: "rollback" });
  });
});
