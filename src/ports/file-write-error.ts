import { type LocalizedText, toLocalizedText } from "../lib/language.ts";
import { makeTextVisible } from "../lib/visible-text.ts";

/** A view file or a manifest cannot be written. */
export class FileWriteError extends Error {
  override readonly name = "FileWriteError";
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
