import type { MemoryCatalogSource } from "../adapters/memory/source.ts";
import { createCatalog } from "../domain/catalog/catalog.ts";
import type { Entity } from "../domain/view/entity.ts";
import type { CatalogLoad } from "../ports/catalog-source-port.ts";
import {
  altering,
  alteringLoaded,
  type BrokenCatalogSource,
  breaking,
  type Load,
  type Loaded,
  seeing,
  withoutWrongFiles,
} from "./break-catalog-source.ts";
import { BROKEN_MANIFESTS } from "./broken-manifests.ts";

function onceLoaded(inner: MemoryCatalogSource): Load {
  let first: Promise<CatalogLoad> | undefined;
  return (options) => {
    first ??= inner.load(options);
    return first;
  };
}

function warningOnce(inner: MemoryCatalogSource): Load {
  const said = new Set<string>();
  return async (options) => {
    const load = await inner.load(options);
    if (load.kind === "invalid") return load;
    const warnings = load.warnings.filter(({ message }) => !said.has(message));
    for (const { message } of warnings) said.add(message);
    return { ...load, warnings };
  };
}

function rewritten({ catalog, ...rest }: Loaded): CatalogLoad {
  const views = [...catalog.views].map(([entity, bytes]) => {
    const text = JSON.stringify(JSON.parse(new TextDecoder().decode(bytes)));
    return [entity, new TextEncoder().encode(text)] as const;
  });
  return { ...rest, catalog: createCatalog(views) };
}

/** Identifies a view by its text alone, after its file was renamed too. */
function rememberingNames(inner: MemoryCatalogSource): Load {
  const names = new Map<string, Entity>();
  return async (options) => {
    const load = await inner.load(options);
    if (load.kind === "invalid" || load.catalog.views.size !== 1) return load;
    const views = [...load.catalog.views].map(([entity, bytes]) => {
      const text = new TextDecoder().decode(bytes);
      names.set(text, names.get(text) ?? entity);
      return [names.get(text) ?? entity, bytes] as const;
    });
    return { ...load, catalog: createCatalog(views) };
  };
}

/** Writes every new catalog into the bytes of the one before, where they fit. */
function reusingBytes(inner: MemoryCatalogSource): Load {
  const buffers = new Map<Entity, Uint8Array>();
  return async (options) => {
    const load = await inner.load(options);
    if (load.kind === "invalid") return load;
    for (const [entity, bytes] of load.catalog.views) {
      const buffer = buffers.get(entity);
      if (buffer?.length === bytes.length) buffer.set(bytes);
      else buffers.set(entity, bytes);
    }
    return load;
  };
}

function oneAtATime(inner: MemoryCatalogSource): Load {
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

/** One of each way to break the port's promise. */
export const BROKEN_CATALOG_SOURCES: readonly BrokenCatalogSource[] = [
  ...BROKEN_MANIFESTS,
  { fault: "a constant catalog", caughtBy: "sees a view break and heal", open: breaking(onceLoaded) },
  {
    fault: "a stale memo",
    caughtBy: "sees that a file has changed",
    open: seeing((before, next) =>
      Object.fromEntries(Object.entries(next).map(([path, text]) => [path, before[path] ?? text])),
    ),
  },
  {
    fault: "ghosts of removed files",
    caughtBy: "sees that files came and went",
    open: seeing((before, next) => ({ ...before, ...next })),
  },
  {
    fault: "blindness to new files",
    caughtBy: "sees that files came and went",
    open: seeing((before, next) => {
      const kept = Object.entries(next).filter(([path]) => path in before);
      return kept.length === 0 ? next : Object.fromEntries(kept);
    }),
  },
  {
    fault: "names kept by content",
    caughtBy: "renames the view of a renamed file",
    open: breaking(rememberingNames),
  },
  {
    fault: "bytes used again",
    caughtBy: "leaves earlier catalogs as they were",
    open: breaking(reusingBytes),
  },
  {
    fault: "one load at a time",
    caughtBy: "gives concurrent callers the same",
    open: breaking(oneAtATime),
  },
  {
    fault: "invalid views dropped in silence",
    caughtBy: "gives nothing of a catalog with a wrong view",
    open: withoutWrongFiles(() => true),
  },
  {
    fault: "one of two files of an entity dropped",
    caughtBy: "refuses an entity of three files and names each",
    open: withoutWrongFiles((code) => code === "duplicate-entity"),
  },
  {
    fault: "a partial catalog",
    caughtBy: "gives golden catalog 1 its hash",
    open: alteringLoaded(({ catalog, ...rest }) => ({
      ...rest,
      catalog: createCatalog([...catalog.views].slice(0, 2)),
    })),
  },
  {
    fault: "part of an invalid catalog given beside its errors",
    caughtBy: "gives nothing of a catalog with a wrong view",
    open: altering((load) =>
      load.kind === "invalid" ? { ...load, ...{ catalog: createCatalog([]) } } : load,
    ),
  },
  {
    fault: "a wrong hash",
    caughtBy: "gives golden catalog 0 its hash",
    open: alteringLoaded((load) => ({ ...load, catalog: { ...load.catalog, hash: createCatalog([]).hash } })),
  },
  {
    fault: "views in JSON that is not canonical",
    caughtBy: "gives golden catalog 2 its hash",
    open: alteringLoaded(rewritten),
  },
  {
    fault: "views in no order",
    caughtBy: "names a view after its file and orders views by entity",
    open: alteringLoaded((load) => ({
      ...load,
      catalog: { ...load.catalog, views: new Map([...load.catalog.views].reverse()) },
    })),
  },
  {
    fault: "lost warnings",
    caughtBy: "gives warnings with the catalog, every time",
    open: alteringLoaded((load) => ({ ...load, warnings: [] })),
  },
  {
    fault: "warnings given once",
    caughtBy: "gives warnings with the catalog, every time",
    open: breaking(warningOnce),
  },
  {
    fault: "the first error only",
    caughtBy: "gives every diagnostic, by file, line and column",
    open: altering((load) =>
      load.kind === "loaded" ? load : { ...load, diagnostics: load.diagnostics.slice(0, 1) },
    ),
  },
  {
    fault: "errors in no order",
    caughtBy: "gives every diagnostic, by file, line and column",
    open: altering((load) =>
      load.kind === "loaded" ? load : { ...load, diagnostics: load.diagnostics.toReversed() },
    ),
  },
  {
    fault: "an empty catalog",
    caughtBy: "refuses to be empty, from the start or later",
    open: altering((load) =>
      isEmpty(load)
        ? { kind: "loaded", catalog: createCatalog([]), warnings: [], manifest: undefined }
        : load,
    ),
  },
  {
    fault: "deafness to signals",
    caughtBy: "stops for a caller that gives up",
    open: breaking((inner) => () => inner.load()),
  },
  {
    fault: "signals that are looked at file by file",
    caughtBy: "has no answer to a caller that gave up, though it is empty",
    open: breaking((inner) => async (options) => {
      const load = await inner.load();
      const isEmpty = load.kind === "invalid" && load.diagnostics.some(({ code }) => code === "no-views");
      return isEmpty ? load : inner.load(options);
    }),
  },
  {
    fault: "a signal heard at the beginning only",
    caughtBy: "stops for a caller that gives up",
    open: breaking((inner) => (options) => (options?.signal?.aborted ? inner.load(options) : inner.load())),
  },
  {
    fault: "the signal's own reason thrown",
    caughtBy: "does not begin for a caller that gave up",
    open: breaking((inner) => async (options) => {
      options?.signal?.throwIfAborted();
      return inner.load(options);
    }),
  },
  {
    fault: "a warm memo given to who gave up",
    caughtBy: "does not even give what it knows to a caller that gave up",
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
    fault: "signals that cannot be taken",
    caughtBy: "goes on with a signal that never fires",
    open: breaking(
      (inner) => (options) =>
        options === undefined ? inner.load() : Promise.resolve({ kind: "invalid", diagnostics: [] }),
    ),
  },
  {
    fault: "another catalog each time",
    caughtBy: "gives the same for the same files",
    open: breaking((inner) => {
      let count = 0;
      return async (options) => {
        const load = await inner.load(options);
        if (load.kind === "invalid" || ++count < 3) return load;
        return { ...load, catalog: createCatalog([...load.catalog.views].slice(1)) };
      };
    }),
  },
];
