import type { SigningKey } from "../domain/signing/signing-key.ts";
import { type LocalizedText, toLocalizedText } from "../lib/language.ts";
import { makeTextVisible } from "../lib/visible-text.ts";

/** The keys of a keyring, and warnings for its owner. */
export interface KeyringLoad {
  /** At least one; all of them are trusted at the same time. */
  readonly keys: readonly SigningKey[];
  /** Plain sentences without secrets, for example that other users may read the file. */
  readonly warnings: readonly string[];
}

/** The store of the keys that sign catalogs and verify their signatures. */
export interface KeyringPort {
  /** The name of the keyring for messages and logs. */
  readonly name: string;

  /**
   * Reads the keys from the store at every call, so that keys can change without a restart.
   *
   * @throws {KeyringError} when there is no keyring, or any part of it is invalid; then no key is trusted
   */
  load(options?: { readonly signal?: AbortSignal | undefined }): Promise<KeyringLoad>;
}

/**
 * Why a keyring gives no keys.
 *
 * - `not-found`: no such file
 * - `unreadable`: no permission, a folder instead of a file, or an I/O error
 * - `malformed`: its content is no keyring
 * - `aborted`: the caller's signal fired; its reason is the `cause`
 */
export type KeyringErrorCode = "aborted" | "malformed" | "not-found" | "unreadable";

/** The one error of a {@link KeyringPort}; neither it nor its cause contains a secret. */
export class KeyringError extends Error {
  override readonly name = "KeyringError";
  readonly code: KeyringErrorCode;

  /** The message in each language. */
  readonly texts: LocalizedText;

  constructor(
    keyring: string,
    code: KeyringErrorCode,
    detail: LocalizedText | string,
    options?: ErrorOptions,
  ) {
    const [name, { en, pt }] = [JSON.stringify(keyring), toLocalizedText(detail)];
    const texts = {
      en: makeTextVisible(`Cannot load keyring ${name}: ${en}`),
      pt: makeTextVisible(`Não é possível carregar o chaveiro ${name}: ${pt}`),
    };
    super(texts.en, options);
    this.code = code;
    this.texts = texts;
  }
}
