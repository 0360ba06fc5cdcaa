/** A view file of a folder. */
export interface ViewFileBytes {
  /** The path inside the folder. */
  readonly path: string;
  /** The file as diagnostics name it: the folder and the path inside it. */
  readonly file: string;
  readonly bytes: Uint8Array;
}

/** The view files of a folder, for the commands that write them. */
export interface ViewFilesPort {
  /**
   * Reads every view file.
   *
   * @throws {CatalogSourceError} when the folder cannot be read; `not-found` without a folder
   */
  list(directory: string): Promise<readonly ViewFileBytes[]>;
  /**
   * Creates a file in one step, and its folder if needed.
   *
   * @returns the file's name for messages; `exists` if the file existed already, and was not changed
   * @throws {FileWriteError}
   */
  create(
    directory: string,
    path: string,
    text: string,
  ): Promise<{ readonly kind: "created" | "exists"; readonly file: string }>;
  /**
   * Replaces the contents of a file in one step: a reader finds the old or the new contents, complete.
   *
   * @throws {FileWriteError} and leaves the file unchanged
   */
  replace(file: string, bytes: Uint8Array): Promise<void>;
}
