import { describe, expect, test } from "vitest";
import { createMemoryCache } from "../../../src/adapters/memory/cache.ts";
import { createMemorySource } from "../../../src/adapters/memory/source.ts";
import type { CatalogDeps } from "../../../src/app/catalog/catalog-deps.ts";
import { createFleetIdentity } from "../../../src/app/catalog/fleet-identity.ts";
import { preload, reconcile } from "../../../src/app/catalog/sync.ts";
import type { CachePort } from "../../../src/ports/cache-port.ts";
import { createReplica, type Replica, type ViewFiles } from "../../support/catalog-replica.ts";
import { viewYaml } from "../../support/views-directory.ts";

const FUNDS = { "fund_a.yaml": viewYaml("a"), "fund_b.yaml": viewYaml("b") };
const STOCKS = { "stock_a.yaml": viewYaml("a") };

interface Member {
  readonly replica: Replica;
  readonly deps: CatalogDeps;
}

async function start(cache: CachePort, files: ViewFiles, fleet: string | undefined): Promise<Member> {
  const replica = createReplica({ cache, source: createMemorySource(files) });
  const deps = { ...replica.deps, fleet: createFleetIdentity(fleet) };
  await preload(deps);
  return { replica, deps };
}

/** Counts the views that are read. */
function countingViews(cache: CachePort): CachePort & { readonly viewsRead: () => number } {
  let viewsRead = 0;
  return {
    ...cache,
    viewsRead: () => viewsRead,
    getMany: (keys, options) => {
      viewsRead += keys.filter((key) => /:views:(?:fund|stock)_/.test(key)).length;
      return cache.getMany(keys, options);
    },
  };
}

describe.each([
  { name: "of another id", ids: ["funds", "stocks"] },
  { name: "without a view in common", ids: [undefined, undefined] },
] as const)("reconcile() with a publication $name", ({ ids }) => {
  test("reads its views once, and notices the moment when it has gone", async () => {
    const cache = createMemoryCache();
    await start(cache, FUNDS, ids[0]);
    const counted = countingViews(cache);
    const { replica, deps } = await start(counted, STOCKS, ids[1]);
    const memory = {};
    await reconcile(deps, memory);
    const before = counted.viewsRead();
    for (let comparison = 0; comparison < 50; comparison += 1) await reconcile(deps, memory);
    expect(counted.viewsRead()).toBe(before);
    expect(replica.story()).not.toContain("foreign: false");

    for (const key of ["loaded", "hash", "list", "fund_a", "fund_b"])
      await cache.delete(`mosaic:views:${key}`);
    await cache.delete("mosaic:catalog:state");
    await reconcile(deps, memory);
    expect(replica.story()).toContain("foreign: false");
    expect(replica.story().at(-1)).toMatch(/^published 1/);
  });
});
