import { CatalogSourceError, type CatalogSourceErrorCode } from "../../ports/catalog-source-port.ts";
import { fileErrorCode } from "./read-file.ts";

/** @throws {CatalogSourceError} with the code `aborted` when the signal has fired */
export function requireWanted(name: string, signal: AbortSignal | undefined): void {
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
 * Maps a failure of the file system to an error of the source.
 *
 * @param path the unreadable file or folder in it; empty for its own folder
 */
export function unreadable(name: string, cause: unknown, path = ""): CatalogSourceError {
  const code = fileErrorCode(cause);
  const [kind, detail] = DETAILS[code] ?? (["unreadable", `read failed with ${code}`] as const);
  const place = path === "" ? "" : `: ${JSON.stringify(path)}`;
  return new CatalogSourceError(name, kind, `${detail}${place}`, { cause });
}
