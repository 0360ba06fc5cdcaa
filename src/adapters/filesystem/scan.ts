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

/** The content of a catalog's folder at one moment. */
export interface Scan {
  readonly files: readonly FileEntry[];
  readonly manifest: FileEntry | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /**
   * Everything else that distinguishes two scans: the folder itself, sub-folders that were deleted during the scan,
   * problems.
   */
  readonly marks: readonly string[];
}

interface ScanOptions extends WalkOptions {
  /**
   * An earlier scan of the folder. The entries of files that are still the same are taken from it: new ones, one for
   * each file of each scan, would be most of what a reload leaves to the garbage collection.
   */
  readonly known?: Scan | undefined;
}

/**
 * Lists every file of a folder without reading any.
 *
 * @param name the folder, as messages name it
 * @throws {CatalogSourceError} with the code `aborted` when the signal fires during the scan
 */
export async function scanFolder(name: string, { known, ...options }: ScanOptions = {}): Promise<Scan> {
  const files: FileEntry[] = [];
  const findKnown = createKnownFiles(known);
  let manifest: FileEntry | undefined;
  const add = (entry: FileEntry): void => {
    if (entry.path === MANIFEST_FILE) manifest = entry;
    else files.push(entry);
  };
  const { root, diagnostics, gone } = await walkFolder(
    name,
    {
      listed(file) {
        const entry = statListed(file, findKnown(file.path));
        if (entry === undefined) return false;
        add(entry);
        return true;
      },
      resolved: (file, { bytes, changedMs, identity }) => add({ ...file, bytes, changedMs, identity }),
    },
    options,
  );
  // A sub-folder that was deleted, and a broken link, which may be one whose file is being replaced: check again.
  const marks = [
    root,
    ...gone.map((path) => `${path} is gone`),
    ...diagnostics.map(({ code, file }) => `${code} ${file}`),
  ];
  return { files, manifest, diagnostics, marks };
}

/** Looks up files in an earlier scan. Both scans list files in the same order, so one pass is enough. */
function createKnownFiles(known: Scan | undefined): (path: string) => FileEntry | undefined {
  let at = 0;
  return (path) => {
    if (path === MANIFEST_FILE) return known?.manifest;
    // The earlier scan lacks added files, and still has removed files: removed files are skipped.
    const isRemoved = known?.files[at]?.path !== path && known?.files[at + 1]?.path === path;
    const file = known?.files[isRemoved ? at + 1 : at];
    if (file?.path !== path) return undefined;
    at += isRemoved ? 2 : 1;
    return file;
  };
}

/** Undefined when the path is no longer a file: resolving the path then reports the cause. */
function statListed(file: FilePaths, known: FileEntry | undefined): FileEntry | undefined {
  const { path, realPath } = file;
  try {
    if (known?.realPath === realPath && isUnchanged(realPath, known.identity)) return known;
    const { kind, bytes, changedMs, identity } = statFile(realPath, { follow: false });
    return kind === "file" ? { path, realPath, bytes, changedMs, identity } : undefined;
  } catch {
    return undefined;
  }
}

/** Whether no file was added, removed, renamed, replaced or written between two scans. */
export function isSameScan(left: Scan, right: Scan): boolean {
  return (
    isSameFile(left.manifest, right.manifest) &&
    left.files.length === right.files.length &&
    left.files.every((file, index) => isSameFile(file, right.files[index])) &&
    left.marks.length === right.marks.length &&
    left.marks.every((mark, index) => mark === right.marks[index])
  );
}

function isSameFile(left: FileEntry | undefined, right: FileEntry | undefined): boolean {
  if (left === right) return true;
  if (left === undefined || right === undefined) return false;
  return left.path === right.path && isSameIdentity(left.identity, right.identity);
}

/**
 * Finds the manifest alone; undefined where there is none, or nothing that can be one.
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
 * A fingerprint that changes whenever a file of the folder is added, removed, renamed, replaced or written, and when
 * the folder is deleted or created. No file is read.
 */
export async function fingerprintFolder(directory: string): Promise<string> {
  try {
    const { files, manifest, marks } = await scanFolder(directory);
    const found = manifest === undefined ? files : [...files, manifest];
    return [
      ...found.map(({ path, realPath, identity }) => `${path} ${realPath} ${identity.join(" ")}`),
      ...marks,
    ].join("\n");
  } catch (error) {
    if (!(error instanceof CatalogSourceError)) throw error;
    return error.message;
  }
}
