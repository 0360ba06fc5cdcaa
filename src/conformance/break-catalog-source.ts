import { createMemorySource, type MemoryCatalogSource } from "../adapters/memory/source.ts";
import type { CatalogLoad, CatalogSourcePort } from "../ports/catalog-source-port.ts";
import type { OpenCatalogSource, SourceFiles } from "./catalog-source-case.ts";

export type Load = CatalogSourcePort["load"];
export type Loaded = Extract<CatalogLoad, { kind: "loaded" }>;

/** A source with one fault, and a case of the suite that must find it. */
export interface BrokenCatalogSource {
  readonly fault: string;
  readonly caughtBy: string;
  readonly open: OpenCatalogSource;
}

/** Replaces operations of a memory source. */
export function changing(
  change: (inner: MemoryCatalogSource) => Partial<CatalogSourcePort>,
): OpenCatalogSource {
  return async (files) => {
    const inner = createMemorySource(files);
    return { source: { ...inner, ...change(inner) }, replace: inner.replace, close: () => undefined };
  };
}

/** Replaces the `load()` of a memory source. */
export function breaking(breakLoad: (inner: MemoryCatalogSource) => Load): OpenCatalogSource {
  return changing((inner) => ({ load: breakLoad(inner) }));
}

/** Replaces the `readManifest()` of a memory source. */
export function breakingReadManifest(
  breakReadManifest: (inner: MemoryCatalogSource) => CatalogSourcePort["readManifest"],
): OpenCatalogSource {
  return changing((inner) => ({ readManifest: breakReadManifest(inner) }));
}

/** Changes the result of every load. */
export function altering(alter: (load: CatalogLoad) => CatalogLoad): OpenCatalogSource {
  return breaking((inner) => async (options) => alter(await inner.load(options)));
}

export type AlterLoaded = (load: Loaded) => CatalogLoad;

/** Changes the result of every load of a valid catalog. */
export function alteringLoaded(alter: AlterLoaded): OpenCatalogSource {
  return rememberingLoaded(() => alter);
}

/** Changes the result of every load of a valid catalog by a function that each source makes for itself. */
export function rememberingLoaded(createAlter: () => AlterLoaded): OpenCatalogSource {
  return breaking((inner) => {
    const alter = createAlter();
    return async (options) => {
      const load = await inner.load(options);
      return load.kind === "loaded" ? alter(load) : load;
    };
  });
}

/** Changes the files of a source; `change` gets the earlier and the new files, and returns the files to use. */
export function changingFiles(
  change: (before: SourceFiles, next: SourceFiles) => SourceFiles,
): OpenCatalogSource {
  return async (files) => {
    let current = change({}, files);
    const source = createMemorySource(current);
    const replace = (next: SourceFiles): void => {
      current = change(current, next);
      source.replace(current);
    };
    return { source, replace, close: () => undefined };
  };
}

/** Loads the files without the last file that has an error for which `isWrong` is true. */
export function withoutWrongFiles(isWrong: (code: string) => boolean): OpenCatalogSource {
  return async (files) => {
    const inner = createMemorySource(files);
    let current = files;
    const load: Load = async (options) => {
      const first = await inner.load(options);
      const diagnostics = first.kind === "invalid" ? first.diagnostics : [];
      const wrong = diagnostics.filter(({ severity, code }) => severity === "error" && isWrong(code));
      const names = new Set(wrong.slice(-1).map(({ file }) => file));
      const kept = Object.entries(current).filter(([path]) => !names.has(`${inner.name}/${path}`));
      return createMemorySource(Object.fromEntries(kept)).load(options);
    };
    const replace = (next: SourceFiles): void => {
      current = next;
      inner.replace(next);
    };
    return { source: { ...inner, load }, replace, close: () => undefined };
  };
}
