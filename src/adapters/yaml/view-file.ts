/** One file of a catalog, read but not yet parsed. */
export interface ViewFile {
  /** Path inside the catalog's folder, with `/`. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** The largest view file, in bytes. */
export const VIEW_FILE_BYTES_MAX = 1024 * 1024;
