import { CATALOG_BYTES_MAX } from "../../domain/catalog/catalog.ts";
import { MANIFEST_BYTES_MAX } from "../../domain/signing/manifest.ts";
import type { ReaderLanguage } from "../../domain/view/reader-languages.ts";
import {
  type CatalogLoad,
  type CatalogLoadOptions,
  CatalogSourceError,
  type CatalogSourcePort,
} from "../../ports/catalog-source-port.ts";
import { findFilesTooLarge } from "../yaml/catalog-size.ts";
import { type FileIdentity, VIEW_FILE_BYTES_MAX } from "../yaml/decode-view-file.ts";
import { type CatalogParser, createCatalogParser } from "../yaml/parse-catalog.ts";
import { digestFolder } from "./digest-folder.ts";
import { fileErrorCode, GONE, readBoundedFile, readFileInto } from "./read-file.ts";
import { type FileEntry, findManifest, isSameScan, type Scan, scanFolder } from "./scan.ts";
import { requireWanted, unreadable } from "./source-error.ts";
import { isSettled } from "./stat-file.ts";

/** A deploy finishes within moments. If the folder still changes after this many reads, give up. */
const ATTEMPTS_MAX = 5;

export interface FilesystemSourceOptions {
  /** Languages whose readers' differences are warned of, besides PyYAML's. */
  readonly readers?: readonly ReaderLanguage[];
  /** The size limit of all files together. */
  readonly bytesMax?: number;
  /** The clock of this machine. */
  readonly nowMs?: () => number;
}

/**
 * A catalog in a folder of YAML files.
 *
 * Files whose name begins with a dot are skipped. Links are followed while they stay inside the folder, through
 * hidden folders too, which is how Kubernetes mounts a ConfigMap. What was read counts only if the folder has not
 * changed during the read, so that a read during a deploy never gives a mixture of two catalogs. A file is read again
 * only when it may have changed since it was read. The manifest is one of its files, but no view.
 *
 * @param directory the folder, as messages name it
 */
export function createFilesystemSource(
  directory: string,
  { readers = [], bytesMax = CATALOG_BYTES_MAX, nowMs = Date.now }: FilesystemSourceOptions = {},
): CatalogSourcePort {
  const name = directory.length > 1 ? directory.replace(/\/+$/, "") : directory;
  const parse = createCatalogParser(name, readers, bytesMax);
  let last: LastLoad | undefined;
  return {
    name,
    async load({ signal, onProgress } = {}) {
      for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
        requireWanted(name, signal);
        const startedMs = nowMs();
        const before = await scanFolder(name, { signal, known: last?.scan });
        const kept = keptLoad(last, before);
        if (kept !== undefined) return kept;
        // Sizes are known before anything is read.
        const tooLarge = findFilesTooLarge(name, before.files, bytesMax);
        if (tooLarge !== undefined)
          return { kind: "invalid", diagnostics: [...before.diagnostics, tooLarge] };
        const load = await parseFiles(before, { name, bytesMax, signal, onProgress, parse, startedMs });
        if (load === undefined) continue;
        last = { scan: before, load: undefined };
        if (!isSameScan(await scanFolder(name, { signal, known: before }), before)) continue;
        if (hasRested(before, startedMs)) last = { scan: before, load };
        return load;
      }
      throw new CatalogSourceError(
        name,
        "changing",
        `its files changed during each of ${ATTEMPTS_MAX} attempts to read it`,
      );
    },
    async digest({ signal } = {}) {
      requireWanted(name, signal);
      return digestFolder(name, { signal, bytesMax, startedMs: nowMs() });
    },
    async readNames({ signal } = {}) {
      const { files } = await scanFolder(name, { signal });
      return files.map(({ path }) => path.slice(path.lastIndexOf("/") + 1).replace(/\.ya?ml$/i, ""));
    },
    async readManifest({ signal } = {}) {
      requireWanted(name, signal);
      const found = await findManifest(name);
      const bytes = found && (await readFound(name, found, MANIFEST_BYTES_MAX));
      return bytes !== undefined && bytes.byteLength > MANIFEST_BYTES_MAX ? undefined : bytes;
    },
  };
}

interface LastLoad {
  /** The last scan that was parsed. */
  readonly scan: Scan;
  /**
   * Its result, if each of its files had rested. While a scan finds all of them unchanged, none has changed in between, so
   * that they were there together: neither a second scan nor the files are needed.
   */
  readonly load: CatalogLoad | undefined;
}

function keptLoad(last: LastLoad | undefined, scan: Scan): CatalogLoad | undefined {
  return last?.load !== undefined && isSameScan(scan, last.scan) ? last.load : undefined;
}

function hasRested({ files, manifest }: Scan, startedMs: number): boolean {
  const isRested = (file: FileEntry): boolean => isSettled(file, startedMs);
  return files.every(isRested) && (manifest === undefined || isRested(manifest));
}

interface Reading extends CatalogLoadOptions {
  readonly name: string;
  readonly bytesMax: number;
  readonly parse: CatalogParser;
  /** Checks the total size before any file is read. */
  readonly startedMs: number;
}

/**
 * Parses each file when it has been read, into one buffer for all of them. Undefined when a file was deleted since
 * the scan, or files have grown so that they are too large together.
 */
async function parseFiles(
  { files, manifest: foundManifest, diagnostics }: Scan,
  { name, bytesMax, signal, onProgress, parse, startedMs }: Reading,
): Promise<CatalogLoad | undefined> {
  const buffer = new Uint8Array(VIEW_FILE_BYTES_MAX + 1);
  let room = bytesMax;
  const manifest = foundManifest && (await readFound(name, foundManifest, MANIFEST_BYTES_MAX));
  if (foundManifest !== undefined && manifest === undefined) return undefined;
  const read = (entry: FileEntry): Uint8Array => {
    const bytes = readIntoBuffer(name, buffer, entry);
    room -= Math.min(bytes?.byteLength ?? 0, VIEW_FILE_BYTES_MAX);
    if (bytes === undefined || room < 0) throw new FolderChanged();
    return bytes;
  };
  const unread = {
    length: files.length,
    *[Symbol.iterator]() {
      for (const entry of files)
        yield { path: entry.path, version: versionOf(entry, startedMs), read: () => read(entry) };
    },
  };
  try {
    return await parse(unread, { diagnostics, manifest, signal, onProgress, sizes: files, digested: true });
  } catch (cause) {
    if (cause instanceof FolderChanged) return undefined;
    throw cause;
  }
}

/** What identifies the content of a file that is read from now on. */
function versionOf(entry: FileEntry, startedMs: number): FileIdentity | undefined {
  return isSettled(entry, startedMs) ? entry.identity : undefined;
}

class FolderChanged extends Error {
  override readonly name = "FolderChanged";
}

/** Undefined when the file was deleted since the scan. */
function readIntoBuffer(
  name: string,
  buffer: Uint8Array,
  { path, realPath }: FileEntry,
): Uint8Array | undefined {
  try {
    return readFileInto(buffer, realPath);
  } catch (cause) {
    if (GONE.has(fileErrorCode(cause))) return undefined;
    throw unreadable(name, cause, path);
  }
}

/** Undefined when the file was deleted since the scan. */
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
