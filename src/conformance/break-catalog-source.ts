import { createMemorySource, type MemoryCatalogSource } from "../adapters/memory/source.ts";
import type { CatalogLoad, CatalogSourcePort } from "../ports/catalog-source-port.ts";
import type { OpenCatalogSource, SourceFiles } from "./catalog-source-case.ts";

export type Load = CatalogSourcePort["load"];
export type Peek = CatalogSourcePort["readManifest"];
export type Loaded = Extract<CatalogLoad, { kind: "loaded" }>;

/** A source with one fault, and a case of the suite that must find it. */
export interface BrokenCatalogSource {
  readonly fault: string;
  readonly caughtBy: string;
  readonly open: OpenCatalogSource;
}

/** Breaks the way in which a memory source loads. */
export function breaking(breakLoad: (inner: MemoryCatalogSource) => Load): OpenCatalogSource {
  return async (files) => {
    const inner = createMemorySource(files);
    const source = { ...inner, load: breakLoad(inner) };
    return { source, replace: inner.replace, close: () => undefined };
  };
}

/** Breaks the way in which a memory source shows its manifest. */
export function breakingPeek(breakPeek: (inner: MemoryCatalogSource) => Peek): OpenCatalogSource {
  return async (files) => {
    const inner = createMemorySource(files);
    const source = { ...inner, readManifest: breakPeek(inner) };
    return { source, replace: inner.replace, close: () => undefined };
  };
}

/** Breaks what a load gives. */
export function altering(alter: (load: CatalogLoad) => CatalogLoad): OpenCatalogSource {
  return breaking((inner) => async (options) => alter(await inner.load(options)));
}

export const alteringLoaded = (alter: (load: Loaded) => CatalogLoad): OpenCatalogSource =>
  altering((load) => (load.kind === "loaded" ? alter(load) : load));

/** Breaks which files a source sees, given those that it saw before. */
export function seeing(see: (before: SourceFiles, next: SourceFiles) => SourceFiles): OpenCatalogSource {
  return async (files) => {
    const source = createMemorySource(see({}, files));
    let seen = see({}, files);
    const replace = (next: SourceFiles): void => {
      seen = see(seen, next);
      source.replace(seen);
    };
    return { source, replace, close: () => undefined };
  };
}

/** Loads again and again without the files that something is wrong with. */
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
