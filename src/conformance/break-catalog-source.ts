import { createMemorySource, type MemoryCatalogSource } from "../adapters/memory/source.ts";
import type { CatalogLoad, CatalogSourcePort } from "../ports/catalog-source-port.ts";
import type { OpenCatalogSource, SourceFiles } from "./catalog-source-case.ts";

export type Load = CatalogSourcePort["load"];
export type ReadManifest = CatalogSourcePort["readManifest"];
export type Loaded = Extract<CatalogLoad, { kind: "loaded" }>;

/** A source with one fault, and a case of the suite that must find it. */
export interface BrokenCatalogSource {
  readonly fault: string;
  readonly caughtBy: string;
  readonly open: OpenCatalogSource;
}

/** Replaces the `load()` of a memory source. */
export function breaking(breakLoad: (inner: MemoryCatalogSource) => Load): OpenCatalogSource {
  return async (files) => {
    const inner = createMemorySource(files);
    const source = { ...inner, load: breakLoad(inner) };
    return { source, replace: inner.replace, close: () => undefined };
  };
}

/** Replaces the `readManifest()` of a memory source. */
export function breakingReadManifest(
  breakReadManifest: (inner: MemoryCatalogSource) => ReadManifest,
): OpenCatalogSource {
  return async (files) => {
    const inner = createMemorySource(files);
    const source = { ...inner, readManifest: breakReadManifest(inner) };
    return { source, replace: inner.replace, close: () => undefined };
  };
}

/** Changes the result of every load. */
export function altering(alter: (load: CatalogLoad) => CatalogLoad): OpenCatalogSource {
  return breaking((inner) => async (options) => alter(await inner.load(options)));
}

export const alteringLoaded = (alter: (load: Loaded) => CatalogLoad): OpenCatalogSource =>
  altering((load) => (load.kind === "loaded" ? alter(load) : load));

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
