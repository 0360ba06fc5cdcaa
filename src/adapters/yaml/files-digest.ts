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
    // The length keeps a path that contains what looks like the next line from standing for two files.
    add: (path, digest) => void hash.update(`${digest} ${path.length} ${path}\n`),
    value: () => hash.digest("hex"),
  };
}
