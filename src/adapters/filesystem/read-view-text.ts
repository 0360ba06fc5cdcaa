import { realpath, stat } from "node:fs/promises";
import { VIEW_FILE_BYTES_MAX } from "../yaml/decode-view-file.ts";
import { readBoundedFile } from "./read-file.ts";

/** Reads the text of a view file to show a part of it; undefined for a file that cannot be read as a view. */
export async function readViewText(file: string): Promise<string | undefined> {
  try {
    const path = await realpath(file);
    // Opening a pipe would block until a program writes to it.
    if (!(await stat(path)).isFile()) return undefined;
    const bytes = await readBoundedFile(path, VIEW_FILE_BYTES_MAX);
    return bytes.byteLength > VIEW_FILE_BYTES_MAX ? undefined : new TextDecoder().decode(bytes);
  } catch {
    // The file was deleted since the scan, or cannot be read: the diagnostic is then shown without the text.
    return undefined;
  }
}
