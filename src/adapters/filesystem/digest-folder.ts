import { hash } from "node:crypto";
import { MANIFEST_BYTES_MAX, MANIFEST_FILE } from "../../domain/signing/manifest.ts";
import { isSameIdentity, VIEW_FILE_BYTES_MAX } from "../yaml/decode-view-file.ts";
import { createFilesDigest } from "../yaml/files-digest.ts";
import { readFileInto } from "./read-file.ts";
import type { FileEntry } from "./scan.ts";
import { hasReliableTimes, statFile } from "./stat-file.ts";
import { type FilePaths, resolveEntry, walkFolder } from "./walk-folder.ts";

interface DigestOptions {
  readonly signal?: AbortSignal | undefined;
  /** The size limit of all files together. */
  readonly bytesMax: number;
  /** The time of the request, in milliseconds since the epoch. */
  readonly startedMs: number;
}

/**
 * Computes the digest of the view files of a folder; a load of the same files returns the same digest.
 * Returns undefined for a folder that changes, that has just changed, or that a load may refuse; the caller
 * then loads the folder.
 *
 * Each file is read once, into one buffer, without a `stat`. The times of a folder show whether files in it were added,
 * removed or replaced.
 *
 * @throws {CatalogSourceError}
 */
export async function digestFolder(
  name: string,
  { signal, bytesMax, startedMs }: DigestOptions,
): Promise<string | undefined> {
  const buffer = new Uint8Array(VIEW_FILE_BYTES_MAX + 1);
  const digest = createFilesDigest();
  /** Folders and targets of links. Their identities are compared at the end. */
  const visited: Pick<FileEntry, "identity" | "path">[] = [];
  let bytesLeft = bytesMax;
  let canDigest = true;
  const add = ({ path, realPath }: FilePaths): void => {
    const bytes = canDigest ? tryReadFile(buffer, realPath) : undefined;
    bytesLeft -= bytes?.byteLength ?? 0;
    canDigest = bytes !== undefined && bytesLeft >= 0;
    if (bytes !== undefined) digest.add(path, hash("sha256", bytes));
  };
  const { diagnostics, deletedFolders } = await walkFolder(
    name,
    {
      onFolder({ path, realPath }) {
        const stats = statFile(realPath, { shouldFollow: false });
        canDigest &&= hasReliableTimes(stats, startedMs);
        visited.push({ path, identity: stats.identity });
      },
      onListedFile(file) {
        if (file.path === MANIFEST_FILE) return false;
        add(file);
        return true;
      },
      onLinkedFile(file, stats) {
        visited.push({ path: file.path, identity: stats.identity });
        if (file.path === MANIFEST_FILE) canDigest &&= stats.bytes <= MANIFEST_BYTES_MAX;
        else add(file);
      },
    },
    { signal },
  );
  const isValid = deletedFolders.length === 0 && !diagnostics.some(({ severity }) => severity === "error");
  if (!canDigest || !isValid) return undefined;
  const isSame = visited.every(({ path, identity }) => {
    const target = resolveEntry(name, path);
    return target !== undefined && isSameIdentity(target.stats.identity, identity);
  });
  return isSame ? digest.value() : undefined;
}

/** Reads a file; undefined if that fails. The load that follows reports the reason. */
function tryReadFile(buffer: Uint8Array, realPath: string): Uint8Array | undefined {
  try {
    // One call may return only a part of the file. Then the digest differs, and the caller loads the folder.
    return readFileInto(buffer, realPath, { isSingleCall: true });
  } catch {
    return undefined;
  }
}
