import { type BigIntStats, realpathSync, statSync } from "node:fs";
import { opendir, realpath } from "node:fs/promises";
import { isAbsolute, join, relative, sep } from "node:path";
import { CATALOG_VIEWS_MAX } from "../../domain/catalog/catalog.ts";
import { MANIFEST_FILE } from "../../domain/signing/manifest.ts";
import type { Diagnostic } from "../../domain/view/diagnostic.ts";
import type { Language } from "../../lib/language.ts";
import { createTimeSlices, type TimeSlices } from "../../lib/time-slices.ts";
import { CatalogSourceError, type CatalogSourceErrorCode } from "../../ports/catalog-source-port.ts";
import {
  fileMisnamed,
  linkBroken,
  linkOutside,
  manifestIsNoFile,
  neitherFileNorFolder,
} from "../yaml/file-diagnostics.ts";
import { fileErrorCode, GONE } from "./read-file.ts";

const FOLDER_DEPTH_MAX = 16;
/** The time of file operations in one turn. */
const SLICE_MS = 2;
/** Part of a fresh ext4 volume, readable for root alone. */
const RECOVERY_FOLDER = "lost+found";
/** Between two checks of the stop signal, and in one read of a folder. */
const ENTRIES_AT_ONCE = 1024;
/** A folder with more entries, of any kind, holds no catalog. */
const ENTRIES_MAX = 500_000;
/** Limit of warnings about misnamed view files in one folder. */
const NEAR_MISSES_MAX = 20;
const VIEW_FILE = /\.ya?ml$/i;

/** A view file or the manifest, found but not read. */
export interface FileEntry {
  readonly path: string;
  readonly realPath: string;
  readonly bytes: number;
}

/** The content of a catalog's folder at one moment. */
export interface Scan {
  readonly files: readonly FileEntry[];
  readonly manifest: FileEntry | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** Changes whenever a file is added, removed, renamed, replaced or written. */
  readonly fingerprint: string;
}

interface ScanOptions {
  /** That of the diagnostics' messages. */
  readonly language?: Language;
  readonly signal?: AbortSignal | undefined;
  /** The most files and folders, views or not. */
  readonly entriesMax?: number;
}

interface ScanState {
  readonly name: string;
  readonly language: Language;
  readonly signal: AbortSignal | undefined;
  readonly entriesMax: number;
  /** The number of names in the folder and its sub-folders so far, of any kind. */
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
 * @throws {CatalogSourceError} with the code `aborted` when the signal fires meanwhile
 */
export async function scanFolder(
  name: string,
  { language = "en", signal, entriesMax = ENTRIES_MAX }: ScanOptions = {},
): Promise<Scan> {
  const root = await orSourceError(name, () => realpath(name));
  const found = { files: [], manifest: undefined, marks: [root], diagnostics: [] };
  const walk = { entries: 0, root, slices: createTimeSlices(SLICE_MS), seen: new Set([root]) };
  const state: ScanState = { name, language, signal, entriesMax, ...walk, ...found };
  await scanSubfolder(state, "", 0);
  const { files, manifest, diagnostics, marks } = state;
  // A broken link may be one whose file is being replaced: check again.
  const problems = diagnostics.map(({ code, file }) => `${code} ${file}`);
  return { files, manifest, diagnostics, fingerprint: [...marks, ...problems].join("\n") };
}

async function scanSubfolder(state: ScanState, folder: string, depth: number): Promise<void> {
  if (depth > FOLDER_DEPTH_MAX) {
    throw new CatalogSourceError(
      state.name,
      "unreadable",
      `${folder} lies deeper than ${FOLDER_DEPTH_MAX} folders`,
    );
  }
  const entries = await listFolder(state, folder);
  if (entries === undefined) {
    // The file was deleted since it was found: the next scan differs from this one.
    state.marks.push(`${folder} is gone`);
    return;
  }
  // By UTF-16 unit, independent of the locale: the same order on every machine.
  for (const entry of entries.sort()) {
    requireWanted(state.name, state.signal);
    if (state.slices.isOver()) await state.slices.next();
    if (!entry.startsWith(".") && !(folder === "" && entry === RECOVERY_FOLDER))
      await scanEntry(state, folder === "" ? entry : `${folder}/${entry}`, depth);
  }
}

/**
 * The names in a folder that may be of views, of the manifest or of folders; other files are only counted,
 * since `stat` on each would take most of the time. Undefined when a sub-folder has been deleted meanwhile.
 */
async function listFolder(state: ScanState, folder: string): Promise<string[] | undefined> {
  const { name, signal } = state;
  const names: string[] = [];
  const misnamed: string[] = [];
  try {
    for await (const entry of await opendir(join(name, folder), { bufferSize: ENTRIES_AT_ONCE })) {
      state.entries += 1;
      if (state.entries % ENTRIES_AT_ONCE === 0) requireWanted(name, signal);
      if (state.entries > state.entriesMax) {
        throw new CatalogSourceError(
          name,
          "unreadable",
          `it holds more than ${state.entriesMax} files and folders`,
        );
      }
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (!entry.isFile() || path === MANIFEST_FILE || VIEW_FILE.test(path)) names.push(entry.name);
      else if (nearViewFile(entry.name) !== undefined) misnamed.push(entry.name);
    }
    // The first by name, so that the warnings are the same each time.
    return [...names, ...misnamed.sort().slice(0, NEAR_MISSES_MAX)];
  } catch (cause) {
    if (cause instanceof CatalogSourceError) throw cause;
    if (folder !== "" && GONE.has(fileErrorCode(cause))) return undefined;
    throw unreadable(name, cause, folder);
  }
}

async function scanEntry(state: ScanState, path: string, depth: number): Promise<void> {
  const { name, language } = state;
  const isManifest = path === MANIFEST_FILE;
  const isWanted = isManifest || VIEW_FILE.test(path);
  const mayBeFolder = /(?:^|\/)[^./]+$/.test(path);
  const target = resolveEntry(name, path);
  if (target === undefined) {
    // The link may have led to a folder: its views must not disappear without a diagnostic.
    if (isWanted || mayBeFolder) state.diagnostics.push(linkBroken({ name, path, language }));
    return;
  }
  const { realPath, stats } = target;
  if (!stats.isDirectory() && !isWanted) return warnOfNearMiss(state, path, stats);
  if (!isInside(state.root, realPath)) {
    state.diagnostics.push(linkOutside({ name, path, language }));
    return;
  }
  if (stats.isDirectory() && !isManifest) {
    // A folder with two names is one folder; a file with two names is two views.
    if (state.seen.has(realPath)) return;
    state.seen.add(realPath);
    return scanSubfolder(state, path, depth + 1);
  }
  if (!stats.isFile()) {
    state.diagnostics.push((isManifest ? manifestIsNoFile : neitherFileNorFolder)({ name, path, language }));
    return;
  }
  state.marks.push([path, realPath, stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs].join(" "));
  const file = { path, realPath, bytes: Number(stats.size) };
  if (isManifest) state.manifest = file;
  else state.files.push(file);
  if (state.files.length > CATALOG_VIEWS_MAX) {
    throw new CatalogSourceError(name, "unreadable", `it holds more than ${CATALOG_VIEWS_MAX} files`);
  }
}

function warnOfNearMiss({ name, language, diagnostics }: ScanState, path: string, stats: BigIntStats): void {
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  const meant = nearViewFile(path.slice(folder.length));
  if (meant === undefined || !stats.isFile()) return;
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
  if (target === undefined || !target.stats.isFile() || !isInside(root, target.realPath)) return undefined;
  return { path: MANIFEST_FILE, realPath: target.realPath, bytes: Number(target.stats.size) };
}

/** @throws {CatalogSourceError} with the code `aborted` when the signal has fired */
export function requireWanted(name: string, signal: AbortSignal | undefined): void {
  if (signal?.aborted)
    throw new CatalogSourceError(name, "aborted", "aborted by the caller", { cause: signal.reason });
}

interface ResolvedEntry {
  readonly realPath: string;
  readonly stats: BigIntStats;
}

/** Undefined for a deleted file or a broken link. */
/** Synchronous calls take a fifth of the time of asynchronous ones; the scan pauses between them. */
function resolveEntry(name: string, path: string): ResolvedEntry | undefined {
  try {
    const realPath = realpathSync.native(join(name, path));
    return { realPath, stats: statSync(realPath, { bigint: true }) };
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

const DETAILS: Readonly<Record<string, readonly [code: CatalogSourceErrorCode, detail: string]>> = {
  ENOENT: ["not-found", "folder not found"],
  ENOTDIR: ["not-found", "it is not a folder"],
  EACCES: ["unreadable", "permission denied"],
  EPERM: ["unreadable", "permission denied"],
};

/**
 * Maps a failure of the file system to an error of the source.
 *
 * @param path the unreadable file or folder in it; empty for its own folder
 */
export function unreadable(name: string, cause: unknown, path = ""): CatalogSourceError {
  const code = fileErrorCode(cause);
  const [kind, detail] = DETAILS[code] ?? (["unreadable", `read failed with ${code}`] as const);
  const place = path === "" ? "" : `: ${JSON.stringify(path)}`;
  return new CatalogSourceError(name, kind, `${detail}${place}`, { cause });
}

/** What editors and mail programs append to an unknown file name. */
const APPENDED = /(\.ya?ml)\.(?:txt|text|rtf|docx?|html?|md)$/i;
/**
 * An extension followed by a space, a full stop, a bracket or a number: `a.yaml `, `a.yaml (1)`, `a.yaml1`.
 */
const TRAILING = /(\.ya?ml)(?:[\s.,;_]+|\s*\(\d+\)|\d)$/i;
/** `a,yaml`, `a_yml`. */
const SEPARATED = /[,;:_ -](ya?ml)$/i;
const EXTENSION = /\.([a-z0-9]{2,6})$/i;
/** Swapped, repeated or missing letters of the extension. */
const LETTERS = /^(?=.*y)(?=.*[ml])[yaml]{2,6}$/;
/** One letter replaced by a neighbour on the keyboard. */
const BESIDE = /^(?:[tughj]aml|y[sqwz]ml|ya[nkj]l|yam[kop;]|[tughj]ml|y[nkj]l|ym[kop])$/;

/**
 * The probable intended name of a file whose name is similar to that of a view: `view_a.yaml` for
 * `view_a.yaml.txt` or `view_a.yalm`. Backups, such as `view_a.yaml.bak` and `view_a.yaml~`, are left out on
 * purpose.
 *
 * @param name of a file that is no view
 */
export function nearViewFile(name: string): string | undefined {
  const plain = name.normalize("NFKC");
  for (const pattern of [APPENDED, TRAILING]) {
    if (pattern.test(plain)) return plain.replace(pattern, (_, extension: string) => extension.toLowerCase());
  }
  if (SEPARATED.test(plain))
    return plain.replace(SEPARATED, (_, extension: string) => `.${extension.toLowerCase()}`);
  const extension = EXTENSION.exec(plain)?.[1]?.toLowerCase();
  if (extension === undefined || !(LETTERS.test(extension) || BESIDE.test(extension))) return undefined;
  return plain.replace(EXTENSION, extension.includes("a") || extension.length > 3 ? ".yaml" : ".yml");
}

/**
 * A text that changes whenever a file of the folder is added, removed, renamed, replaced or written, and when
 * the folder is deleted or created. No file is read.
 */
export async function fingerprintFolder(directory: string): Promise<string> {
  try {
    return (await scanFolder(directory)).fingerprint;
  } catch (error) {
    if (!(error instanceof CatalogSourceError)) throw error;
    return error.message;
  }
}
