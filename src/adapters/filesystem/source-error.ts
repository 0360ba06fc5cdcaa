import type { LocalizedText } from "../../lib/language.ts";
import { CatalogSourceError, type CatalogSourceErrorCode } from "../../ports/catalog-source-port.ts";
import { fileErrorCode, PERMISSION_DENIED, readFailedWith } from "./read-file.ts";

/** @throws {CatalogSourceError} with the code `aborted` if the signal has fired */
export function rejectAborted(name: string, signal: AbortSignal | undefined): void {
  if (signal?.aborted)
    throw new CatalogSourceError(name, "aborted", "aborted by the caller", { cause: signal.reason });
}

const DETAILS: Readonly<Record<string, readonly [code: CatalogSourceErrorCode, detail: LocalizedText]>> = {
  ENOENT: ["not-found", { en: "folder not found", pt: "pasta não encontrada" }],
  ENOTDIR: ["not-found", { en: "it is not a folder", pt: "não é uma pasta" }],
  EACCES: ["unreadable", PERMISSION_DENIED],
  EPERM: ["unreadable", PERMISSION_DENIED],
};

/**
 * @param path the file or folder that could not be read, inside the folder of the source; empty for the folder itself
 */
export function toSourceError(name: string, cause: unknown, path = ""): CatalogSourceError {
  const code = fileErrorCode(cause);
  const [kind, detail] = DETAILS[code] ?? (["unreadable", readFailedWith(code)] as const);
  const place = path === "" ? "" : `: ${JSON.stringify(path)}`;
  return new CatalogSourceError(name, kind, { en: detail.en + place, pt: detail.pt + place }, { cause });
}
