import { randomBytes } from "node:crypto";
import type { Stats } from "node:fs";
import { link, lstat, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { MANIFEST_FILE } from "../../domain/signing/manifest.ts";
import type { LocalizedText } from "../../lib/language.ts";
import { FileWriteError } from "../../ports/file-write-error.ts";
import type { ManifestStore } from "../../ports/manifest-store-port.ts";
import { fileErrorCode, PERMISSION_DENIED } from "./read-file.ts";

export interface WriteFileOptions {
  /** Whether to fail with `EEXIST` if the file exists, instead of replacing it. */
  readonly isExclusive?: boolean;
}

/**
 * Writes a file atomically: first a hidden file beside the target, which then gets the target's name. A reader
 * finds either the whole old file or the whole new one.
 *
 * A replaced file keeps its mode and, where the process may change owners, its owner. A new file, or one in
 * the place of a link, has mode 0644 as far as the umask permits.
 *
 * @throws the error of the file system, without a change of the old file
 */
export async function writeFileAtomically(
  target: string,
  bytes: Uint8Array,
  { isExclusive = false }: WriteFileOptions = {},
): Promise<void> {
  const temporary = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString("hex")}`);
  try {
    const present = await lstat(target).catch(() => undefined);
    await writeDurably(temporary, bytes, present?.isFile() ? present : undefined);
    if (isExclusive) await link(temporary, target);
    else await rename(temporary, target);
  } finally {
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}

async function writeDurably(path: string, bytes: Uint8Array, present: Stats | undefined): Promise<void> {
  const mode = (present?.mode ?? 0o644) & 0o777;
  const handle = await open(path, "wx", mode);
  try {
    if (present !== undefined) {
      const { uid, gid } = await handle.stat();
      if (uid !== present.uid || gid !== present.gid)
        await handle.chown(present.uid, present.gid).catch(() => undefined);
      // `open` applies the umask. The mode is changed only if needed, because file systems without modes
      // refuse it.
      if (((await handle.stat()).mode & 0o777) !== mode) await handle.chmod(mode);
    }
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
    throw new FileWriteError(target, describeWriteFailure(cause), { cause });
  });
  return target;
};
