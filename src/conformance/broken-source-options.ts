import type { Entity } from "../domain/view/entity.ts";
import type { CatalogSourcePort } from "../ports/catalog-source-port.ts";
import { type BrokenCatalogSource, changing, type Load } from "./break-catalog-source.ts";
import type { OpenCatalogSource } from "./catalog-source-case.ts";

const DIGEST = "returns the result of digest(), which no load of other files has returned";

async function viewsOf(source: CatalogSourcePort): Promise<Readonly<Record<string, string>>> {
  const load = await source.load();
  const views = load.kind === "loaded" ? load.catalog.views : new Map<Entity, Uint8Array>();
  return Object.fromEntries([...views].map(([entity, bytes]) => [entity, new TextDecoder().decode(bytes)]));
}

function digesting(digestOf: (views: Readonly<Record<string, string>>) => string): OpenCatalogSource {
  return changing((inner) => ({
    async load(options) {
      const load = await inner.load(options);
      return load.kind === "loaded" ? { ...load, digest: digestOf(await viewsOf(inner)) } : load;
    },
    digest: async () => digestOf(await viewsOf(inner)),
  }));
}

/** Sources with a fault in an optional operation. */
export const BROKEN_OPTIONS: readonly BrokenCatalogSource[] = [
  {
    fault: "a digest that stays the same",
    caughtBy: DIGEST,
    open: digesting(() => "same"),
  },
  {
    fault: "a digest of the paths only",
    caughtBy: DIGEST,
    open: digesting((views) => Object.keys(views).join()),
  },
  {
    fault: "a digest of the last load",
    caughtBy: DIGEST,
    open: changing((inner) => {
      let last = "";
      const load: Load = async (options) => {
        const result = await inner.load(options);
        last = result.kind === "loaded" ? result.catalog.hash : "";
        return result.kind === "loaded" ? { ...result, digest: last } : result;
      };
      return { load, digest: async () => last };
    }),
  },
  {
    fault: "a readNames() that always returns the first names",
    caughtBy: "finds the views that readNames() names, at every call",
    open: changing((inner) => {
      let first: Promise<readonly string[]> | undefined;
      const readNames = async () => Object.keys(await viewsOf(inner));
      return {
        readNames: () => {
          first ??= readNames();
          return first;
        },
      };
    }),
  },
  {
    fault: "a digest() that ignores the signal",
    caughtBy: "fails as aborted in the same way as digest() and readNames()",
    open: changing(() => ({ digest: async () => undefined })),
  },
];
