import { realpathSync } from "node:fs";
import { realpath } from "node:fs/promises";
import { isAbsolute, join, relative, sep } from "node:path";
import { CATALOG_VIEWS_MAX } from "../../domain/catalog/catalog.ts";
import { MANIFEST_FILE } from "../../domain/signing/manifest.ts";
import type { Diagnostic } from "../../domain/view/diagnostic.ts";
import type { LocalizedText } from "../../lib/language.ts";
import { createTimeSlices, type TimeSlices } from "../../lib/time-slices.ts";
import { CatalogSourceError, throwIfAborted } from "../../ports/catalog-source-port.ts";
import {
  describeBrokenLink,
  describeManifestNotFile,
  describeMisnamedFile,
  describeOutsideLink,
  describeSpecialFile,
} from "../yaml/file-diagnostics.ts";
import { suggestViewFileName } from "./find-meant-view-file.ts";
import { fileErrorCode, MISSING_FILE_CODES, toSourceError } from "./read-file.ts";
import { type FileStats, isListedAsFile, listEntries, statFile } from "./stat-file.ts";

const FOLDER_DEPTH_MAX = 16;
/** How long file operations may block the event loop. */
const YIELD_AFTER_MS = 2;
/** The clock is read once per this number of entries, because reading it takes longer than skipping an entry. */
const ENTRIES_PER_CLOCK_CHECK = 16;
/** A folder at the root of an ext4 volume, which only the user root can read. */
const RECOVERY_FOLDER = "lost+found";
/**
 * While a folder is listed, the signal is checked once per this number of entries. On Node, it is also the number of
 * entries per read.
 */
const ENTRIES_PER_BATCH = 1024;
/** Maximum number of entries of any kind; a folder with more is refused. */
const ENTRIES_MAX = 500_000;
/** Maximum number of warnings about misnamed view files. */
const MISNAMED_FILES_MAX = 20;
const VIEW_FILE_NAME = /\.ya?ml$/i;

export interface FilePaths {
  /** Relative to the catalog's folder. */
  readonly path: string;
  /** Absolute, with all links resolved. */
  readonly realPath: string;
}

export interface FolderVisitor {
  /** Called for each folder, before it is listed. */
  onFolder?(folder: FilePaths): void;
  /**
   * Called for a view file or the manifest, if the folder lists the name as a file. The file's metadata is not read.
   *
   * @returns false if the path is no longer a file: the walk then resolves the path
   */
  onListedFile(file: FilePaths): boolean;
  /** Called for a view file or the manifest behind a link. */
  onLinkedFile(file: FilePaths, stats: FileStats): void;
}

export interface WalkOptions {
  readonly signal?: AbortSignal | undefined;
  /** Maximum number of files and folders, views or not. */
  readonly entriesMax?: number | undefined;
}

/** The result of a walk, besides the files. */
export interface WalkResult {
  /** The real path of the folder. */
  readonly root: string;
  /** Diagnostics about names and links. */
  readonly diagnostics: readonly Diagnostic[];
  /** Sub-folders that were deleted during the walk. */
  readonly deletedFolders: readonly string[];
}

interface WalkState {
  readonly name: string;
  readonly visitor: FolderVisitor;
  readonly signal: AbortSignal | undefined;
  readonly entriesMax: number;
  readonly root: string;
  readonly slices: TimeSlices;
  /** The real paths of all folders so far. */
  readonly visitedFolders: Set<string>;
  readonly diagnostics: Diagnostic[];
  readonly deletedFolders: string[];
  /** The number of entries of any kind so far, in all sub-folders. */
  entries: number;
  views: number;
}

/**
 * Finds every view file of a folder and the manifest, in the same order on every machine, without reading them.
 *
 * @param name the folder, as messages name it
 * @throws {CatalogSourceError} when the folder cannot be read; with the code `aborted` when the signal fires
 */
export async function walkFolder(
  name: string,
  visitor: FolderVisitor,
  { signal, entriesMax = ENTRIES_MAX }: WalkOptions = {},
): Promise<WalkResult> {
  const root = await resolveRoot(name);
  const found = {
    visitedFolders: new Set([root]),
    diagnostics: [],
    deletedFolders: [],
    entries: 0,
    views: 0,
  };
  const walk: WalkState = {
    ...{ name, visitor, signal, entriesMax, root },
    slices: createTimeSlices(YIELD_AFTER_MS),
    ...found,
  };
  await walkSubfolder(walk, { path: "", realPath: root, depth: 0 });
  const { diagnostics, deletedFolders } = walk;
  return { root, diagnostics, deletedFolders };
}

/** @throws {CatalogSourceError} */
export async function resolveRoot(name: string): Promise<string> {
  try {
    return await realpath(name);
  } catch (cause) {
    // Deno's error for an empty path has no code.
    throw toSourceError(name, name === "" ? { code: "ENOENT" } : cause);
  }
}

interface WalkedFolder extends FilePaths {
  readonly depth: number;
}

async function walkSubfolder(walk: WalkState, folder: WalkedFolder): Promise<void> {
  if (folder.depth > FOLDER_DEPTH_MAX)
    throw createUnreadableFolderError(walk, {
      en: `${folder.path} is nested deeper than ${FOLDER_DEPTH_MAX} folders`,
      pt: `${folder.path} está a mais de ${FOLDER_DEPTH_MAX} pastas de profundidade`,
    });
  const listed = await listFolder(walk, folder);
  if (listed === undefined) {
    walk.deletedFolders.push(folder.path);
    return;
  }
  // Sorted by UTF-16 unit, not by locale: every machine has the same order.
  const names = listed.names.sort();
  for (const [index, name] of names.entries()) {
    if (index % ENTRIES_PER_CLOCK_CHECK === 0) await pauseAfterSlice(walk);
    if (name.startsWith(".") || (folder.path === "" && name === RECOVERY_FOLDER)) continue;
    const subfolder = visitEntry(walk, folder, { name, isFile: !listed.notFiles.has(name) });
    if (subfolder !== undefined) await walkSubfolder(walk, subfolder);
  }
}

interface FolderListing {
  readonly names: string[];
  /** Names that the folder does not list as files. */
  readonly notFiles: ReadonlySet<string>;
}

/**
 * Lists the entries that can be view files, the manifest or sub-folders; other files are only counted, because `stat`
 * on each would take most of the time. Returns undefined for a sub-folder that was deleted during the walk.
 */
async function listFolder(walk: WalkState, folder: WalkedFolder): Promise<FolderListing | undefined> {
  const { name: source } = walk;
  const names: string[] = [];
  const notFiles = new Set<string>();
  const misnamed: string[] = [];
  try {
    walk.visitor.onFolder?.(folder);
    for (const entry of listEntries(folder.realPath, ENTRIES_PER_BATCH)) {
      const { name } = entry;
      walk.entries += 1;
      if (walk.entries % ENTRIES_PER_BATCH === 0) await pauseAfterSlice(walk);
      if (walk.entries > walk.entriesMax)
        throw createUnreadableFolderError(walk, {
          en: `it contains more than ${walk.entriesMax} files and folders`,
          pt: `contém mais de ${walk.entriesMax} arquivos e pastas`,
        });
      if (!isListedAsFile(entry)) notFiles.add(name);
      else if (!isViewOrManifest(pathInFolder(folder, name))) {
        if (suggestViewFileName(name) !== undefined) misnamed.push(name);
        continue;
      }
      names.push(name);
    }
    // Sorted before the limit applies, so that every walk warns of the same files.
    names.push(...misnamed.sort().slice(0, MISNAMED_FILES_MAX));
    return { names, notFiles };
  } catch (cause) {
    if (cause instanceof CatalogSourceError) throw cause;
    if (folder.path !== "" && MISSING_FILE_CODES.has(fileErrorCode(cause))) return undefined;
    throw toSourceError(source, cause, folder.path);
  }
}

/** Lets other work run if this turn of the event loop has used its time. */
async function pauseAfterSlice({ name, signal, slices }: WalkState): Promise<void> {
  throwIfAborted(name, signal);
  if (slices.isOver()) await slices.next();
}

function pathInFolder({ path }: WalkedFolder, name: string): string {
  return path === "" ? name : `${path}/${name}`;
}

function isViewOrManifest(path: string): boolean {
  return VIEW_FILE_NAME.test(path) || path === MANIFEST_FILE;
}

/** Passes an entry that is a file to the visitor; returns an entry that is a folder, which the caller must walk. */
function visitEntry(
  walk: WalkState,
  folder: WalkedFolder,
  entry: { readonly name: string; readonly isFile: boolean },
): WalkedFolder | undefined {
  const path = pathInFolder(folder, entry.name);
  const isListed = entry.isFile && isViewOrManifest(path);
  if (!isListed || !walk.visitor.onListedFile({ path, realPath: `${folder.realPath}/${entry.name}` }))
    return visitTarget(walk, path, folder.depth + 1);
  countViewFile(walk, path);
  return undefined;
}

function visitTarget(walk: WalkState, path: string, depth: number): WalkedFolder | undefined {
  const { name, diagnostics } = walk;
  const place = { name, path };
  const target = resolveEntry(name, path);
  if (target === undefined) {
    const mayBeFolder = !path.slice(path.lastIndexOf("/") + 1).includes(".");
    // A broken link without a dot in its name may have led to a folder, whose views must not disappear without a
    // diagnostic.
    if (isViewOrManifest(path) || mayBeFolder) diagnostics.push(describeBrokenLink(place));
    return undefined;
  }
  const { realPath, stats } = target;
  const isManifest = path === MANIFEST_FILE;
  if (stats.kind !== "folder" && !isViewOrManifest(path)) warnOfMisnamedFile(walk, path, stats);
  else if (!isInside(walk.root, realPath)) diagnostics.push(describeOutsideLink(place));
  else if (stats.kind === "folder" && !isManifest) return markFolderVisited(walk, { path, realPath, depth });
  else if (stats.kind === "file") {
    walk.visitor.onLinkedFile({ path, realPath }, stats);
    countViewFile(walk, path);
  } else diagnostics.push((isManifest ? describeManifestNotFile : describeSpecialFile)(place));
  return undefined;
}

/**
 * Returns the folder, or undefined if it was already walked under another name. Files differ: a file with two names is
 * two views.
 */
function markFolderVisited({ visitedFolders }: WalkState, folder: WalkedFolder): WalkedFolder | undefined {
  if (visitedFolders.has(folder.realPath)) return undefined;
  visitedFolders.add(folder.realPath);
  return folder;
}

function countViewFile(walk: WalkState, path: string): void {
  if (path !== MANIFEST_FILE) walk.views += 1;
  if (walk.views > CATALOG_VIEWS_MAX)
    throw createUnreadableFolderError(walk, {
      en: `it contains more than ${CATALOG_VIEWS_MAX} files`,
      pt: `contém mais de ${CATALOG_VIEWS_MAX} arquivos`,
    });
}

function createUnreadableFolderError({ name }: WalkState, detail: LocalizedText): CatalogSourceError {
  return new CatalogSourceError(name, "unreadable", detail);
}

function warnOfMisnamedFile({ name, diagnostics }: WalkState, path: string, stats: FileStats): void {
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  const meantName = suggestViewFileName(path.slice(folder.length));
  if (meantName === undefined || stats.kind !== "file") return;
  if (diagnostics.filter(({ code }) => code === "file-name").length >= MISNAMED_FILES_MAX) return;
  diagnostics.push(describeMisnamedFile({ name, path }, meantName));
}

/**
 * Reads the real path of an entry of the folder `name`, and the metadata of its target; undefined for a deleted file or
 * a broken link. Synchronous calls take a fifth of the time of asynchronous calls; the walk pauses between entries.
 */
export function resolveEntry(
  name: string,
  path: string,
): { readonly realPath: string; readonly stats: FileStats } | undefined {
  try {
    const realPath = realpathSync.native(join(name, path));
    return { realPath, stats: statFile(realPath, { shouldFollow: true }) };
  } catch (cause) {
    if (MISSING_FILE_CODES.has(fileErrorCode(cause))) return undefined;
    throw toSourceError(name, cause, path);
  }
}

export function isInside(root: string, realPath: string): boolean {
  const path = relative(root, realPath);
  return path !== ".." && !path.startsWith(`..${sep}`) && !isAbsolute(path);
}
