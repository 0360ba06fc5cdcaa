import { realpathSync } from "node:fs";
import { realpath } from "node:fs/promises";
import { isAbsolute, join, relative, sep } from "node:path";
import { CATALOG_VIEWS_MAX } from "../../domain/catalog/catalog.ts";
import { MANIFEST_FILE } from "../../domain/signing/manifest.ts";
import type { Diagnostic } from "../../domain/view/diagnostic.ts";
import { createTimeSlices, type TimeSlices } from "../../lib/time-slices.ts";
import { CatalogSourceError } from "../../ports/catalog-source-port.ts";
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

/** Where a file or folder is. */
export interface FilePaths {
  /** Relative to the catalog's folder. */
  readonly path: string;
  /** Absolute, with all links resolved. */
  readonly realPath: string;
}

/** Callbacks of a walk. */
export interface FolderVisitor {
  /** A folder, before it is listed. */
  folder?(folder: FilePaths): void;
  /**
   * A view file or the manifest that its folder lists as a file; nothing has been asked about it.
   *
   * @returns false when it is no file any more: it is resolved then
   */
  listed(file: FilePaths): boolean;
  /** A view file or the manifest that a link leads to. */
  resolved(file: FilePaths, stats: FileStats): void;
}

export interface WalkOptions {
  readonly signal?: AbortSignal | undefined;
  /** Maximum number of files and folders, views or not. */
  readonly entriesMax?: number | undefined;
}

/** What a walk finds besides files. */
export interface Walked {
  /** The folder, without links. */
  readonly root: string;
  /** What is wrong with names and links. */
  readonly diagnostics: readonly Diagnostic[];
  /** Sub-folders that were deleted during the walk. */
  readonly gone: readonly string[];
}

interface Walk {
  readonly name: string;
  readonly visitor: FolderVisitor;
  readonly signal: AbortSignal | undefined;
  readonly entriesMax: number;
  readonly root: string;
  readonly slices: TimeSlices;
  readonly seen: Set<string>;
  readonly diagnostics: Diagnostic[];
  readonly gone: string[];
  /** Directory entries of any kind counted so far, in all sub-folders. */
  entries: number;
  views: number;
}

/**
 * Finds every view file of a folder and the manifest, in the same order on every machine, and reads none.
 *
 * @param name the folder, as messages name it
 * @throws {CatalogSourceError} with the code `aborted` when the signal fires during the walk
 */
export async function walkFolder(
  name: string,
  visitor: FolderVisitor,
  { signal, entriesMax = ENTRIES_MAX }: WalkOptions = {},
): Promise<Walked> {
  const root = await resolveRoot(name);
  const found = { seen: new Set([root]), diagnostics: [], gone: [], entries: 0, views: 0 };
  const walk: Walk = {
    ...{ name, visitor, signal, entriesMax, root },
    slices: createTimeSlices(SLICE_MS),
    ...found,
  };
  await walkSubfolder(walk, { path: "", realPath: root, depth: 0 });
  const { diagnostics, gone } = walk;
  return { root, diagnostics, gone };
}

/** @throws {CatalogSourceError} */
export async function resolveRoot(name: string): Promise<string> {
  try {
    return await realpath(name);
  } catch (cause) {
    throw unreadable(name, cause);
  }
}

interface Folder extends FilePaths {
  readonly depth: number;
}

async function walkSubfolder(walk: Walk, folder: Folder): Promise<void> {
  if (folder.depth > FOLDER_DEPTH_MAX)
    throw unusable(walk, `${folder.path} lies deeper than ${FOLDER_DEPTH_MAX} folders`);
  const listed = await listFolder(walk, folder);
  if (listed === undefined) {
    walk.gone.push(folder.path);
    return;
  }
  // Sorted by UTF-16 unit, not by locale: every machine has the same order.
  const names = listed.names.sort();
  for (const [index, name] of names.entries()) {
    if (index % ENTRIES_PER_LOOK === 0) await endTurn(walk);
    if (name.startsWith(".") || (folder.path === "" && name === RECOVERY_FOLDER)) continue;
    const subfolder = visitEntry(walk, folder, { name, isFile: !listed.others.has(name) });
    if (subfolder !== undefined) await walkSubfolder(walk, subfolder);
  }
}

interface Listed {
  readonly names: string[];
  /** Names that the folder does not list as files. */
  readonly others: ReadonlySet<string>;
}

/**
 * Lists the entries that can be view files, the manifest or sub-folders; other files are only counted, since `stat`
 * on each would take most of the time. Undefined when a sub-folder has been deleted during the walk.
 */
async function listFolder(walk: Walk, folder: Folder): Promise<Listed | undefined> {
  const { name: source } = walk;
  const names: string[] = [];
  const others = new Set<string>();
  const misnamed: string[] = [];
  try {
    walk.visitor.folder?.(folder);
    for (const entry of openFolder(folder.realPath, ENTRIES_AT_ONCE)) {
      const { name } = entry;
      walk.entries += 1;
      if (walk.entries % ENTRIES_AT_ONCE === 0) await endTurn(walk);
      if (walk.entries > walk.entriesMax)
        throw unusable(walk, `it contains more than ${walk.entriesMax} files and folders`);
      if (!isListedAsFile(entry)) others.add(name);
      else if (!isWanted(pathOf(folder, name))) {
        if (nearViewFile(name) !== undefined) misnamed.push(name);
        continue;
      }
      names.push(name);
    }
    // The first by name, so that the warnings are the same each time.
    names.push(...misnamed.sort().slice(0, NEAR_MISSES_MAX));
    return { names, others };
  } catch (cause) {
    if (cause instanceof CatalogSourceError) throw cause;
    if (folder.path !== "" && GONE.has(fileErrorCode(cause))) return undefined;
    throw unreadable(source, cause, folder.path);
  }
}

/** Yields to other work once the turn has used its time. */
async function endTurn({ name, signal, slices }: Walk): Promise<void> {
  requireWanted(name, signal);
  if (slices.isOver()) await slices.next();
}

function pathOf({ path }: Folder, name: string): string {
  return path === "" ? name : `${path}/${name}`;
}

function isWanted(path: string): boolean {
  return VIEW_FILE.test(path) || path === MANIFEST_FILE;
}

/** Passes a file on; returns a folder that is to be walked. */
function visitEntry(
  walk: Walk,
  folder: Folder,
  entry: { readonly name: string; readonly isFile: boolean },
): Folder | undefined {
  const path = pathOf(folder, entry.name);
  const isListed = entry.isFile && isWanted(path);
  if (!isListed || !walk.visitor.listed({ path, realPath: `${folder.realPath}/${entry.name}` }))
    return visitResolved(walk, path, folder.depth + 1);
  countView(walk, path);
  return undefined;
}

function visitResolved(walk: Walk, path: string, depth: number): Folder | undefined {
  const { name, diagnostics } = walk;
  const place = { name, path };
  const target = resolveEntry(name, path);
  if (target === undefined) {
    const mayBeFolder = !path.slice(path.lastIndexOf("/") + 1).includes(".");
    // The link may have led to a folder: its views must not disappear without a diagnostic.
    if (isWanted(path) || mayBeFolder) diagnostics.push(linkBroken(place));
    return undefined;
  }
  const { realPath, stats } = target;
  const isManifest = path === MANIFEST_FILE;
  if (stats.kind !== "folder" && !isWanted(path)) warnOfNearMiss(walk, path, stats);
  else if (!isInside(walk.root, realPath)) diagnostics.push(linkOutside(place));
  else if (stats.kind === "folder" && !isManifest) return newFolder(walk, { path, realPath, depth });
  else if (stats.kind === "file") {
    walk.visitor.resolved({ path, realPath }, stats);
    countView(walk, path);
  } else diagnostics.push((isManifest ? manifestIsNoFile : neitherFileNorFolder)(place));
  return undefined;
}

/** A folder with two names is walked once; a file with two names is two views. */
function newFolder({ seen }: Walk, folder: Folder): Folder | undefined {
  if (seen.has(folder.realPath)) return undefined;
  seen.add(folder.realPath);
  return folder;
}

function countView(walk: Walk, path: string): void {
  if (path !== MANIFEST_FILE) walk.views += 1;
  if (walk.views > CATALOG_VIEWS_MAX)
    throw unusable(walk, `it contains more than ${CATALOG_VIEWS_MAX} files`);
}

function unusable({ name }: Walk, detail: string): CatalogSourceError {
  return new CatalogSourceError(name, "unreadable", detail);
}

function warnOfNearMiss({ name, diagnostics }: Walk, path: string, stats: FileStats): void {
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  const meant = nearViewFile(path.slice(folder.length));
  if (meant === undefined || stats.kind !== "file") return;
  if (diagnostics.filter(({ code }) => code === "file-name").length >= NEAR_MISSES_MAX) return;
  diagnostics.push(fileMisnamed({ name, path }, meant));
}

/**
 * Follows links: the real path of an entry of the folder `name`, and what it is. Undefined for a deleted file or a
 * broken link. Synchronous calls take a fifth of the time of asynchronous ones; the walk pauses between entries.
 */
export function resolveEntry(
  name: string,
  path: string,
): { readonly realPath: string; readonly stats: FileStats } | undefined {
  try {
    const realPath = realpathSync.native(join(name, path));
    return { realPath, stats: statFile(realPath, { follow: true }) };
  } catch (cause) {
    if (GONE.has(fileErrorCode(cause))) return undefined;
    throw unreadable(name, cause, path);
  }
}

export function isInside(root: string, realPath: string): boolean {
  const path = relative(root, realPath);
  return path !== ".." && !path.startsWith(`..${sep}`) && !isAbsolute(path);
}
