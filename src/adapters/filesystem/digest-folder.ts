import { hash } from "node:crypto";
import { MANIFEST_BYTES_MAX, MANIFEST_FILE } from "../../domain/signing/manifest.ts";
import { isSameIdentity, VIEW_FILE_BYTES_MAX } from "../yaml/decode-view-file.ts";
import { createFilesDigest } from "../yaml/files-digest.ts";
import { readFileInto } from "./read-file.ts";
import { type FileStats, isSettled, statFile } from "./stat-file.ts";
import { type FilePaths, resolveEntry, resolveRoot, walkFolder } from "./walk-folder.ts";

interface DigestOptions {
  readonly signal?: AbortSignal | undefined;
  /** The size limit of all files together. */
  readonly bytesMax: number;
  /** When the digest is requested, in milliseconds since the epoch. */
  readonly startedMs: number;
}

/**
 * The digest of the view files of a folder, as a load of the same files has it; undefined where something is unusual
 * about the folder, or it changed a moment ago or during the call: a load reports what it is.
 *
 * Every file is read once, into one buffer, and nothing is asked about it: its folder lists it, and its bytes show the
 * rest. A folder's own times show whether names were added, removed or replaced in it.
 *
 * @throws {CatalogSourceError}
 */
export async function digestFolder(
  name: string,
  { signal, bytesMax, startedMs }: DigestOptions,
): Promise<string | undefined> {
  const buffer = new Uint8Array(VIEW_FILE_BYTES_MAX + 1);
  const digest = createFilesDigest();
  /** Folders, and what links lead to. */
  const known: (FilePaths & Pick<FileStats, "identity">)[] = [];
  let room = bytesMax;
  let isUsual = true;
  const add = ({ path, realPath }: FilePaths): void => {
    const bytes = isUsual ? readUsual(buffer, realPath) : undefined;
    room -= bytes?.byteLength ?? 0;
    isUsual = bytes !== undefined && room >= 0;
    if (bytes !== undefined) digest.add(path, hash("sha256", bytes, "hex"));
  };
  const { root, diagnostics, gone } = await walkFolder(
    name,
    {
      folder({ path, realPath }) {
        const stats = statFile(realPath, { follow: false });
        isUsual &&= isSettled(stats, startedMs);
        known.push({ path, realPath, identity: stats.identity });
      },
      listed(file) {
        if (file.path === MANIFEST_FILE) return false;
        add(file);
        return true;
      },
      resolved(file, stats) {
        known.push({ ...file, identity: stats.identity });
        if (file.path === MANIFEST_FILE) isUsual &&= stats.bytes <= MANIFEST_BYTES_MAX;
        else add(file);
      },
    },
    { signal },
  );
  const isValid = gone.length === 0 && !diagnostics.some(({ severity }) => severity === "error");
  if (!isUsual || !isValid || (await resolveRoot(name)) !== root) return undefined;
  const isSame = known.every(({ path, realPath, identity }) => {
    const target = resolveEntry(name, path);
    return target?.realPath === realPath && isSameIdentity(target.stats.identity, identity);
  });
  return isSame ? digest.value() : undefined;
}

/** Undefined for a file that cannot be read: a load reports why. */
function readUsual(buffer: Uint8Array, realPath: string): Uint8Array | undefined {
  try {
    // A part of a file has another digest, and the file is parsed then.
    return readFileInto(buffer, realPath, { once: true });
  } catch {
    return undefined;
  }
}
