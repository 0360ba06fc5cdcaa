import { describe, expect, test } from "vitest";
import { openCatalogVerifier } from "../../src/app/compose.ts";
import type { Settings } from "../../src/app/settings/settings.ts";
import { SigningKeysError } from "../../src/app/signing/signing-keys.ts";
import type { Log } from "../../src/app/telemetry/log.ts";
import { KeyringError } from "../../src/ports/keyring-port.ts";
import { catalogOf, keyOf, signed } from "../support/signed-catalog.ts";

const KEY = keyOf("a");
const CATALOG = catalogOf({ view_a: "a" });

function opening({ load }: { readonly load: () => Promise<{ readonly warnings: readonly string[] }> }) {
  const warned: unknown[] = [];
  const settings = {
    viewsSignatureMode: "hmac",
    viewsSignatureRequired: true,
    viewsSignatureKey: undefined,
    viewsSignatureKeyring: "keys.json",
  } as Settings;
  const log = { warn: (...args: readonly unknown[]) => void warned.push(args) } as unknown as Log;
  const openKeyring = () => ({ name: "keys.json", load: async () => ({ keys: [KEY], ...(await load()) }) });
  return { warned, verifier: openCatalogVerifier(settings, { openKeyring, log }) };
}

describe("openCatalogVerifier()", () => {
  test("openCatalogVerifier() has read the keys, and logs what is doubtful about them", async () => {
    const { verifier, warned } = opening({ load: async () => ({ warnings: ["readable by others"] }) });
    const candidate = { catalog: CATALOG, manifest: signed(CATALOG, 7, [KEY]), source: "disk" } as const;
    expect((await verifier).verify(candidate, undefined)).toEqual({
      kind: "accepted",
      generation: 7,
      keyid: "a",
    });
    expect(warned).toEqual([[{ detail: "readable by others" }, "Signing key warning"]]);
  });

  test("openCatalogVerifier() does not start without its keys, and says why", async () => {
    const failure = new KeyringError("keys.json", "unreadable", "it is gone");
    const { verifier } = opening({ load: () => Promise.reject(failure) });
    const error = await verifier.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(SigningKeysError);
    expect(error).toMatchObject({
      name: "SigningKeysError",
      code: "signing-keys-unusable",
      message: `Cannot start: ${failure.message}`,
    });
  });
});
