import { type BigIntStats, type Dirent, lstatSync, opendirSync, statSync } from "node:fs";
import type { FileIdentity } from "../yaml/decode-view-file.ts";

/** The metadata of a path. */
export interface FileStats {
  readonly kind: "file" | "folder" | "link" | "other";
  readonly bytes: number;
  /** Changes whenever the file is replaced or written, if the file system notes the change. */
  readonly identity: FileIdentity;
  /**
   * When it was last replaced, written or renamed, in milliseconds since the epoch, by the clock of the file system;
   * undefined where that is not known.
   */
  readonly changedMs: number | undefined;
}

/**
 * Reads the metadata of a path.
 *
 * @param options `follow`: of the target of a link, instead of the link
 * @throws the error of the file system
 */
export function statFile(path: string, { follow }: { readonly follow: boolean }): FileStats {
  const deno = denoFiles();
  if (deno !== undefined) return ofDeno(follow ? deno.statSync(path) : deno.lstatSync(path));
  return ofNode((follow ? statSync : lstatSync)(path, BIGINT));
}

/** See {@link isSettled}. */
const SETTLED_MS = 10_000;

/**
 * Whether what changes from now on can be seen by its times. What changed less than ten seconds ago may change once
 * more within the same tick of the file system's clock: that of FAT ticks every two seconds, and the clock of a
 * network's server may be behind.
 *
 * @param nowMs milliseconds since the epoch
 */
export function isSettled({ changedMs }: Pick<FileStats, "changedMs">, nowMs: number): boolean {
  return changedMs !== undefined && changedMs + SETTLED_MS <= nowMs;
}

const BIGINT = { bigint: true } as const;

/**
 * Whether a path still names the file with this identity; a link in its place counts as a change. It is called for each
 * file of a catalog, so it makes no object that outlives the call.
 *
 * @throws the error of the file system
 */
export function isUnchanged(path: string, identity: FileIdentity): boolean {
  const deno = denoFiles();
  if (deno !== undefined) {
    const stats = deno.lstatSync(path);
    return stats.isFile && isSameFile(stats, identity, Number(stats.mtime), Number(stats.ctime));
  }
  const stats = lstatSync(path, BIGINT);
  return stats.isFile() && isSameFile(stats, identity, stats.mtimeNs, stats.ctimeNs);
}

/** Compares in the order of an identity. */
function isSameFile(
  { dev, ino, size }: Pick<BigIntStats | DenoStats, "dev" | "ino" | "size">,
  identity: FileIdentity,
  writtenAt: bigint | number,
  changedAt: bigint | number,
): boolean {
  return (
    dev === identity[0] &&
    (ino ?? 0) === identity[1] &&
    size === identity[2] &&
    writtenAt === identity[3] &&
    changedAt === identity[4]
  );
}

function ofNode(stats: BigIntStats): FileStats {
  const { dev, ino, size, mtimeNs, ctimeNs } = stats;
  const changedNs = mtimeNs > ctimeNs ? mtimeNs : ctimeNs;
  return {
    kind: kindOf(stats.isFile(), stats.isDirectory(), stats.isSymbolicLink()),
    bytes: Number(size),
    identity: [dev, ino, size, mtimeNs, ctimeNs],
    changedMs: ino > 0n && ctimeNs > 0n ? Number(changedNs / 1_000_000n) : undefined,
  };
}

/** A name in a folder. */
export interface FolderEntry {
  readonly name: string;
  readonly isFile: boolean | (() => boolean);
}

/** Whether the folder lists the name as a regular file, not as a link. */
export function isListedAsFile(entry: FolderEntry): boolean {
  return typeof entry.isFile === "function" ? entry.isFile() : entry.isFile;
}

/**
 * Lists a folder, in no order.
 *
 * @param atOnce how many names are read in one step, where that can be chosen
 * @throws the error of the file system, at once or while it lists
 */
export function openFolder(path: string, atOnce: number): Iterable<FolderEntry> {
  return denoFiles()?.readDirSync(path) ?? listedByNode(path, atOnce);
}

function* listedByNode(path: string, bufferSize: number): Generator<Dirent> {
  const folder = opendirSync(path, { bufferSize });
  try {
    for (let entry = folder.readSync(); entry !== null; entry = folder.readSync()) yield entry;
  } finally {
    folder.closeSync();
  }
}

/** Deno's own calls take half of the time of its Node layer, or less. */
function denoFiles(): DenoFiles | undefined {
  return (globalThis as { readonly Deno?: DenoFiles }).Deno;
}

interface DenoFiles {
  readonly readDirSync: (path: string) => Iterable<FolderEntry>;
  readonly statSync: (path: string) => DenoStats;
  readonly lstatSync: (path: string) => DenoStats;
}

interface DenoStats {
  readonly isFile: boolean;
  readonly isDirectory: boolean;
  readonly isSymlink: boolean;
  readonly dev: number;
  readonly ino: number | null;
  readonly size: number;
  readonly mtime: Date | null;
  /** In whole seconds. */
  readonly ctime: Date | null;
}

function ofDeno({ dev, ino, size, mtime, ctime, ...is }: DenoStats): FileStats {
  const [mtimeMs, ctimeMs] = [Number(mtime), Number(ctime)];
  return {
    kind: kindOf(is.isFile, is.isDirectory, is.isSymlink),
    bytes: size,
    identity: [dev, ino ?? 0, size, mtimeMs, ctimeMs],
    changedMs: ino && mtimeMs && ctimeMs ? Math.max(mtimeMs, ctimeMs) : undefined,
  };
}

function kindOf(isFile: boolean, isFolder: boolean, isLink: boolean): FileStats["kind"] {
  if (isFile) return "file";
  if (isFolder) return "folder";
  return isLink ? "link" : "other";
}
