import type { CatalogStore, PublicationOutcome } from "../../src/app/catalog/catalog-store.ts";
import type { Catalog } from "../../src/domain/catalog/catalog.ts";
import { nextRevision } from "../../src/domain/release/revision.ts";

/** The time in tests whose clock stands still, the cache's clock included. */
export const NOW_MS = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

/** Attempts against other publishers that change the list at the same time. */
const ATTEMPTS_MAX = 8;

/** Publishes as a replica that was asked to, over whatever is there. */
export async function publishOver(
  store: CatalogStore,
  catalog: Catalog,
  options: { readonly ttlSeconds: number; readonly manifest?: Uint8Array | undefined },
): Promise<PublicationOutcome> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const expected = await store.readCurrent();
    const revision = nextRevision(expected.revision ?? 0, NOW_MS);
    const outcome = await store.publish(catalog, { ...options, expected, revision });
    if (outcome.kind === "published") return outcome;
  }
  return { kind: "conflict" };
}
