import { closeSync, constants, openSync, readSync } from "node:fs";
import { open } from "node:fs/promises";
import { isAbsolute, resolve } from "node:path";
import type { LocalizedText } from "../../lib/language.ts";

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
export const GONE_CODES: ReadonlySet<string> = new Set(["ELOOP", "ENOENT", "ENOTDIR"]);

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
  return code === "EACCES" || code === "EPERM" ? PERMISSION_DENIED : readFailedWith(code);
}

export const PERMISSION_DENIED: LocalizedText = { en: "permission denied", pt: "permissão negada" };

export function readFailedWith(code: string): LocalizedText {
  return { en: `read failed with ${code}`, pt: `a leitura falhou com ${code}` };
}
