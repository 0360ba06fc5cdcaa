import { randomBytes } from "node:crypto";
import { link, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { MANIFEST_FILE } from "../../domain/signing/manifest.ts";
import type { LocalizedText } from "../../lib/language.ts";
import { type ManifestStore, ManifestStoreError } from "../../ports/manifest-store-port.ts";
import { fileErrorCode, PERMISSION_DENIED } from "./read-file.ts";

export interface WriteFileOptions {
  /** The exact mode; without it, a new file gets 0644 as far as the umask of the process permits. */
  readonly mode?: number;
  /** Whether to fail with `EEXIST` if the file exists, instead of replacing it. */
  readonly isExclusive?: boolean;
}

/**
 * Writes a file atomically: first a hidden file beside the target, which then gets the target's name. A reader
 * finds either the whole old file or the whole new one.
 *
 * @throws the error of the file system, without a change of the old file
 */
export async function writeFileAtomically(
  target: string,
  bytes: Uint8Array,
  { mode, isExclusive = false }: WriteFileOptions = {},
): Promise<void> {
  const temporary = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString("hex")}`);
  try {
    await writeDurably(temporary, bytes, mode);
    if (isExclusive) await link(temporary, target);
    else await rename(temporary, target);
  } finally {
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}

async function writeDurably(path: string, bytes: Uint8Array, mode: number | undefined): Promise<void> {
  const handle = await open(path, "wx", mode ?? 0o644);
  try {
    // `open` removes the bits of the umask. A file system without modes refuses a change, and needs none.
    if (mode !== undefined && ((await handle.stat()).mode & 0o777) !== mode) await handle.chmod(mode);
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export function describeWriteFailure(cause: unknown): LocalizedText {
  const code = fileErrorCode(cause);
  if (["EACCES", "EPERM", "EROFS"].includes(code)) return PERMISSION_DENIED;
  return { en: `write failed with ${code}`, pt: `a gravação falhou com ${code}` };
}

export const storeManifest: ManifestStore = async (directory, bytes) => {
  const target = join(directory, MANIFEST_FILE);
  await writeFileAtomically(target, bytes).catch((cause: unknown) => {
    throw new ManifestStoreError(target, describeWriteFailure(cause), { cause });
  });
  return target;
};
