import { realpathSync } from "node:fs";
import { realpath } from "node:fs/promises";
import { isAbsolute, join, relative, sep } from "node:path";
import { CATALOG_VIEWS_MAX } from "../../domain/catalog/catalog.ts";
import { MANIFEST_FILE } from "../../domain/signing/manifest.ts";
import type { Diagnostic } from "../../domain/view/diagnostic.ts";
import type { Language } from "../../lib/language.ts";
import { createTimeSlices, type TimeSlices } from "../../lib/time-slices.ts";
import { CatalogSourceError } from "../../ports/catalog-source-port.ts";
import { isSameIdentity } from "../yaml/decode-view-file.ts";
import {
  fileMisnamed,
  linkBroken,
  linkOutside,
  manifestIsNoFile,
  neitherFileNorFolder,
} from "../yaml/file-diagnostics.ts";
import { nearViewFile } from "./near-view-file.ts";
import { fileErrorCode, GONE } from "./read-file.ts";
import { requireWanted, unreadable } from "./source-error.ts";
import { type FileStats, isListedAsFile, openFolder, statFile } from "./stat-file.ts";

const FOLDER_DEPTH_MAX = 16;
/** How long file operations may take in one turn. */
const SLICE_MS = 2;
/** Entries per clock check; a check costs more than skipping an entry. */
const ENTRIES_PER_LOOK = 16;
/** Part of a fresh ext4 volume, readable for root alone. */
const RECOVERY_FOLDER = "lost+found";
/** Entries per abort check, and per directory read. */
const ENTRIES_AT_ONCE = 1024;
/** A folder with more entries, of any kind, is not a catalog. */
const ENTRIES_MAX = 500_000;
/** Limit of warnings about misnamed view files in one folder. */
const NEAR_MISSES_MAX = 20;
const VIEW_FILE = /\.ya?ml$/i;

/** A view file or the manifest, found but not read. */
export interface FileEntry extends Pick<FileStats, "bytes" | "changedMs" | "identity"> {
  readonly path: string;
  readonly realPath: string;
}

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

interface ScanOptions {
  /** The language of the diagnostics' messages. */
  readonly language?: Language;
  readonly signal?: AbortSignal | undefined;
  /** Maximum number of files and folders, views or not. */
  readonly entriesMax?: number;
}

interface ScanState {
  readonly name: string;
  readonly language: Language;
  readonly signal: AbortSignal | undefined;
  readonly entriesMax: number;
  /** Directory entries of any kind counted so far, in all sub-folders. */
  entries: number;
  readonly root: string;
  readonly slices: TimeSlices;
  readonly seen: Set<string>;
  readonly files: FileEntry[];
  manifest: FileEntry | undefined;
  readonly marks: string[];
  readonly diagnostics: Diagnostic[];
}

/**
 * Lists every file of a folder without reading any.
 *
 * @param name the folder, as messages name it
 * @throws {CatalogSourceError} with the code `aborted` when the signal fires during the scan
 */
export async function scanFolder(
  name: string,
  { language = "en", signal, entriesMax = ENTRIES_MAX }: ScanOptions = {},
): Promise<Scan> {
  const root = await orSourceError(name, () => realpath(name));
  const found = { files: [], manifest: undefined, marks: [root], diagnostics: [] };
  const walk = { entries: 0, root, slices: createTimeSlices(SLICE_MS), seen: new Set([root]) };
  const state: ScanState = { name, language, signal, entriesMax, ...walk, ...found };
  await scanSubfolder(state, { path: "", realPath: root, depth: 0 });
  const { files, manifest, diagnostics, marks } = state;
  // A broken link may be one whose file is being replaced: check again.
  for (const { code, file } of diagnostics) marks.push(`${code} ${file}`);
  return { files, manifest, diagnostics, marks };
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
  if (left === undefined || right === undefined) return left === right;
  return left.path === right.path && isSameIdentity(left.identity, right.identity);
}

interface Folder {
  readonly path: string;
  readonly realPath: string;
  readonly depth: number;
}

interface Listed {
  readonly name: string;
  /** Whether the folder itself lists it as a file: no link, then. */
  readonly isFile: boolean;
}

async function scanSubfolder(state: ScanState, folder: Folder): Promise<void> {
  if (folder.depth > FOLDER_DEPTH_MAX) {
    throw new CatalogSourceError(
      state.name,
      "unreadable",
      `${folder.path} lies deeper than ${FOLDER_DEPTH_MAX} folders`,
    );
  }
  const entries = await listFolder(state, folder);
  if (entries === undefined) {
    // The folder was deleted since it was found: the next scan differs from this one.
    state.marks.push(`${folder.path} is gone`);
    return;
  }
  // Sorted by UTF-16 unit, not by locale: every machine has the same order.
  entries.sort((left, right) => (left.name < right.name ? -1 : 1));
  for (const [index, entry] of entries.entries()) {
    if (index % ENTRIES_PER_LOOK === 0) await endTurn(state);
    if (entry.name.startsWith(".") || (folder.path === "" && entry.name === RECOVERY_FOLDER)) continue;
    const subfolder = scanEntry(state, folder, entry);
    if (subfolder !== undefined) await scanSubfolder(state, subfolder);
  }
}

/**
 * Lists the entries that can be view files, the manifest or sub-folders; other files are only counted, since `stat`
 * on each would take most of the time. Undefined when a sub-folder has been deleted during the scan.
 */
async function listFolder(
  state: ScanState,
  { path: folder, realPath }: Folder,
): Promise<Listed[] | undefined> {
  const { name: source } = state;
  const found: Listed[] = [];
  const misnamed: string[] = [];
  try {
    for (const entry of openFolder(realPath, ENTRIES_AT_ONCE)) {
      const { name } = entry;
      state.entries += 1;
      if (state.entries % ENTRIES_AT_ONCE === 0) await endTurn(state);
      if (state.entries > state.entriesMax) {
        throw new CatalogSourceError(
          source,
          "unreadable",
          `it contains more than ${state.entriesMax} files and folders`,
        );
      }
      const isFile = isListedAsFile(entry);
      if (!isFile || (folder === "" && name === MANIFEST_FILE) || VIEW_FILE.test(name))
        found.push({ name, isFile });
      else if (nearViewFile(name) !== undefined) misnamed.push(name);
    }
    // The first by name, so that the warnings are the same each time.
    const shown = misnamed.sort().slice(0, NEAR_MISSES_MAX);
    return [...found, ...shown.map((name) => ({ name, isFile: true }))];
  } catch (cause) {
    if (cause instanceof CatalogSourceError) throw cause;
    if (folder !== "" && GONE.has(fileErrorCode(cause))) return undefined;
    throw unreadable(source, cause, folder);
  }
}

/** Yields to other work once the turn has used its time. */
async function endTurn({ name, signal, slices }: ScanState): Promise<void> {
  requireWanted(name, signal);
  if (slices.isOver()) await slices.next();
}

/** Notes a file; returns a folder that is to be scanned. */
function scanEntry(state: ScanState, folder: Folder, entry: Listed): Folder | undefined {
  const { name, language } = state;
  const path = folder.path === "" ? entry.name : `${folder.path}/${entry.name}`;
  const isManifest = path === MANIFEST_FILE;
  const isWanted = isManifest || VIEW_FILE.test(path);
  const target = (entry.isFile && statListed(folder, entry)) || resolveEntry(name, path);
  if (target === undefined) {
    const mayBeFolder = !entry.name.includes(".");
    // The link may have led to a folder: its views must not disappear without a diagnostic.
    if (isWanted || mayBeFolder) state.diagnostics.push(linkBroken({ name, path, language }));
    return undefined;
  }
  const { realPath, stats, isListed } = target;
  if (stats.kind !== "folder" && !isWanted) warnOfNearMiss(state, path, stats);
  else if (!isListed && !isInside(state.root, realPath))
    state.diagnostics.push(linkOutside({ name, path, language }));
  else if (stats.kind === "folder" && !isManifest)
    return newFolder(state, { path, realPath, depth: folder.depth + 1 });
  else if (stats.kind === "file") noteFile(state, { path, realPath, ...stats }, isManifest);
  else
    state.diagnostics.push((isManifest ? manifestIsNoFile : neitherFileNorFolder)({ name, path, language }));
  return undefined;
}

/** A folder with two names is one folder; a file with two names is two views. */
function newFolder({ seen }: ScanState, folder: Folder): Folder | undefined {
  if (seen.has(folder.realPath)) return undefined;
  seen.add(folder.realPath);
  return folder;
}

function noteFile(state: ScanState, file: FileEntry, isManifest: boolean): void {
  if (isManifest) state.manifest = file;
  else state.files.push(file);
  if (state.files.length > CATALOG_VIEWS_MAX) {
    throw new CatalogSourceError(
      state.name,
      "unreadable",
      `it contains more than ${CATALOG_VIEWS_MAX} files`,
    );
  }
}

function warnOfNearMiss({ name, language, diagnostics }: ScanState, path: string, stats: FileStats): void {
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  const meant = nearViewFile(path.slice(folder.length));
  if (meant === undefined || stats.kind !== "file") return;
  if (diagnostics.filter(({ code }) => code === "file-name").length >= NEAR_MISSES_MAX) return;
  diagnostics.push(fileMisnamed({ name, path, language }, meant));
}

/**
 * Finds the manifest alone; undefined where there is none, or nothing that can be one.
 *
 * @throws {CatalogSourceError}
 */
export async function findManifest(name: string): Promise<FileEntry | undefined> {
  const root = await orSourceError(name, () => realpath(name));
  const target = resolveEntry(name, MANIFEST_FILE);
  if (target?.stats.kind !== "file" || !isInside(root, target.realPath)) return undefined;
  const { realPath, stats } = target;
  return { path: MANIFEST_FILE, realPath, ...stats };
}

interface ResolvedEntry {
  readonly realPath: string;
  readonly stats: FileStats;
  /** False for a symbolic link: its target may be elsewhere. */
  readonly isListed: boolean;
}

/** A file that its folder lists needs no resolution; undefined when it is no longer a file. */
function statListed(folder: Folder, { name }: Listed): ResolvedEntry | undefined {
  const realPath = `${folder.realPath}/${name}`;
  try {
    const stats = statFile(realPath, { follow: false });
    return stats.kind === "file" ? { realPath, stats, isListed: true } : undefined;
  } catch {
    // The resolution reports what is wrong.
    return undefined;
  }
}

/**
 * Undefined for a deleted file or a broken link. Synchronous calls take a fifth of the time of asynchronous
 * ones; the scan pauses between them.
 */
function resolveEntry(name: string, path: string): ResolvedEntry | undefined {
  try {
    const realPath = realpathSync.native(join(name, path));
    return { realPath, stats: statFile(realPath, { follow: true }), isListed: false };
  } catch (cause) {
    if (GONE.has(fileErrorCode(cause))) return undefined;
    throw unreadable(name, cause, path);
  }
}

function isInside(root: string, realPath: string): boolean {
  const path = relative(root, realPath);
  return path !== ".." && !path.startsWith(`..${sep}`) && !isAbsolute(path);
}

async function orSourceError<Value>(name: string, read: () => Promise<Value>): Promise<Value> {
  try {
    return await read();
  } catch (cause) {
    throw unreadable(name, cause);
  }
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
