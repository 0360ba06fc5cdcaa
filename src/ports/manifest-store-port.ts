import { type LocalizedText, toLocalizedText } from "../lib/language.ts";
import { makeTextVisible } from "../lib/visible-text.ts";

/**
 * Stores a manifest beside the views of a folder. It replaces the present manifest in one step: a reader finds the old
 * or the new one, complete.
 *
 * @param directory the catalog's folder
 * @param bytes the manifest; stored unchanged
 * @returns the manifest's path, for messages
 * @throws {ManifestStoreError} and leaves the previous manifest in place
 */
export type ManifestStore = (directory: string, bytes: Uint8Array) => Promise<string>;

/** The one error that a {@link ManifestStore} fails with. */
export class ManifestStoreError extends Error {
  override readonly name = "ManifestStoreError";
  readonly code = "unwritable";

  /** The message in each language. */
  readonly texts: LocalizedText;

  constructor(path: string, detail: LocalizedText | string, options?: ErrorOptions) {
    const [name, { en, pt }] = [JSON.stringify(path), toLocalizedText(detail)];
    const texts = {
      en: makeTextVisible(`Cannot write ${name}: ${en}`),
      pt: makeTextVisible(`Não é possível gravar ${name}: ${pt}`),
    };
    super(texts.en, options);
    this.texts = texts;
  }
}
