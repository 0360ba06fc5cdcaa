import type { BigIntStats } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { isAbsolute, join, relative, sep } from "node:path";
import { CATALOG_VIEWS_MAX } from "../../domain/catalog.ts";
import type { Diagnostic } from "../../domain/diagnostic.ts";
import { MANIFEST_BYTES_MAX, MANIFEST_FILE } from "../../domain/views-manifest.ts";
import {
  CatalogSourceError,
  type CatalogSourceErrorCode,
  type CatalogSourcePort,
} from "../../ports/catalog-source-port.ts";
import { fileErrorCode, GONE } from "../filesystem/file-error-code.ts";
import { readBoundedFile } from "../filesystem/read-bounded-file.ts";
import { linkBroken, linkOutside, manifestIsNoFile, neitherFileNorFolder } from "./file-findings.ts";
import { createCatalogParser } from "./parse-catalog.ts";
import { VIEW_FILE_BYTES_MAX, type ViewFile } from "./view-file.ts";

/** A deploy replaces files within moments; a folder that changes at every attempt is not a catalog. */
const ATTEMPTS_MAX = 5;
const FILES_AT_ONCE = 32;
const FOLDER_DEPTH_MAX = 16;

/**
 * A catalog in a folder of YAML files.
 *
 * Files whose name begins with a dot are skipped. Links are followed while they stay inside the folder, through hidden
 * folders too, which is how Kubernetes mounts a ConfigMap. What was read counts only if the folder has not changed
 * meanwhile, so that a deploy under way never gives a mixture of two catalogs. The manifest is one of its files, but no view.
 *
 * @param directory the folder, as messages name it
 */
export function createFilesystemSource(directory: string): CatalogSourcePort {
  const name = directory.length > 1 ? directory.replace(/\/+$/, "") : directory;
  const parse = createCatalogParser(name);
  return {
    name,
    async load({ signal } = {}) {
      for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
        requireWanted(name, signal);
        const before = await survey(name);
        const read = await readFiles(name, before, signal);
        if (read !== undefined && (await survey(name)).fingerprint === before.fingerprint) {
          const { files, manifest } = read;
          return parse(files, { diagnostics: before.diagnostics, manifest, signal });
        }
      }
      throw new CatalogSourceError(
        name,
        "changing",
        `its files changed during each of ${ATTEMPTS_MAX} attempts to read it`,
      );
    },
    async peekManifest({ signal } = {}) {
      requireWanted(name, signal);
      const root = await orSourceError(name, () => realpath(name));
      const target = await resolveEntry(name, MANIFEST_FILE);
      if (target === undefined || !target.stats.isFile() || !isInside(root, target.realPath))
        return undefined;
      const { realPath } = target;
      const bytes = await readFound(name, { path: MANIFEST_FILE, realPath }, MANIFEST_BYTES_MAX);
      return bytes !== undefined && bytes.byteLength > MANIFEST_BYTES_MAX ? undefined : bytes;
    },
  };
}

function requireWanted(name: string, signal: AbortSignal | undefined): void {
  if (signal?.aborted)
    throw new CatalogSourceError(name, "aborted", "the caller gave it up", { cause: signal.reason });
}

interface FoundFile {
  readonly path: string;
  readonly realPath: string;
}

interface Survey {
  readonly files: readonly FoundFile[];
  readonly manifest: FoundFile | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** Changes whenever a file is added, removed, renamed, replaced or written. */
  readonly fingerprint: string;
}

interface SurveyState {
  readonly name: string;
  readonly root: string;
  readonly seen: Set<string>;
  readonly files: FoundFile[];
  manifest: FoundFile | undefined;
  readonly marks: string[];
  readonly diagnostics: Diagnostic[];
}

async function survey(name: string): Promise<Survey> {
  const root = await orSourceError(name, () => realpath(name));
  const found = { files: [], manifest: undefined, marks: [root], diagnostics: [] };
  const state: SurveyState = { name, root, seen: new Set([root]), ...found };
  await surveyFolder(state, "", 0);
  const { files, manifest, diagnostics, marks } = state;
  // A link that leads nowhere may be one whose file is being replaced: look again.
  const problems = diagnostics.map(({ code, file }) => `${code} ${file}`);
  return { files, manifest, diagnostics, fingerprint: [...marks, ...problems].join("\n") };
}

async function surveyFolder(state: SurveyState, folder: string, depth: number): Promise<void> {
  if (depth > FOLDER_DEPTH_MAX) {
    throw new CatalogSourceError(
      state.name,
      "unreadable",
      `${folder} lies deeper than ${FOLDER_DEPTH_MAX} folders`,
    );
  }
  const entries = await listFolder(state.name, folder);
  if (entries === undefined) {
    // It went away since it was found: the next survey differs from this one.
    state.marks.push(`${folder} is gone`);
    return;
  }
  // By UTF-16 unit, whatever the locale: the same order on every machine.
  for (const entry of entries.sort()) {
    if (!entry.startsWith(".")) await surveyEntry(state, folder === "" ? entry : `${folder}/${entry}`, depth);
  }
}

/** Undefined when a sub-folder has gone away. */
async function listFolder(name: string, folder: string): Promise<string[] | undefined> {
  try {
    return await readdir(join(name, folder));
  } catch (cause) {
    if (folder !== "" && GONE.has(fileErrorCode(cause))) return undefined;
    throw unreadable(name, cause);
  }
}

async function surveyEntry(state: SurveyState, path: string, depth: number): Promise<void> {
  const { name } = state;
  const isManifest = path === MANIFEST_FILE;
  const isWanted = isManifest || /\.ya?ml$/.test(path);
  const mayBeFolder = /(?:^|\/)[^./]+$/.test(path);
  const target = await resolveEntry(name, path);
  if (target === undefined) {
    // A folder's name says nothing, and views that vanish with it must not do so in silence.
    if (isWanted || mayBeFolder) state.diagnostics.push(linkBroken({ name, path }));
    return;
  }
  const { realPath, stats } = target;
  if (!stats.isDirectory() && !isWanted) return;
  if (!isInside(state.root, realPath)) {
    state.diagnostics.push(linkOutside({ name, path }));
    return;
  }
  if (stats.isDirectory() && !isManifest) {
    // A folder that two names lead to is one folder; a file that has two names is two views.
    if (state.seen.has(realPath)) return;
    state.seen.add(realPath);
    return surveyFolder(state, path, depth + 1);
  }
  if (!stats.isFile()) {
    state.diagnostics.push((isManifest ? manifestIsNoFile : neitherFileNorFolder)({ name, path }));
    return;
  }
  state.marks.push([path, realPath, stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs].join(" "));
  if (isManifest) state.manifest = { path, realPath };
  else state.files.push({ path, realPath });
  if (state.files.length > CATALOG_VIEWS_MAX) {
    throw new CatalogSourceError(name, "unreadable", `it holds more than ${CATALOG_VIEWS_MAX} files`);
  }
}

interface ResolvedEntry {
  readonly realPath: string;
  readonly stats: BigIntStats;
}

/** Undefined for what is gone, or a link that leads nowhere. */
async function resolveEntry(name: string, path: string): Promise<ResolvedEntry | undefined> {
  try {
    const realPath = await realpath(join(name, path));
    return { realPath, stats: await stat(realPath, { bigint: true }) };
  } catch (cause) {
    if (GONE.has(fileErrorCode(cause))) return undefined;
    throw unreadable(name, cause);
  }
}

function isInside(root: string, realPath: string): boolean {
  const path = relative(root, realPath);
  return path !== ".." && !path.startsWith(`..${sep}`) && !isAbsolute(path);
}

interface ReadFiles {
  readonly files: readonly ViewFile[];
  readonly manifest: Uint8Array | undefined;
}

/** Undefined when a file went away meanwhile. */
async function readFiles(
  name: string,
  { files, manifest: foundManifest }: Survey,
  signal: AbortSignal | undefined,
): Promise<ReadFiles | undefined> {
  const read: ViewFile[] = [];
  for (let start = 0; start < files.length; start += FILES_AT_ONCE) {
    requireWanted(name, signal);
    const batch = files.slice(start, start + FILES_AT_ONCE);
    const contents = await Promise.all(batch.map((file) => readFound(name, file, VIEW_FILE_BYTES_MAX)));
    for (const [index, file] of batch.entries()) {
      const bytes = contents[index];
      if (bytes === undefined) return undefined;
      read.push({ path: file.path, bytes });
    }
  }
  if (foundManifest === undefined) return { files: read, manifest: undefined };
  const manifest = await readFound(name, foundManifest, MANIFEST_BYTES_MAX);
  return manifest && { files: read, manifest };
}

/** Undefined when the file went away meanwhile. */
async function readFound(
  name: string,
  { realPath }: FoundFile,
  bytesMax: number,
): Promise<Uint8Array | undefined> {
  try {
    return await readBoundedFile(realPath, bytesMax);
  } catch (cause) {
    if (GONE.has(fileErrorCode(cause))) return undefined;
    throw unreadable(name, cause);
  }
}

async function orSourceError<Value>(name: string, read: () => Promise<Value>): Promise<Value> {
  try {
    return await read();
  } catch (cause) {
    throw unreadable(name, cause);
  }
}

const DETAILS: Readonly<Record<string, readonly [code: CatalogSourceErrorCode, detail: string]>> = {
  ENOENT: ["not-found", "there is no such folder"],
  ENOTDIR: ["not-found", "it is not a folder"],
  EACCES: ["unreadable", "reading it is not permitted"],
  EPERM: ["unreadable", "reading it is not permitted"],
};

function unreadable(name: string, cause: unknown): CatalogSourceError {
  const code = fileErrorCode(cause);
  const [kind, detail] = DETAILS[code] ?? (["unreadable", `reading it failed with ${code}`] as const);
  return new CatalogSourceError(name, kind, detail, { cause });
}
