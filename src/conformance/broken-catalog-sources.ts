import type { MemoryCatalogSource } from "../adapters/memory/source.ts";
import { createCatalog } from "../domain/catalog/catalog.ts";
import type { Entity } from "../domain/view/entity.ts";
import type { CatalogLoad } from "../ports/catalog-source-port.ts";
import {
  type AlterLoaded,
  altering,
  alteringLoaded,
  type BrokenCatalogSource,
  breaking,
  changingFiles,
  type Load,
  type Loaded,
  rememberingLoaded,
  withoutWrongFiles,
} from "./break-catalog-source.ts";
import { BROKEN_MANIFESTS } from "./broken-manifests.ts";
import { BROKEN_OPTIONS } from "./broken-source-options.ts";

function loadingOnce(inner: MemoryCatalogSource): Load {
  let first: Promise<CatalogLoad> | undefined;
  return (options) => {
    first ??= inner.load(options);
    return first;
  };
}

function warningOnce(): AlterLoaded {
  const returned = new Set<string>();
  return (load) => {
    const warnings = load.warnings.filter(({ message }) => !returned.has(message));
    for (const { message } of warnings) returned.add(message);
    return { ...load, warnings };
  };
}

function rewriteViews({ catalog, ...rest }: Loaded): CatalogLoad {
  const views = [...catalog.views].map(([entity, bytes]) => {
    const text = JSON.stringify(JSON.parse(new TextDecoder().decode(bytes)));
    return [entity, new TextEncoder().encode(text)] as const;
  });
  return { ...rest, catalog: createCatalog(views) };
}

/** Keeps the entity of a text after its file was renamed. */
function keepingEntities(): AlterLoaded {
  const names = new Map<string, Entity>();
  return (load) => {
    if (load.catalog.views.size !== 1) return load;
    const views = [...load.catalog.views].map(([entity, bytes]) => {
      const text = new TextDecoder().decode(bytes);
      names.set(text, names.get(text) ?? entity);
      return [names.get(text) ?? entity, bytes] as const;
    });
    return { ...load, catalog: createCatalog(views) };
  };
}

/** Writes each new view into the bytes of the old one, if both have the same length. */
function reusingBytes(): AlterLoaded {
  const buffers = new Map<Entity, Uint8Array>();
  return (load) => {
    for (const [entity, bytes] of load.catalog.views) {
      const buffer = buffers.get(entity);
      if (buffer?.length === bytes.length) buffer.set(bytes);
      else buffers.set(entity, bytes);
    }
    return load;
  };
}

function refusingConcurrentLoads(inner: MemoryCatalogSource): Load {
  let isLoading = false;
  return async (options) => {
    if (isLoading) return { kind: "invalid", diagnostics: [] };
    isLoading = true;
    const load = await inner.load(options);
    isLoading = false;
    return load;
  };
}

const isEmpty = (load: CatalogLoad): boolean =>
  load.kind === "invalid" && load.diagnostics.some(({ code }) => code === "no-views");

/** Sources that the suite must reject. */
export const BROKEN_CATALOG_SOURCES: readonly BrokenCatalogSource[] = [
  ...BROKEN_MANIFESTS,
  {
    fault: "a constant catalog",
    caughtBy: "reports a view that becomes invalid, and loads it when it is valid again",
    open: breaking(loadingOnce),
  },
  {
    fault: "a stale view of a changed file",
    caughtBy: "reads a changed file again",
    open: changingFiles((before, next) =>
      Object.fromEntries(Object.entries(next).map(([path, text]) => [path, before[path] ?? text])),
    ),
  },
  {
    fault: "views of removed files",
    caughtBy: "finds added and removed files",
    open: changingFiles((before, next) => ({ ...before, ...next })),
  },
  {
    fault: "new files that are ignored",
    caughtBy: "finds added and removed files",
    open: changingFiles((before, next) => {
      const kept = Object.entries(next).filter(([path]) => path in before);
      return kept.length === 0 ? next : Object.fromEntries(kept);
    }),
  },
  {
    fault: "the old entity of a renamed file",
    caughtBy: "renames the view of a renamed file",
    open: rememberingLoaded(keepingEntities),
  },
  {
    fault: "bytes of an earlier catalog that are overwritten",
    caughtBy: "does not change earlier catalogs",
    open: rememberingLoaded(reusingBytes),
  },
  {
    fault: "concurrent loads that fail",
    caughtBy: "returns the same catalog to concurrent callers",
    open: breaking(refusingConcurrentLoads),
  },
  {
    fault: "invalid views dropped without a diagnostic",
    caughtBy: "returns only diagnostics for a catalog with an invalid view",
    open: withoutWrongFiles(() => true),
  },
  {
    fault: "one of two files of an entity dropped",
    caughtBy: "rejects an entity that three files define, and names each file",
    open: withoutWrongFiles((code) => code === "duplicate-entity"),
  },
  {
    fault: "a partial catalog",
    caughtBy: "computes the hash of golden catalog 1",
    open: alteringLoaded(({ catalog, ...rest }) => ({
      ...rest,
      catalog: createCatalog([...catalog.views].slice(0, 2)),
    })),
  },
  {
    fault: "a catalog that is returned together with errors",
    caughtBy: "returns only diagnostics for a catalog with an invalid view",
    open: altering((load) =>
      load.kind === "invalid" ? { ...load, ...{ catalog: createCatalog([]) } } : load,
    ),
  },
  {
    fault: "a wrong hash",
    caughtBy: "computes the hash of golden catalog 0",
    open: alteringLoaded((load) => ({ ...load, catalog: { ...load.catalog, hash: createCatalog([]).hash } })),
  },
  {
    fault: "views in JSON that is not canonical",
    caughtBy: "computes the hash of golden catalog 2",
    open: alteringLoaded(rewriteViews),
  },
  {
    fault: "views in the wrong order",
    caughtBy: "names a view after its file and orders views by entity",
    open: alteringLoaded((load) => ({
      ...load,
      catalog: { ...load.catalog, views: new Map([...load.catalog.views].reverse()) },
    })),
  },
  {
    fault: "lost warnings",
    caughtBy: "returns warnings with the catalog at every load",
    open: alteringLoaded((load) => ({ ...load, warnings: [] })),
  },
  {
    fault: "warnings that are returned only once",
    caughtBy: "returns warnings with the catalog at every load",
    open: rememberingLoaded(warningOnce),
  },
  {
    fault: "the first error only",
    caughtBy: "returns every diagnostic, sorted by file, line and column",
    open: altering((load) =>
      load.kind === "loaded" ? load : { ...load, diagnostics: load.diagnostics.slice(0, 1) },
    ),
  },
  {
    fault: "errors in the wrong order",
    caughtBy: "returns every diagnostic, sorted by file, line and column",
    open: altering((load) =>
      load.kind === "loaded" ? load : { ...load, diagnostics: load.diagnostics.toReversed() },
    ),
  },
  {
    fault: "an empty catalog",
    caughtBy: "rejects an empty catalog, at the first load and later",
    open: altering((load) =>
      isEmpty(load)
        ? { kind: "loaded", catalog: createCatalog([]), warnings: [], manifest: undefined }
        : load,
    ),
  },
  {
    fault: "a signal that is ignored",
    caughtBy: "stops when the signal fires during a load",
    open: breaking((inner) => () => inner.load()),
  },
  {
    fault: "a signal that is checked only between files",
    caughtBy: "fails as aborted for an empty catalog too",
    open: breaking((inner) => async (options) => {
      const load = await inner.load();
      return isEmpty(load) ? load : inner.load(options);
    }),
  },
  {
    fault: "a signal that is checked only at the beginning",
    caughtBy: "stops when the signal fires during a load",
    open: breaking((inner) => (options) => (options?.signal?.aborted ? inner.load(options) : inner.load())),
  },
  {
    fault: "the signal's reason instead of an error of the port",
    caughtBy: "fails as aborted if the signal has fired",
    open: breaking((inner) => async (options) => {
      options?.signal?.throwIfAborted();
      return inner.load(options);
    }),
  },
  {
    fault: "an earlier load that is returned after an abort",
    caughtBy: "fails as aborted after an earlier load too",
    open: breaking((inner) => {
      let last: CatalogLoad | undefined;
      return async (options) => {
        if (options?.signal?.aborted && last !== undefined) return last;
        last = await inner.load(options);
        return last;
      };
    }),
  },
  {
    fault: "a load that fails with any signal",
    caughtBy: "works with a signal that never fires",
    open: breaking(
      (inner) => (options) =>
        options === undefined ? inner.load() : Promise.resolve({ kind: "invalid", diagnostics: [] }),
    ),
  },
  {
    fault: "another catalog for the same files",
    caughtBy: "returns the same catalog for the same files",
    open: rememberingLoaded(() => {
      let count = 0;
      return (load) =>
        ++count < 3 ? load : { ...load, catalog: createCatalog([...load.catalog.views].slice(1)) };
    }),
  },
  ...BROKEN_OPTIONS,
];
