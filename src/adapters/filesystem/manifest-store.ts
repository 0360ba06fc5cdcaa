import { join } from "node:path";
import { MANIFEST_FILE } from "../../domain/signing/manifest.ts";
import { type ManifestStore, ManifestStoreError } from "../../ports/manifest-store-port.ts";
import { describeWriteFailure, writeFileAtomically } from "./write-file.ts";

export const storeManifest: ManifestStore = async (directory, bytes) => {
  const target = join(directory, MANIFEST_FILE);
  try {
    await writeFileAtomically(target, bytes);
  } catch (cause) {
    throw new ManifestStoreError(target, describeWriteFailure(cause), { cause });
  }
  return target;
};
