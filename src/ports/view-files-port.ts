import { type LocalizedText, toLocalizedText } from "../lib/language.ts";
import { makeTextVisible } from "../lib/visible-text.ts";

/** A view file of a folder. */
export interface ViewFileBytes {
  /** The path inside the folder. */
  readonly path: string;
  /** The file as diagnostics name it: the folder and the path inside it. */
  readonly file: string;
  readonly bytes: Uint8Array;
}

/** The view files of a folder, for the commands that write them. */
export interface ViewFilesPort {
  /**
   * Reads every view file.
   *
   * @throws {CatalogSourceError} when the folder cannot be read; `not-found` without a folder
   */
  list(directory: string): Promise<readonly ViewFileBytes[]>;
  /**
   * Writes a file that does not exist, in one step, and creates its folder if needed.
   *
   * @returns the file's name for messages; `exists` if the file existed already, and was not changed
   * @throws {ViewFileError}
   */
  create(
    directory: string,
    path: string,
    text: string,
  ): Promise<{ readonly kind: "created" | "exists"; readonly file: string }>;
  /**
   * Replaces the contents of a file in one step: a reader finds the old or the new contents, complete.
   *
   * @throws {ViewFileError} and leaves the file unchanged
   */
  replace(file: string, bytes: Uint8Array): Promise<void>;
}

/** The error of a file that cannot be written. */
export class ViewFileError extends Error {
  override readonly name = "ViewFileError";
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
