import { readFile } from "node:fs/promises";

/**
 * Reads a file of an installed package.
 *
 * @param specifier the package and the path inside it, as in an import
 */
export async function readPackageFile(specifier: string): Promise<Uint8Array> {
  return readFile(new URL(import.meta.resolve(specifier)));
}
