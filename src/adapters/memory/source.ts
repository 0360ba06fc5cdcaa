import { MANIFEST_BYTES_MAX, MANIFEST_FILE } from "../../domain/signing/manifest.ts";
import { type CatalogSourcePort, throwIfAborted } from "../../ports/catalog-source-port.ts";
import { createCatalogParser } from "../yaml/parse-catalog.ts";

/** A catalog source whose files are strings in memory; `replace` sets all its files. */
export interface MemoryCatalogSource extends CatalogSourcePort {
  replace(files: Readonly<Record<string, string>>): void;
}

/**
 * Makes a catalog source from strings, for tests and for programs that keep their views elsewhere.
 *
 * @param files YAML text by path, such as `{ "view_fiis_info.yaml": "columns: [ticker]\n…" }`; `views.manifest.json`
 *   is the catalog's manifest
 */
export function createMemorySource(
  files: Readonly<Record<string, string>>,
  name = "memory",
): MemoryCatalogSource {
  const parse = createCatalogParser(name);
  const encoder = new TextEncoder();
  let current = files;
  return {
    name,
    replace(next) {
      current = next;
    },
    async readManifest({ signal } = {}) {
      throwIfAborted(name, signal);
      const manifest = current[MANIFEST_FILE];
      const bytes = manifest === undefined ? undefined : encoder.encode(manifest);
      return bytes !== undefined && bytes.byteLength > MANIFEST_BYTES_MAX ? undefined : bytes;
    },
    load: (options) => {
      const { [MANIFEST_FILE]: manifest, ...views } = current;
      const entries = Object.entries(views).map(([path, text]) => ({ path, bytes: encoder.encode(text) }));
      return parse(entries, {
        ...options,
        manifest: manifest === undefined ? undefined : encoder.encode(manifest),
      });
    },
  };
}
