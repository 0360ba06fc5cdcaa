import { CATALOG_BYTES_MAX } from "../../domain/catalog/catalog.ts";
import type { Diagnostic } from "../../domain/view/diagnostic.ts";
import type { LocalizedText } from "../../lib/language.ts";
import { VIEW_FILE_BYTES_MAX } from "./decode-view-file.ts";
import { createDiagnosticMaker } from "./syntax/position.ts";

/** The path of a file, and the size in bytes of the file or of its view. */
export interface FileSize {
  readonly path: string;
  readonly bytes: number;
}

/** Maximum number of files that the diagnostic names. */
const LARGEST_SHOWN_MAX = 3;

/**
 * Returns an error if the total size of the files exceeds the limit. A file above the limit of one file has its own
 * diagnostic, and counts here only up to that limit.
 *
 * @param name the name of the catalog source in messages
 */
export function checkTotalFileSize(
  name: string,
  files: readonly FileSize[],
  bytesMax = CATALOG_BYTES_MAX,
): Diagnostic | undefined {
  let total = 0;
  for (const { bytes } of files) total += Math.min(bytes, VIEW_FILE_BYTES_MAX);
  if (total <= bytesMax) return undefined;
  const counted = files.map(({ path, bytes }) => ({ path, bytes: Math.min(bytes, VIEW_FILE_BYTES_MAX) }));
  const [count, together] = [files.length, formatMebibytes(total)];
  const size = {
    en: `its ${count} files have ${together} in total`,
    pt: `seus ${count} arquivos têm ao todo ${together}`,
  };
  return describeCatalogTooLarge(name, { size, largest: counted, bytesMax });
}

/**
 * Makes the error about views whose canonical JSON is too large in total. The JSON may be larger than the files,
 * because each alias repeats its target.
 *
 * @param views the views that were parsed before the limit was exceeded
 */
export function describeViewsTooLarge(
  name: string,
  views: readonly FileSize[],
  bytesMax = CATALOG_BYTES_MAX,
): Diagnostic {
  const limit = formatMebibytes(bytesMax);
  const size = {
    en: `its views have more than ${limit} of JSON in total`,
    pt: `suas views têm ao todo mais de ${limit} em JSON`,
  };
  return describeCatalogTooLarge(name, { size, largest: views, bytesMax });
}

function describeCatalogTooLarge(
  name: string,
  found: { readonly size: LocalizedText; readonly largest: readonly FileSize[]; readonly bytesMax: number },
): Diagnostic {
  const shown = found.largest
    .toSorted((left, right) => right.bytes - left.bytes)
    .slice(0, LARGEST_SHOWN_MAX)
    .map(({ path, bytes }) => `${path} (${formatMebibytes(bytes)})`);
  const limit = formatMebibytes(found.bytesMax);
  const message: LocalizedText = {
    en: `the catalog is too large: ${found.size.en}, and at most ${limit} are allowed`,
    pt: `o catálogo é grande demais: ${found.size.pt}, e são permitidos no máximo ${limit}`,
  };
  const hint: LocalizedText = {
    en: `shorten the largest files, or move views to another service; the largest files are ${shown.join(", ")}`,
    pt: `encurte os maiores arquivos, ou leve views para outro serviço; os maiores arquivos são ${shown.join(", ")}`,
  };
  return createDiagnosticMaker(name).atStart({ code: "catalog-size", message, hint });
}

function formatMebibytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}
