import { MANIFEST_FILE } from "../../domain/signing/manifest.ts";
import type { Diagnostic } from "../../domain/view/diagnostic.ts";
import { CatalogSourceError } from "../../ports/catalog-source-port.ts";
import { isSameIdentity } from "../yaml/decode-view-file.ts";
import { type FileStats, isUnchanged, statFile } from "./stat-file.ts";
import {
  type FilePaths,
  isInside,
  resolveEntry,
  resolveRoot,
  type WalkOptions,
  walkFolder,
} from "./walk-folder.ts";

/** A view file or the manifest, found but not read. */
export interface FileEntry extends FilePaths, Pick<FileStats, "bytes" | "changedMs" | "identity"> {}

export interface Scan {
  readonly files: readonly FileEntry[];
  readonly manifest: FileEntry | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** For the comparison of two scans: the folder's real path, deleted sub-folders, and diagnostics. */
  readonly folderState: readonly string[];
}

interface ScanOptions extends WalkOptions {
  /**
   * An earlier scan of the folder, whose entries are reused for unchanged files. New entries would be most of the
   * garbage of a reload.
   */
  readonly known?: Scan | undefined;
}

/**
 * Lists the view files and the manifest of a folder, without reading them.
 *
 * @param name the folder, as messages name it
 * @throws {CatalogSourceError} when the folder cannot be read; with the code `aborted` when the signal fires
 */
export async function scanFolder(name: string, { known, ...options }: ScanOptions = {}): Promise<Scan> {
  const files: FileEntry[] = [];
  const findKnown = createKnownFileLookup(known);
  let manifest: FileEntry | undefined;
  const add = (entry: FileEntry): void => {
    if (entry.path === MANIFEST_FILE) manifest = entry;
    else files.push(entry);
  };
  const { root, diagnostics, deletedFolders } = await walkFolder(
    name,
    {
      onListedFile(file) {
        const entry = statListedFile(file, findKnown(file.path));
        if (entry === undefined) return false;
        add(entry);
        return true;
      },
      onLinkedFile: (file, { bytes, changedMs, identity }) => add({ ...file, bytes, changedMs, identity }),
    },
    options,
  );
  // A deploy may delete a sub-folder or break a link for a moment. Then this scan must differ from the next one.
  const folderState = [
    root,
    ...deletedFolders.map((path) => `${path} is gone`),
    ...diagnostics.map(({ code, file }) => `${code} ${file}`),
  ];
  return { files, manifest, diagnostics, folderState };
}

/** Looks up files in an earlier scan. Both scans list files in the same order, so one pass is enough. */
function createKnownFileLookup(known: Scan | undefined): (path: string) => FileEntry | undefined {
  let position = 0;
  return (path) => {
    if (path === MANIFEST_FILE) return known?.manifest;
    // An added file is not in the earlier scan. A file that was removed since the earlier scan is skipped.
    const isRemoved = known?.files[position]?.path !== path && known?.files[position + 1]?.path === path;
    const file = known?.files[isRemoved ? position + 1 : position];
    if (file?.path !== path) return undefined;
    position += isRemoved ? 2 : 1;
    return file;
  };
}

/** Makes the entry of a file; undefined if the path is no longer a file. The walk then finds the reason. */
function statListedFile(file: FilePaths, known: FileEntry | undefined): FileEntry | undefined {
  const { path, realPath } = file;
  try {
    if (known?.realPath === realPath && isUnchanged(realPath, known.identity)) return known;
    const { kind, bytes, changedMs, identity } = statFile(realPath, { shouldFollow: false });
    return kind === "file" ? { path, realPath, bytes, changedMs, identity } : undefined;
  } catch {
    return undefined;
  }
}

/** Whether no file was added, removed, renamed, replaced or written between two scans. */
export function isSameScan(left: Scan, right: Scan): boolean {
  return (
    isSameFileEntry(left.manifest, right.manifest) &&
    left.files.length === right.files.length &&
    left.files.every((file, index) => isSameFileEntry(file, right.files[index])) &&
    left.folderState.length === right.folderState.length &&
    left.folderState.every((part, index) => part === right.folderState[index])
  );
}

function isSameFileEntry(left: FileEntry | undefined, right: FileEntry | undefined): boolean {
  if (left === right) return true;
  if (left === undefined || right === undefined) return false;
  return left.path === right.path && isSameIdentity(left.identity, right.identity);
}

/**
 * Finds the manifest alone; undefined if it does not exist, is not a file, or is outside the folder.
 *
 * @throws {CatalogSourceError}
 */
export async function findManifest(name: string): Promise<FileEntry | undefined> {
  const root = await resolveRoot(name);
  const target = resolveEntry(name, MANIFEST_FILE);
  if (target?.stats.kind !== "file" || !isInside(root, target.realPath)) return undefined;
  const { realPath, stats } = target;
  return { path: MANIFEST_FILE, realPath, ...stats };
}

/**
 * Returns a fingerprint that changes whenever a view file or the manifest is added, removed, renamed,
 * replaced or written, and when the folder is deleted or created. No file is read.
 */
export async function fingerprintFolder(directory: string): Promise<string> {
  try {
    const { files, manifest, folderState } = await scanFolder(directory);
    const found = manifest === undefined ? files : [...files, manifest];
    return [
      ...found.map(({ path, realPath, identity }) => `${path} ${realPath} ${identity.join(" ")}`),
      ...folderState,
    ].join("\n");
  } catch (error) {
    if (!(error instanceof CatalogSourceError)) throw error;
    return error.message;
  }
}
