import type { SigningKey } from "../../../domain/signing/signing-key.ts";
import type { SignatureMode } from "../../../domain/signing/verify-manifest.ts";
import { createSigningKeysLoader } from "../../signing/signing-keys.ts";
import type { CommandDeps, CommandIo } from "./command.ts";
import { readSettings } from "./read-settings.ts";

/** The keys and the mode for signing and verifying. */
export interface SignatureOptions {
  /** Never `none`: a command about signatures always checks them. */
  readonly mode: Exclude<SignatureMode, "none">;
  readonly keys: readonly SigningKey[];
}

/**
 * Reads mode and keys from the settings; undefined after printing an error.
 *
 * A key with the mode `none`, which is common in a pipeline that sets nothing else, means `hmac`. Without a key,
 * `sha256` is used only on request, so that a lost secret never weakens a check.
 */
export async function loadSignatureOptions(
  io: CommandIo,
  { openKeyring }: CommandDeps,
): Promise<SignatureOptions | undefined> {
  const settings = readSettings(io);
  if (settings === undefined) return undefined;
  const loaded = await createSigningKeysLoader(settings, openKeyring)();
  if (loaded.kind === "refused") return wrong(io, loaded.detail);
  for (const warning of loaded.warnings) io.stderr.line(`mosaic: warning: ${warning}`);
  const { keys } = loaded;
  if (settings.viewsSignatureMode !== "none") return { mode: settings.viewsSignatureMode, keys };
  if (keys.length > 0) return { mode: "hmac", keys };
  return wrong(
    io,
    "mosaic: no signing key is configured: set VIEWS_SIGNATURE_KEY or VIEWS_SIGNATURE_KEYRING, or VIEWS_SIGNATURE_MODE=sha256 to sign without a key",
  );
}

function wrong(io: CommandIo, message: string): undefined {
  io.stderr.line(message);
  return undefined;
}
