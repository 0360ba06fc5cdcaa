import { mergeKeys } from "../../domain/signing/parse-keyring.ts";
import type { SigningKey } from "../../domain/signing/signing-key.ts";
import type { LocalizedText } from "../../lib/language.ts";
import { KeyringError, type KeyringPort } from "../../ports/keyring-port.ts";
import type { Settings } from "../settings/settings.ts";

/** Makes a keyring for the path in `VIEWS_SIGNATURE_KEYRING`; the file is read later, by `load`. */
export type OpenKeyring = (path: string) => KeyringPort;

/** The trusted keys, or why they cannot be read: one invalid key refuses them all. */
export type SigningKeysLoad =
  | { readonly kind: "keys"; readonly keys: readonly SigningKey[]; readonly warnings: readonly string[] }
  | { readonly kind: "refused"; readonly detail: string; readonly texts?: LocalizedText };

export type LoadSigningKeys = (signal?: AbortSignal) => Promise<SigningKeysLoad>;

/**
 * Makes a function that returns the key of `VIEWS_SIGNATURE_KEY`, then those of the keyring. It reads the
 * keyring at each call, because the file may change while the service runs.
 */
export function createSigningKeysLoader(
  {
    viewsSignatureKey: own,
    viewsSignatureKeyring: path,
  }: Pick<Settings, "viewsSignatureKey" | "viewsSignatureKeyring">,
  openKeyring: OpenKeyring,
): LoadSigningKeys {
  const keyring = path === undefined ? undefined : openKeyring(path);
  return async (signal) => {
    try {
      const { keys, warnings } = (await keyring?.load({ signal })) ?? { keys: [], warnings: [] };
      const joined = mergeKeys(own === undefined ? keys : [own, ...keys]);
      if (joined.kind === "keyring") return { kind: "keys", keys: joined.keys, warnings };
      const texts = {
        en: `VIEWS_SIGNATURE_KEY cannot be combined with VIEWS_SIGNATURE_KEYRING: ${joined.detail.en}`,
        pt: `VIEWS_SIGNATURE_KEY não combina com VIEWS_SIGNATURE_KEYRING: ${joined.detail.pt}`,
      };
      return { kind: "refused", detail: texts.en, texts };
    } catch (error) {
      if (!(error instanceof KeyringError)) throw error;
      return { kind: "refused", detail: error.message, texts: error.texts };
    }
  };
}

/** The keys of the settings cannot be read; the message contains no secret. */
export class SigningKeysError extends Error {
  override readonly name = "SigningKeysError";
  readonly code = "signing-keys-unusable";
  /** The reason in each language; undefined if only the message has the reason, in English. */
  readonly texts: LocalizedText | undefined;

  constructor(message: string, texts?: LocalizedText) {
    super(message);
    this.texts = texts;
  }
}
