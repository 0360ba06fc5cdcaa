import { realpath, stat } from "node:fs/promises";
import { VIEW_FILE_BYTES_MAX } from "../yaml/view-file.ts";
import { readBoundedFile } from "./read-bounded-file.ts";

/** Reads the text of a view file for showing a part of it; undefined for whatever a view cannot be read from. */
export async function readSource(file: string): Promise<string | undefined> {
  try {
    const path = await realpath(file);
    // Opening a pipe would wait for somebody to write to it.
    if (!(await stat(path)).isFile()) return undefined;
    const bytes = await readBoundedFile(path, VIEW_FILE_BYTES_MAX);
    return bytes.byteLength > VIEW_FILE_BYTES_MAX ? undefined : new TextDecoder().decode(bytes);
  } catch {
    // It has gone since it was found, or may no longer be read: a diagnostic is worth printing without it.
    return undefined;
  }
}
