import { CatalogSourceError } from "../../ports/catalog-source-port.ts";
import { scanFolder } from "./scan.ts";

/**
 * A text that changes whenever a file of the folder is added, removed, renamed, replaced or written, and when
 * the folder is deleted or created. No file is read.
 */
export async function fingerprintFolder(directory: string): Promise<string> {
  try {
    return (await scanFolder(directory)).fingerprint;
  } catch (error) {
    if (!(error instanceof CatalogSourceError)) throw error;
    return error.message;
  }
}
