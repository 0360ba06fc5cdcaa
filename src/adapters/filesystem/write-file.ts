import { randomBytes } from "node:crypto";
import { link, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileErrorCode } from "./read-file.ts";

export interface WriteFileOptions {
  /** Permission bits of the new file. */
  readonly mode?: number;
  /** Fails with `EEXIST` where there is a file, instead of replacing it. */
  readonly keep?: boolean;
}

/**
 * Writes a file in one step: to a hidden file beside it first, which then takes its name, so that a reader
 * finds either the old file or the new one, complete.
 *
 * @throws the error of the file system; the old file is unchanged then
 */
export async function writeFileAtOnce(
  target: string,
  bytes: Uint8Array,
  { mode = 0o644, keep = false }: WriteFileOptions = {},
): Promise<void> {
  const temporary = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString("hex")}`);
  try {
    await writeDurably(temporary, bytes, mode);
    if (keep) await link(temporary, target);
    else await rename(temporary, target);
  } finally {
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}

async function writeDurably(path: string, bytes: Uint8Array, mode: number): Promise<void> {
  const handle = await open(path, "wx", mode);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Why a file could not be written, for messages. */
export function writeFailure(cause: unknown): string {
  const code = fileErrorCode(cause);
  return ["EACCES", "EPERM", "EROFS"].includes(code) ? "permission denied" : `write failed with ${code}`;
}
