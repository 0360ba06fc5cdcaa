import type { Settings } from "./settings/settings.ts";
import { type CatalogVerifier, createCatalogVerifier } from "./signing/catalog-verifier.ts";
import { createSigningKeysLoader, type OpenKeyring, SigningKeysError } from "./signing/signing-keys.ts";
import type { Log } from "./telemetry/log.ts";

/**
 * Makes the verifier of a service and reads its keys.
 *
 * @throws {SigningKeysError} when they cannot be read: a service that could not check a signature does not
 * start
 */
export async function openCatalogVerifier(
  settings: Settings,
  { openKeyring, log }: { readonly openKeyring: OpenKeyring; readonly log: Log },
): Promise<CatalogVerifier> {
  const verifier = createCatalogVerifier(settings, createSigningKeysLoader(settings, openKeyring));
  const keys = await verifier.refreshKeys();
  if (keys.kind === "refused") throw new SigningKeysError(`Cannot start: ${keys.detail}`);
  for (const detail of keys.warnings) log.warn({ detail }, "Signing key warning");
  return verifier;
}
