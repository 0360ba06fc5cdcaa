import { createHash } from "node:crypto";

/** Identifies files by their paths and bytes: the same text only for the same files in the same order. */
export interface FilesDigest {
  /** @param digest the SHA-256 of the file's bytes, in lower-case hex */
  add(path: string, digest: string): void;
  /** Lower-case hex SHA-256 of all; nothing can be added afterwards. */
  value(): string;
}

export function createFilesDigest(): FilesDigest {
  const hash = createHash("sha256");
  return {
    // A path may contain text that looks like another line: the length keeps one file from counting as two.
    add: (path, digest) => void hash.update(`${digest} ${path.length} ${path}\n`),
    value: () => hash.digest("hex"),
  };
}
