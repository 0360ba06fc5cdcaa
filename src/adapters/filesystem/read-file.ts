import { closeSync, constants, openSync, readSync } from "node:fs";
import { open } from "node:fs/promises";

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
 * Reads a file that is no link into a buffer, up to the buffer's end.
 *
 * @param options `once`: by one call, which a server of files may answer with a part of the file
 * @returns the part of the buffer that it fills
 * @throws the error of the file system
 */
export function readFileInto(
  buffer: Uint8Array,
  realPath: string,
  { once = false }: { readonly once?: boolean } = {},
): Uint8Array {
  const descriptor = openSync(realPath, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    let length = 0;
    while (length < buffer.length) {
      const bytesRead = readSync(descriptor, buffer, length, buffer.length - length, length);
      length += bytesRead;
      if (bytesRead === 0 || once) break;
    }
    return buffer.subarray(0, length);
  } finally {
    closeSync(descriptor);
  }
}

/** Node sets `code`; Deno's own errors, which its Node layer passes on for permissions, have only a name. */
export function fileErrorCode(cause: unknown): string {
  const { code, name } = cause as { readonly code?: unknown; readonly name?: unknown };
  if (typeof code === "string") return code;
  return name === "NotCapable" || name === "PermissionDenied" ? "EACCES" : String(name);
}

/** Error codes for a path that names no file, or a different file than before. */
export const GONE: ReadonlySet<string> = new Set(["ELOOP", "ENOENT", "ENOTDIR"]);
