import { CATALOG_BYTES_MAX } from "../../domain/catalog/catalog.ts";
import { MANIFEST_BYTES_MAX } from "../../domain/signing/manifest.ts";
import type { ReaderLanguage } from "../../domain/view/reader-languages.ts";
import { CatalogSourceError, type CatalogSourcePort } from "../../ports/catalog-source-port.ts";
import { findFilesTooLarge } from "../yaml/catalog-size.ts";
import { VIEW_FILE_BYTES_MAX, type ViewFile } from "../yaml/decode-view-file.ts";
import { createCatalogParser } from "../yaml/parse-catalog.ts";
import { fileErrorCode, GONE, readBoundedFile } from "./read-file.ts";
import { type FileEntry, findManifest, requireWanted, type Scan, scanFolder, unreadable } from "./scan.ts";

/** A deploy replaces files within moments; a folder that changes at every attempt is not a catalog. */
const ATTEMPTS_MAX = 5;
const FILES_AT_ONCE = 32;

/**
 * A catalog in a folder of YAML files.
 *
 * Files whose name begins with a dot are skipped. Links are followed while they stay inside the folder, through hidden
 * folders too, which is how Kubernetes mounts a ConfigMap. What was read counts only if the folder has not changed
 * meanwhile, so that a deploy under way never gives a mixture of two catalogs. The manifest is one of its files, but no view.
 *
 * @param directory the folder, as messages name it
 * @param options `readers`: languages whose readers' differences are warned of, besides PyYAML's; `bytesMax`: limit of all
 *   files together
 */
export function createFilesystemSource(
  directory: string,
  {
    readers = [],
    bytesMax = CATALOG_BYTES_MAX,
  }: { readonly readers?: readonly ReaderLanguage[]; readonly bytesMax?: number } = {},
): CatalogSourcePort {
  const name = directory.length > 1 ? directory.replace(/\/+$/, "") : directory;
  const parse = createCatalogParser(name, readers, bytesMax);
  return {
    name,
    async load({ signal, onProgress } = {}) {
      for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
        requireWanted(name, signal);
        const before = await scanFolder(name, { signal });
        // Sizes are known before anything is read.
        const tooLarge = findFilesTooLarge(name, before.files, bytesMax);
        if (tooLarge !== undefined)
          return { kind: "invalid", diagnostics: [...before.diagnostics, tooLarge] };
        const read = await readFiles(before, { name, bytesMax, signal });
        if (read !== undefined && (await scanFolder(name, { signal })).fingerprint === before.fingerprint) {
          const { files, manifest } = read;
          return parse(files, { diagnostics: before.diagnostics, manifest, signal, onProgress });
        }
      }
      throw new CatalogSourceError(
        name,
        "changing",
        `its files changed during each of ${ATTEMPTS_MAX} attempts to read it`,
      );
    },
    async readManifest({ signal } = {}) {
      requireWanted(name, signal);
      const found = await findManifest(name);
      const bytes = found && (await readFound(name, found, MANIFEST_BYTES_MAX));
      return bytes !== undefined && bytes.byteLength > MANIFEST_BYTES_MAX ? undefined : bytes;
    },
  };
}

interface ReadFiles {
  readonly files: readonly ViewFile[];
  readonly manifest: Uint8Array | undefined;
}

/** Undefined when a file was deleted meanwhile, or files have grown so that they are too large together. */
async function readFiles(
  { files, manifest: foundManifest }: Scan,
  options: { readonly name: string; readonly bytesMax: number; readonly signal: AbortSignal | undefined },
): Promise<ReadFiles | undefined> {
  const { name, bytesMax, signal } = options;
  const read: ViewFile[] = [];
  let room = bytesMax;
  for (let start = 0; start < files.length; start += FILES_AT_ONCE) {
    requireWanted(name, signal);
    const batch = files.slice(start, start + FILES_AT_ONCE);
    const contents = await Promise.all(batch.map((file) => readFound(name, file, VIEW_FILE_BYTES_MAX)));
    for (const [index, file] of batch.entries()) {
      const bytes = contents[index];
      if (bytes === undefined) return undefined;
      room -= Math.min(bytes.byteLength, VIEW_FILE_BYTES_MAX);
      if (room < 0) return undefined;
      read.push({ path: file.path, bytes });
    }
  }
  if (foundManifest === undefined) return { files: read, manifest: undefined };
  const manifest = await readFound(name, foundManifest, MANIFEST_BYTES_MAX);
  return manifest && { files: read, manifest };
}

/** Undefined when the file was deleted meanwhile. */
async function readFound(
  name: string,
  { path, realPath }: FileEntry,
  bytesMax: number,
): Promise<Uint8Array | undefined> {
  try {
    return await readBoundedFile(realPath, bytesMax);
  } catch (cause) {
    if (GONE.has(fileErrorCode(cause))) return undefined;
    throw unreadable(name, cause, path);
  }
}
