import type { SigningKey } from "../../../domain/signing/signing-key.ts";
import type { SignatureMode } from "../../../domain/signing/verify-manifest.ts";
import { createSigningKeysLoader } from "../../signing/signing-keys.ts";
import type { CommandDeps, CommandIo } from "./command.ts";
import { readSettings } from "./read-settings.ts";

/** What signs and verifies here. */
export interface SignatureOptions {
  /** Never `none`: whoever asks for signatures wants them looked at. */
  readonly mode: Exclude<SignatureMode, "none">;
  readonly keys: readonly SigningKey[];
}

/**
 * Reads mode and keys from the settings; undefined when something is wrong with them, which has then been said.
 *
 * A key with the mode `none`, as a pipeline may well have it that sets nothing else, means `hmac`. Without a key there
 * is `sha256` only for who asks for it, so that a secret that got lost never weakens a check.
 */
export async function loadSignatureOptions(
  io: CommandIo,
  { openKeyring }: CommandDeps,
): Promise<SignatureOptions | undefined> {
  const settings = readSettings(io);
  if (settings === undefined) return undefined;
  const loaded = await createSigningKeysLoader(settings, openKeyring)();
  if (loaded.kind === "refused") return wrong(io, loaded.detail);
  for (const warning of loaded.warnings) io.stderr.write(`mosaic: warning: ${warning}\n`);
  const { keys } = loaded;
  if (settings.viewsSignatureMode !== "none") return { mode: settings.viewsSignatureMode, keys };
  if (keys.length > 0) return { mode: "hmac", keys };
  return wrong(
    io,
    "mosaic: there is no key: set VIEWS_SIGNATURE_KEY or VIEWS_SIGNATURE_KEYRING, or VIEWS_SIGNATURE_MODE=sha256 to go without",
  );
}

function wrong(io: CommandIo, message: string): undefined {
  io.stderr.write(`${message}\n`);
  return undefined;
}
