import type { Catalog } from "../domain/catalog/catalog.ts";
import type { Diagnostic } from "../domain/view/diagnostic.ts";
import { type LocalizedText, toLocalizedText } from "../lib/language.ts";
import { makeTextVisible } from "../lib/visible-text.ts";

/** The result of a load. `invalid`: the files have at least one error; all diagnostics are returned, and no catalog. */
export type CatalogLoad =
  | {
      readonly kind: "loaded";
      readonly catalog: Catalog;
      readonly warnings: readonly Diagnostic[];
      /**
       * The unchanged bytes of `views.manifest.json` beside the views; undefined without that file. They were read
       * together with the views, and only their size was checked.
       */
      readonly manifest: Uint8Array | undefined;
      /** The result of {@link CatalogSourcePort.digest} for the files of this catalog, where there is one. */
      readonly digest?: string | undefined;
    }
  | { readonly kind: "invalid"; readonly diagnostics: readonly Diagnostic[] };

/** Options of a load. */
export interface CatalogLoadOptions {
  /** Aborts the load. */
  readonly signal?: AbortSignal | undefined;
  /** Called at intervals with the number of checked files and of all files; must not throw. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Where catalogs are authored: a folder of YAML files, or files held in memory. */
export interface CatalogSourcePort {
  /** The name of the source for messages and logs, such as `data/views`. */
  readonly name: string;

  /**
   * Returns the catalog as it is at the time of the call. Files that are certainly unchanged need not be read
   * again.
   *
   * @throws {CatalogSourceError} when the source itself cannot be read
   */
  load(options?: CatalogLoadOptions): Promise<CatalogLoad>;

  /**
   * Identifies the view files by their paths and bytes, without parsing them. The result equals the `digest`
   * of a load only if the files are the same, and is any text of up to 256 characters. It is undefined if the
   * same bytes may load with another result, or if the files cannot be identified with certainty, for example
   * while they change. Without this optional operation, files have to be parsed to be compared.
   *
   * @throws {CatalogSourceError} when the source itself cannot be read
   */
  digest?(options?: { readonly signal?: AbortSignal | undefined }): Promise<string | undefined>;

  /**
   * Lists the probable names of the views, from the names of their files. It is much faster than {@link load}, but an
   * entity inside a file may differ.
   *
   * @throws {CatalogSourceError} when the source itself cannot be read
   */
  readNames?(options?: { readonly signal?: AbortSignal | undefined }): Promise<readonly string[]>;

  /**
   * Reads only the manifest, without the views. Returns what {@link load} would return as its manifest now; undefined
   * if there is no usable manifest file.
   *
   * @throws {CatalogSourceError} when the source itself cannot be read
   */
  readManifest(options?: { readonly signal?: AbortSignal | undefined }): Promise<Uint8Array | undefined>;
}

/**
 * Why a source could not be read.
 *
 * - `not-found`: no such folder
 * - `unreadable`: no permission, an I/O error, too many files
 * - `changing`: the files changed during every attempt to read them, so old and new files may be mixed
 * - `aborted`: the caller's signal fired; its reason is the `cause`
 */
export type CatalogSourceErrorCode = "aborted" | "changing" | "not-found" | "unreadable";

/** @throws {CatalogSourceError} with the code `aborted` if the signal has fired */
export function throwIfAborted(source: string, signal: AbortSignal | undefined): void {
  if (signal?.aborted)
    throw new CatalogSourceError(source, "aborted", "aborted by the caller", { cause: signal.reason });
}

/** The one error that a {@link CatalogSourcePort} fails with. */
export class CatalogSourceError extends Error {
  override readonly name = "CatalogSourceError";
  readonly code: CatalogSourceErrorCode;
  /** The message in each language. */
  readonly texts: LocalizedText;

  constructor(
    source: string,
    code: CatalogSourceErrorCode,
    detail: LocalizedText | string,
    options?: ErrorOptions,
  ) {
    const [name, { en, pt }] = [JSON.stringify(source), toLocalizedText(detail)];
    const texts = {
      en: makeTextVisible(`Cannot load catalog ${name}: ${en}`),
      pt: makeTextVisible(`Não é possível carregar o catálogo ${name}: ${pt}`),
    };
    super(texts.en, options);
    this.code = code;
    this.texts = texts;
  }
}
