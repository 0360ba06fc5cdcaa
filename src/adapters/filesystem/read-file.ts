import { closeSync, constants, openSync, readSync } from "node:fs";
import { open, readFile, realpath, stat } from "node:fs/promises";
import { isAbsolute, resolve } from "node:path";
import type { LocalizedText } from "../../lib/language.ts";
import { CatalogSourceError, type CatalogSourceErrorCode } from "../../ports/catalog-source-port.ts";
import { VIEW_FILE_BYTES_MAX } from "../yaml/decode-view-file.ts";

/**
 * Reads a file that is not a link, up to one byte beyond the limit: the extra byte shows that the file is too large.
 *
 * @throws the error of the file system
 */
export async function readBoundedFile(realPath: string, bytesMax: number): Promise<Uint8Array> {
  const handle = await open(realPath, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const { size } = await handle.stat();
    const buffer = new Uint8Array(Math.min(size, bytesMax) + 1);
    let length = 0;
    while (length < buffer.length) {
      const { bytesRead } = await handle.read(buffer, length, buffer.length - length, length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return buffer.subarray(0, length);
  } finally {
    await handle.close();
  }
}

/**
 * Reads a file and its mode, up to one byte beyond the limit. Links are followed, because Kubernetes mounts files as
 * links.
 *
 * @returns undefined if it is not a file: opening a pipe would block until a program writes to it
 * @throws the error of the file system
 */
export async function readLinkedFile(
  path: string,
  bytesMax: number,
): Promise<{ readonly bytes: Uint8Array; readonly mode: number } | undefined> {
  const realPath = await realpath(path);
  const stats = await stat(realPath);
  return stats.isFile() ? { bytes: await readBoundedFile(realPath, bytesMax), mode: stats.mode } : undefined;
}

/**
 * Reads the text of a view file to show a part of it; undefined for a file that cannot be read, or is too
 * large.
 */
export async function readViewText(file: string): Promise<string | undefined> {
  // The file may have been deleted since the scan: the diagnostic is then shown without the text.
  const read = await readLinkedFile(file, VIEW_FILE_BYTES_MAX).catch(() => undefined);
  if (read === undefined || read.bytes.byteLength > VIEW_FILE_BYTES_MAX) return undefined;
  return new TextDecoder().decode(read.bytes);
}

/**
 * Reads a file of an installed package.
 *
 * @param specifier the package and the path inside it, as in an import
 */
export async function readPackageFile(specifier: string): Promise<Uint8Array> {
  return readFile(new URL(import.meta.resolve(specifier)));
}

/**
 * Fills a buffer with the content of a file that is not a link, up to the buffer's end.
 *
 * @param options `isSingleCall`: reads by one system call, although a network file system may then return only a part
 *   of the file
 * @returns the filled part of the buffer
 * @throws the error of the file system
 */
export function readFileInto(
  buffer: Uint8Array,
  realPath: string,
  { isSingleCall = false }: { readonly isSingleCall?: boolean } = {},
): Uint8Array {
  const descriptor = openSync(realPath, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    let length = 0;
    while (length < buffer.length) {
      const bytesRead = readSync(descriptor, buffer, length, buffer.length - length, length);
      length += bytesRead;
      if (bytesRead === 0 || isSingleCall) break;
    }
    return buffer.subarray(0, length);
  } finally {
    closeSync(descriptor);
  }
}

/** Deno's errors about permissions have a name but no `code`. */
export function fileErrorCode(cause: unknown): string {
  const { code, name } = cause as { readonly code?: unknown; readonly name?: unknown };
  if (typeof code === "string") return code;
  return name === "NotCapable" || name === "PermissionDenied" ? "EACCES" : String(name);
}

/** The error codes for a file that was deleted, or replaced by a link. */
export const MISSING_FILE_CODES: ReadonlySet<string> = new Set(["ELOOP", "ENOENT", "ENOTDIR"]);

/**
 * Describes why a file cannot be read. A relative path is resolved, because its meaning depends on the working
 * directory.
 */
export function describeReadFailure(path: string, cause: unknown): LocalizedText {
  const code = fileErrorCode(cause);
  if (code === "ENOENT" || code === "ENOTDIR") {
    const resolved = isAbsolute(path) ? "" : `: ${JSON.stringify(resolve(path))}`;
    return { en: `file not found${resolved}`, pt: `arquivo não encontrado${resolved}` };
  }
  return code === "EACCES" || code === "EPERM" ? PERMISSION_DENIED : describeErrorCode(code);
}

export const PERMISSION_DENIED: LocalizedText = { en: "permission denied", pt: "permissão negada" };

function describeErrorCode(code: string): LocalizedText {
  return { en: `read failed with ${code}`, pt: `a leitura falhou com ${code}` };
}

const SOURCE_ERROR_BY_CODE: Readonly<
  Record<string, readonly [code: CatalogSourceErrorCode, detail: LocalizedText]>
> = {
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
  const [kind, detail] = SOURCE_ERROR_BY_CODE[code] ?? (["unreadable", describeErrorCode(code)] as const);
  const place = path === "" ? "" : `: ${JSON.stringify(path)}`;
  return new CatalogSourceError(name, kind, { en: detail.en + place, pt: detail.pt + place }, { cause });
}
