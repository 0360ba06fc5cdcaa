import { randomBytes } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { MANIFEST_FILE } from "../../domain/signing/manifest.ts";
import { type ManifestStore, ManifestStoreError } from "../../ports/manifest-store-port.ts";
import { fileErrorCode } from "./read-file.ts";

/**
 * Writes the manifest of a folder of views: to a hidden file beside it first, which is then renamed, so that
 * a reader finds either the old manifest or the new one, complete.
 */
export const storeManifest: ManifestStore = async (directory, bytes) => {
  const target = join(directory, MANIFEST_FILE);
  const temporary = join(directory, `.${MANIFEST_FILE}.${randomBytes(6).toString("hex")}`);
  try {
    await writeDurably(temporary, bytes);
    await rename(temporary, target);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw new ManifestStoreError(target, detailOf(cause), { cause });
  }
  return target;
};

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(path, "wx", 0o644);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function detailOf(cause: unknown): string {
  const code = fileErrorCode(cause);
  return ["EACCES", "EPERM", "EROFS"].includes(code)
    ? "writing there is not permitted"
    : `writing it failed with ${code}`;
}
