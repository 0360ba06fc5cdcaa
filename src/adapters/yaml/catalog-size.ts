import { CATALOG_BYTES_MAX } from "../../domain/catalog/catalog.ts";
import { type Diagnostic, toTranslatedTexts } from "../../domain/view/diagnostic.ts";
import type { LocalizedText } from "../../lib/language.ts";
import { VIEW_FILE_BYTES_MAX } from "./decode-view-file.ts";

/** A file of a catalog and its size in bytes, or its view. */
export interface FileSize {
  readonly path: string;
  readonly bytes: number;
}

/** Maximum number of files that the diagnostic names. */
const LARGEST_SHOWN_MAX = 3;

/**
 * The error about files that are too large together; undefined when they are not. A file that is too large by
 * itself is read up to the limit of one file, and has its own diagnostic.
 *
 * @param name the source, as messages name it
 */
export function findFilesTooLarge(
  name: string,
  files: readonly FileSize[],
  bytesMax = CATALOG_BYTES_MAX,
): Diagnostic | undefined {
  let total = 0;
  for (const { bytes } of files) total += Math.min(bytes, VIEW_FILE_BYTES_MAX);
  if (total <= bytesMax) return undefined;
  const counted = files.map(({ path, bytes }) => ({ path, bytes: Math.min(bytes, VIEW_FILE_BYTES_MAX) }));
  const [count, together] = [files.length, inMebibytes(total)];
  const size = {
    en: `its ${count} files have ${together} together`,
    pt: `seus ${count} arquivos têm juntos ${together}`,
  };
  return catalogTooLarge(name, { size, largest: counted, bytesMax });
}

/**
 * The error about views that are too large together: aliases repeat their targets, so their canonical JSON may be
 * larger than the files.
 *
 * @param views those that were parsed until they were too large
 */
export function viewsTooLarge(
  name: string,
  views: readonly FileSize[],
  bytesMax = CATALOG_BYTES_MAX,
): Diagnostic {
  const limit = inMebibytes(bytesMax);
  const size = {
    en: `its views have more than ${limit} of JSON together`,
    pt: `suas views têm juntas mais de ${limit} em JSON`,
  };
  return catalogTooLarge(name, { size, largest: views, bytesMax });
}

function catalogTooLarge(
  name: string,
  found: { readonly size: LocalizedText; readonly largest: readonly FileSize[]; readonly bytesMax: number },
): Diagnostic {
  const shown = found.largest
    .toSorted((left, right) => right.bytes - left.bytes)
    .slice(0, LARGEST_SHOWN_MAX)
    .map(({ path, bytes }) => `${path} (${inMebibytes(bytes)})`);
  const limit = inMebibytes(found.bytesMax);
  const message: LocalizedText = {
    en: `the catalog is too large: ${found.size.en}, and at most ${limit} are allowed`,
    pt: `o catálogo é grande demais: ${found.size.pt}, e são permitidos no máximo ${limit}`,
  };
  const hint: LocalizedText = {
    en: `shorten its largest files, or move views to a service of their own; the largest are ${shown.join(", ")}`,
    pt: `encurte os maiores arquivos, ou leve views para um serviço próprio; os maiores são ${shown.join(", ")}`,
  };
  return {
    severity: "error",
    code: "catalog-size",
    file: name,
    line: 1,
    column: 1,
    pointer: "",
    ...toTranslatedTexts({ message, hint }),
  };
}

function inMebibytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}
