import { type BigIntStats, type Dirent, lstatSync, opendirSync, statSync } from "node:fs";
import type { FileIdentity } from "../yaml/decode-view-file.ts";

export interface FileStats {
  readonly kind: "file" | "folder" | "link" | "other";
  readonly bytes: number;
  /** Changes whenever the file is replaced or written, if the times of the file system show the change. */
  readonly identity: FileIdentity;
  /**
   * The time of the last change of the file's content or metadata, in milliseconds since the epoch, by the clock of the
   * file system; undefined if the file system does not report it.
   */
  readonly changedMs: number | undefined;
}

/**
 * Reads the metadata of a path.
 *
 * @param options `shouldFollow`: whether to read the metadata of a link's target instead of the link's own
 * @throws the error of the file system
 */
export function statFile(path: string, { shouldFollow }: { readonly shouldFollow: boolean }): FileStats {
  const deno = findDenoFileApi();
  if (deno !== undefined) return toFileStatsOnDeno(shouldFollow ? deno.statSync(path) : deno.lstatSync(path));
  return toFileStatsOnNode((shouldFollow ? statSync : lstatSync)(path, BIGINT_STATS));
}

/** How long after a change {@link hasReliableTimes} becomes true. */
const RELIABLE_AFTER_MS = 10_000;

/**
 * Whether a new change of a file would change its times. A file that changed less than ten seconds ago may change again
 * and keep its times: the clock of FAT has steps of two seconds, and the clock of a file server may be slow.
 *
 * @param nowMs milliseconds since the epoch
 */
export function hasReliableTimes({ changedMs }: Pick<FileStats, "changedMs">, nowMs: number): boolean {
  return changedMs !== undefined && changedMs + RELIABLE_AFTER_MS <= nowMs;
}

const BIGINT_STATS = { bigint: true } as const;

/**
 * Whether a path still names the file with this identity; a link at the path counts as a change. Makes no new identity
 * to compare, because it is called for each file of a catalog.
 *
 * @throws the error of the file system
 */
export function isUnchanged(path: string, identity: FileIdentity): boolean {
  const deno = findDenoFileApi();
  if (deno !== undefined) {
    const stats = deno.lstatSync(path);
    return stats.isFile && hasIdentity(stats, identity, Number(stats.mtime), Number(stats.ctime));
  }
  const stats = lstatSync(path, BIGINT_STATS);
  return stats.isFile() && hasIdentity(stats, identity, stats.mtimeNs, stats.ctimeNs);
}

function hasIdentity(
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

function toFileStatsOnNode(stats: BigIntStats): FileStats {
  const { dev, ino, size, mtimeNs, ctimeNs } = stats;
  const changedNs = mtimeNs > ctimeNs ? mtimeNs : ctimeNs;
  return {
    kind: fileKindOf(stats.isFile(), stats.isDirectory(), stats.isSymbolicLink()),
    bytes: Number(size),
    identity: [dev, ino, size, mtimeNs, ctimeNs],
    changedMs: ino > 0n && ctimeNs > 0n ? Number(changedNs / 1_000_000n) : undefined,
  };
}

export interface FolderEntry {
  readonly name: string;
  readonly isFile: boolean | (() => boolean);
}

/** Whether the folder lists the name as a regular file, not as a link. */
export function isListedAsFile(entry: FolderEntry): boolean {
  return typeof entry.isFile === "function" ? entry.isFile() : entry.isFile;
}

/**
 * Lists a folder, in no defined order.
 *
 * @param batchSize how many names Node reads at a time; Deno has no such option
 * @throws the error of the file system, at the call or during the iteration
 */
export function listEntries(path: string, batchSize: number): Iterable<FolderEntry> {
  return findDenoFileApi()?.readDirSync(path) ?? listEntriesOnNode(path, batchSize);
}

function* listEntriesOnNode(path: string, bufferSize: number): Generator<Dirent> {
  const folder = opendirSync(path, { bufferSize });
  try {
    for (let entry = folder.readSync(); entry !== null; entry = folder.readSync()) yield entry;
  } finally {
    folder.closeSync();
  }
}

/** Returns Deno's own functions, which take at most half of the time of Deno's Node layer. */
function findDenoFileApi(): DenoFileApi | undefined {
  return (globalThis as { readonly Deno?: DenoFileApi }).Deno;
}

interface DenoFileApi {
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
  /** Its precision is a second. */
  readonly ctime: Date | null;
}

function toFileStatsOnDeno({ dev, ino, size, mtime, ctime, ...kinds }: DenoStats): FileStats {
  const [mtimeMs, ctimeMs] = [Number(mtime), Number(ctime)];
  return {
    kind: fileKindOf(kinds.isFile, kinds.isDirectory, kinds.isSymlink),
    bytes: size,
    identity: [dev, ino ?? 0, size, mtimeMs, ctimeMs],
    changedMs: ino && mtimeMs && ctimeMs ? Math.max(mtimeMs, ctimeMs) : undefined,
  };
}

function fileKindOf(isFile: boolean, isFolder: boolean, isLink: boolean): FileStats["kind"] {
  if (isFile) return "file";
  if (isFolder) return "folder";
  return isLink ? "link" : "other";
}
