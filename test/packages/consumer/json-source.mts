/** A source of views in one JSON file, name to YAML text, that was written from the published types and comments alone. */
import { readFile } from "node:fs/promises";
import {
  CatalogSourceError,
  type CatalogSourcePort,
  createMemorySource,
  type MemoryCatalogSource,
} from "mosaic";

export function createJsonSource(path: string): CatalogSourcePort {
  async function read(signal: AbortSignal | undefined): Promise<MemoryCatalogSource> {
    if (signal?.aborted) throw new CatalogSourceError(path, "aborted", "given up", { cause: signal.reason });
    try {
      return createMemorySource(JSON.parse(await readFile(path, "utf8")), path);
    } catch (cause) {
      throw new CatalogSourceError(path, "unreadable", "it is no JSON file", { cause });
    }
  }
  return {
    name: path,
    load: async (options) => (await read(options?.signal)).load(options),
    readManifest: async (options) => (await read(options?.signal)).readManifest(options),
  };
}
