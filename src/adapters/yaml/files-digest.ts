import { createHash } from "node:crypto";

/** Hashes the paths and contents of files. The result is equal only for the same files in the same order. */
export interface FilesDigest {
  /** @param digest the SHA-256 of the file's bytes, in lower-case hex */
  add(path: string, digest: string): void;
  /** The SHA-256 of all files in lower-case hex; nothing can be added afterwards. */
  value(): string;
}

export function createFilesDigest(): FilesDigest {
  const hash = createHash("sha256");
  return {
    // A path may contain a text that looks like the next line, so its length marks where the path ends.
    add: (path, digest) => void hash.update(`${digest} ${path.length} ${path}\n`),
    value: () => hash.digest("hex"),
  };
}
