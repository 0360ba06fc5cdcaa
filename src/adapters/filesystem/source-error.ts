import { CatalogSourceError, type CatalogSourceErrorCode } from "../../ports/catalog-source-port.ts";
import { fileErrorCode } from "./read-file.ts";

/** @throws {CatalogSourceError} with the code `aborted` if the signal has fired */
export function rejectAborted(name: string, signal: AbortSignal | undefined): void {
  if (signal?.aborted)
    throw new CatalogSourceError(name, "aborted", "aborted by the caller", { cause: signal.reason });
}

const DETAILS: Readonly<Record<string, readonly [code: CatalogSourceErrorCode, detail: string]>> = {
  ENOENT: ["not-found", "folder not found"],
  ENOTDIR: ["not-found", "it is not a folder"],
  EACCES: ["unreadable", "permission denied"],
  EPERM: ["unreadable", "permission denied"],
};

/**
 * Converts an error of the file system to an error of the source.
 *
 * @param path the file or folder that could not be read, inside the folder of the source; empty for the folder itself
 */
export function toSourceError(name: string, cause: unknown, path = ""): CatalogSourceError {
  const code = fileErrorCode(cause);
  const [kind, detail] = DETAILS[code] ?? (["unreadable", `read failed with ${code}`] as const);
  const pathSuffix = path === "" ? "" : `: ${JSON.stringify(path)}`;
  return new CatalogSourceError(name, kind, `${detail}${pathSuffix}`, { cause });
}
