import { CATALOG_BYTES_MAX } from "../../domain/catalog/catalog.ts";
import { MANIFEST_BYTES_MAX } from "../../domain/signing/manifest.ts";
import type { ReaderLanguage } from "../../domain/view/reader-languages.ts";
import {
  type CatalogLoad,
  type CatalogLoadOptions,
  CatalogSourceError,
  type CatalogSourcePort,
  throwIfAborted,
} from "../../ports/catalog-source-port.ts";
import { type FileIdentity, VIEW_FILE_BYTES_MAX } from "../yaml/decode-view-file.ts";
import { type CatalogParser, createCatalogParser } from "../yaml/parse-catalog.ts";
import { digestFolder } from "./digest-folder.ts";
import {
  fileErrorCode,
  MISSING_FILE_CODES,
  readBoundedFile,
  readFileInto,
  toSourceError,
} from "./read-file.ts";
import { type FileEntry, findManifest, isSameScan, type Scan, scanFolder } from "./scan.ts";
import { hasReliableTimes } from "./stat-file.ts";

/** Maximum number of attempts to load a folder that changes; a deploy takes only a moment. */
const LOAD_ATTEMPTS_MAX = 5;

export interface FilesystemSourceOptions {
  /** Languages besides Python whose YAML readers are compared with Mosaic. A load warns of differences. */
  readonly readers?: readonly ReaderLanguage[];
  /** The size limit of all files together. */
  readonly bytesMax?: number;
  /** Milliseconds since the epoch. */
  readonly nowMs?: () => number;
}

/**
 * Makes a source that loads a catalog from a folder of YAML files and their manifest.
 *
 * Files and folders whose name begins with a dot are skipped. Links are followed while they stay inside the folder,
 * also through hidden folders, because Kubernetes mounts a ConfigMap in this way. If the folder changes during a load,
 * the load starts again, so that a deploy never mixes two catalogs. A file is read again only if it may have changed.
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
      for (let attempt = 0; attempt < LOAD_ATTEMPTS_MAX; attempt++) {
        throwIfAborted(name, signal);
        const startedMs = nowMs();
        const before = await scanFolder(name, { signal, known: last?.scan });
        const unchanged = findUnchangedLoad(last, before);
        if (unchanged !== undefined) return unchanged;
        const load = await parseFiles(before, { name, bytesMax, signal, onProgress, parse, startedMs });
        if (load === undefined) continue;
        last = { scan: before, load: undefined };
        if (!isSameScan(await scanFolder(name, { signal, known: before }), before)) continue;
        if (areTimesReliable(before, startedMs)) last = { scan: before, load };
        return load;
      }
      throw new CatalogSourceError(name, "changing", {
        en: `files changed during each of ${LOAD_ATTEMPTS_MAX} attempts to read the folder`,
        pt: `os arquivos mudaram durante cada uma das ${LOAD_ATTEMPTS_MAX} tentativas de ler a pasta`,
      });
    },
    async digest({ signal } = {}) {
      throwIfAborted(name, signal);
      return digestFolder(name, { signal, bytesMax, startedMs: nowMs() });
    },
    async readNames({ signal } = {}) {
      const { files } = await scanFolder(name, { signal });
      return files.map(({ path }) => path.slice(path.lastIndexOf("/") + 1).replace(/\.ya?ml$/i, ""));
    },
    async readManifest({ signal } = {}) {
      throwIfAborted(name, signal);
      const found = await findManifest(name);
      const bytes = found && (await readManifestFile(name, found));
      return bytes !== undefined && bytes.byteLength > MANIFEST_BYTES_MAX ? undefined : bytes;
    },
  };
}

interface LastLoad {
  /** The scan whose files were parsed. */
  readonly scan: Scan;
  /**
   * The result, which is returned again if a later scan finds no change; undefined if the files changed during the
   * load, or if their times were not reliable.
   */
  readonly load: CatalogLoad | undefined;
}

function findUnchangedLoad(last: LastLoad | undefined, scan: Scan): CatalogLoad | undefined {
  return last?.load !== undefined && isSameScan(scan, last.scan) ? last.load : undefined;
}

function areTimesReliable({ files, manifest }: Scan, startedMs: number): boolean {
  const isReliable = (file: FileEntry): boolean => hasReliableTimes(file, startedMs);
  return files.every(isReliable) && (manifest === undefined || isReliable(manifest));
}

interface ParseFilesOptions extends CatalogLoadOptions {
  readonly name: string;
  readonly bytesMax: number;
  readonly parse: CatalogParser;
  /** The start of the load, in milliseconds since the epoch. */
  readonly startedMs: number;
}

/**
 * Reads and parses one file after the other, in one buffer. Returns undefined if a file was deleted since the scan, or
 * if the files have grown above the limit of their total size.
 */
async function parseFiles(
  { files, manifest: foundManifest, diagnostics }: Scan,
  { name, bytesMax, signal, onProgress, parse, startedMs }: ParseFilesOptions,
): Promise<CatalogLoad | undefined> {
  const buffer = new Uint8Array(VIEW_FILE_BYTES_MAX + 1);
  let bytesLeft = bytesMax;
  const manifest = foundManifest && (await readManifestFile(name, foundManifest));
  if (foundManifest !== undefined && manifest === undefined) return undefined;
  const read = (entry: FileEntry): Uint8Array => {
    const bytes = readIntoBuffer(name, buffer, entry);
    bytesLeft -= Math.min(bytes?.byteLength ?? 0, VIEW_FILE_BYTES_MAX);
    if (bytes === undefined || bytesLeft < 0) throw new FolderChangedError();
    return bytes;
  };
  const unreadFiles = {
    length: files.length,
    *[Symbol.iterator]() {
      for (const entry of files)
        yield { path: entry.path, version: reliableIdentityOf(entry, startedMs), read: () => read(entry) };
    },
  };
  try {
    return await parse(unreadFiles, {
      diagnostics,
      manifest,
      signal,
      onProgress,
      sizes: files,
      shouldDigest: true,
    });
  } catch (cause) {
    if (cause instanceof FolderChangedError) return undefined;
    throw cause;
  }
}

/**
 * Returns a file's identity; undefined if its times are not reliable, because the file might then change without a new
 * identity.
 */
function reliableIdentityOf(entry: FileEntry, startedMs: number): FileIdentity | undefined {
  return hasReliableTimes(entry, startedMs) ? entry.identity : undefined;
}

class FolderChangedError extends Error {
  override readonly name = "FolderChangedError";
}

/** Reads a file into the buffer; undefined if it was deleted since the scan. */
function readIntoBuffer(
  name: string,
  buffer: Uint8Array,
  { path, realPath }: FileEntry,
): Uint8Array | undefined {
  try {
    return readFileInto(buffer, realPath);
  } catch (cause) {
    return throwUnlessMissing(name, path, cause);
  }
}

function throwUnlessMissing(name: string, path: string, cause: unknown): undefined {
  if (!MISSING_FILE_CODES.has(fileErrorCode(cause))) throw toSourceError(name, cause, path);
}

/** Reads the manifest; undefined if it was deleted since the scan. */
function readManifestFile(name: string, { path, realPath }: FileEntry): Promise<Uint8Array | undefined> {
  return readBoundedFile(realPath, MANIFEST_BYTES_MAX).catch((cause: unknown) =>
    throwUnlessMissing(name, path, cause),
  );
}
