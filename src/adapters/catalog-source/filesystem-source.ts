import { type BigIntStats, constants } from "node:fs";
import { open, readdir, realpath, stat } from "node:fs/promises";
import { isAbsolute, join, relative, sep } from "node:path";
import { CATALOG_VIEWS_MAX } from "../../domain/catalog.ts";
import type { Diagnostic } from "../../domain/diagnostic.ts";
import {
  CatalogSourceError,
  type CatalogSourceErrorCode,
  type CatalogSourcePort,
} from "../../ports/catalog-source-port.ts";
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
 * meanwhile, so that a deploy under way never gives a mixture of two catalogs.
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
        const files = await readFiles(name, before, signal);
        if (files !== undefined && (await survey(name)).fingerprint === before.fingerprint) {
          return parse(files, { diagnostics: before.diagnostics, signal });
        }
      }
      throw new CatalogSourceError(
        name,
        "changing",
        `its files changed during each of ${ATTEMPTS_MAX} attempts to read it`,
      );
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
  readonly diagnostics: readonly Diagnostic[];
  /** Changes whenever a file is added, removed, renamed, replaced or written. */
  readonly fingerprint: string;
}

interface SurveyState {
  readonly name: string;
  readonly root: string;
  readonly seen: Set<string>;
  readonly files: FoundFile[];
  readonly marks: string[];
  readonly diagnostics: Diagnostic[];
}

async function survey(name: string): Promise<Survey> {
  const root = await orSourceError(name, () => realpath(name));
  const state: SurveyState = { name, root, seen: new Set([root]), files: [], marks: [root], diagnostics: [] };
  await surveyFolder(state, "", 0);
  const { files, diagnostics, marks } = state;
  // A link that leads nowhere may be one whose file is being replaced: look again.
  const problems = diagnostics.map(({ code, file }) => `${code} ${file}`);
  return { files, diagnostics, fingerprint: [...marks, ...problems].join("\n") };
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
    if (folder !== "" && GONE.has(errorCode(cause))) return undefined;
    throw unreadable(name, cause);
  }
}

async function surveyEntry(state: SurveyState, path: string, depth: number): Promise<void> {
  const isView = /\.ya?ml$/.test(path);
  const mayBeFolder = /(?:^|\/)[^./]+$/.test(path);
  const target = await resolveEntry(state.name, path);
  if (target === undefined) {
    // A folder's name says nothing, and views that vanish with it must not do so in silence.
    if (isView || mayBeFolder) state.diagnostics.push(broken(state.name, path));
    return;
  }
  const { realPath, stats } = target;
  if (!stats.isDirectory() && !isView) return;
  if (!isInside(state.root, realPath)) {
    state.diagnostics.push(outside(state.name, path));
    return;
  }
  if (stats.isDirectory()) {
    // A folder that two names lead to is one folder; a file that has two names is two views.
    if (state.seen.has(realPath)) return;
    state.seen.add(realPath);
    return surveyFolder(state, path, depth + 1);
  }
  if (!stats.isFile()) {
    state.diagnostics.push(notAFile(state.name, path));
    return;
  }
  state.marks.push([path, realPath, stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs].join(" "));
  state.files.push({ path, realPath });
  if (state.files.length > CATALOG_VIEWS_MAX) {
    throw new CatalogSourceError(state.name, "unreadable", `it holds more than ${CATALOG_VIEWS_MAX} files`);
  }
}

/** What a path gives that names no file, or no longer the one that it named. */
const GONE: ReadonlySet<string> = new Set(["ELOOP", "ENOENT", "ENOTDIR"]);

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
    if (GONE.has(errorCode(cause))) return undefined;
    throw unreadable(name, cause);
  }
}

function isInside(root: string, realPath: string): boolean {
  const path = relative(root, realPath);
  return path !== ".." && !path.startsWith(`..${sep}`) && !isAbsolute(path);
}

/** Undefined when a file went away meanwhile. */
async function readFiles(
  name: string,
  { files }: Survey,
  signal: AbortSignal | undefined,
): Promise<readonly ViewFile[] | undefined> {
  const read: ViewFile[] = [];
  for (let start = 0; start < files.length; start += FILES_AT_ONCE) {
    requireWanted(name, signal);
    const batch = files.slice(start, start + FILES_AT_ONCE);
    const contents = await Promise.all(batch.map(({ realPath }) => readBounded(name, realPath)));
    for (const [index, file] of batch.entries()) {
      const bytes = contents[index];
      if (bytes === undefined) return undefined;
      read.push({ path: file.path, bytes });
    }
  }
  return read;
}

/** Reads one byte more than a view may have, so that the parser sees that the file is too large. */
async function readBounded(name: string, realPath: string): Promise<Uint8Array | undefined> {
  try {
    const handle = await open(realPath, constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      const { size } = await handle.stat();
      const buffer = new Uint8Array(Math.min(size, VIEW_FILE_BYTES_MAX) + 1);
      let length = 0;
      while (length < buffer.length) {
        const { bytesRead } = await handle.read(buffer, length, buffer.length - length, length);
        if (bytesRead === 0) break;
        length += bytesRead;
      }
      return buffer.subarray(0, length);
    } finally {
      await handle.close();
    }
  } catch (cause) {
    if (GONE.has(errorCode(cause))) return undefined;
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
  const code = errorCode(cause);
  const [kind, detail] = DETAILS[code] ?? (["unreadable", `reading it failed with ${code}`] as const);
  return new CatalogSourceError(name, kind, detail, { cause });
}

/** Node sets `code`; Deno's own errors, which its Node layer lets through for permissions, have only a name. */
function errorCode(cause: unknown): string {
  const { code, name } = cause as { readonly code?: unknown; readonly name?: unknown };
  if (typeof code === "string") return code;
  return name === "NotCapable" || name === "PermissionDenied" ? "EACCES" : String(name);
}

function fileDiagnostic(
  name: string,
  path: string,
  finding: Pick<Diagnostic, "code" | "hint" | "message">,
): Diagnostic {
  return { severity: "error", ...finding, file: `${name}/${path}`, line: 1, column: 1, pointer: "" };
}

function outside(name: string, path: string): Diagnostic {
  const message = "the link leads out of the catalog's folder";
  return fileDiagnostic(name, path, { code: "link-outside", message, hint: "copy the file into the folder" });
}

function broken(name: string, path: string): Diagnostic {
  const message = "the link leads nowhere";
  return fileDiagnostic(name, path, {
    code: "file-type",
    message,
    hint: "remove the link, or restore the file that it names",
  });
}

function notAFile(name: string, path: string): Diagnostic {
  const message = "this is neither a file nor a folder";
  return fileDiagnostic(name, path, { code: "file-type", message, hint: "replace it with a regular file" });
}
