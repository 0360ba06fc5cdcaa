/**
 * Stores a manifest beside the views of a folder. It replaces the present manifest in one step: a reader finds the old
 * or the new one, complete.
 *
 * @param directory the catalog's folder
 * @param bytes the manifest; stored unchanged
 * @returns the manifest's path, for messages
 * @throws {FileWriteError} and leaves the previous manifest in place
 */
export type ManifestStore = (directory: string, bytes: Uint8Array) => Promise<string>;
