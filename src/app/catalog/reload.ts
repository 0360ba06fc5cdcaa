import type { AdmissionRefusalReason } from "../../domain/admit-catalog.ts";
import type { CatalogHash } from "../../domain/catalog.ts";
import { type CatalogDiff, diffCatalogs } from "../../domain/catalog-diff.ts";
import type { Diagnostic } from "../../domain/diagnostic.ts";
import { describeViewChanges, type ViewChanges } from "../../domain/view-changes.ts";
import { CacheError } from "../../ports/cache-port.ts";
import { activate, publishActive } from "./activate-catalog.ts";
import type { CatalogDeps } from "./catalog-deps.ts";
import type { Refusal } from "./catalog-event.ts";
import type { SeenCatalog } from "./catalog-store.ts";
import { type AdmittedCatalog, generationOf, takeFromSource } from "./take-catalog.ts";

/** How a reload ended. Unless it is `reloaded`, the active catalog and the cache are as they were. */
export type ReloadOutcome =
  | {
      readonly kind: "reloaded";
      readonly hash: CatalogHash;
      readonly previousHash: CatalogHash | undefined;
      readonly generation: number | undefined;
      readonly previousGeneration: number | undefined;
      readonly changes: CatalogDiff;
      /** In what changed views have changed, as far as it is told. */
      readonly details: readonly ViewChanges[];
      /** How many views the catalog has now. */
      readonly views: number;
      /** False when the shared cache could not be written: the other replicas do not have this catalog yet. */
      readonly published: boolean;
    }
  /** Its signature does not let it in, or the keys cannot be read. */
  | { readonly kind: "refused"; readonly reason: Refusal["reason"]; readonly detail: string }
  | { readonly kind: "invalid"; readonly detail: string; readonly diagnostics: readonly Diagnostic[] }
  | { readonly kind: "unreadable"; readonly detail: string };

/**
 * Reads the keys and the disk again, never the cache; activates what it finds and publishes it over whatever is there,
 * unless that is a newer release.
 */
export async function reload(deps: CatalogDeps): Promise<ReloadOutcome> {
  const { gate, registry, emit, signal } = deps;
  const refuse = ({ reason, detail }: Pick<Refusal, "detail" | "reason">): ReloadOutcome => {
    emit({ kind: "refused", trigger: "reload", refusal: { origin: "disk", reason, detail } });
    return { kind: "refused", reason, detail };
  };
  const keys = await gate.refreshKeys(signal);
  if (keys.kind === "refused") return refuse({ reason: "signing-keys-unusable", detail: keys.detail });
  if (keys.warnings.length > 0) emit({ kind: "key-warnings", warnings: keys.warnings });
  const loaded = await takeFromSource(deps, "reload");
  if (loaded.kind !== "loaded") return outcomeOf(loaded);
  const { catalog, manifest, admission } = loaded;
  const outranked = (there: SeenCatalog) => outrankedBy(deps, loaded, there);
  const there = generationOf(loaded) === undefined ? undefined : await peek(deps);
  const outranking = there && outranked(there);
  if (outranking !== undefined) return refuse(outranking);
  const replaced = registry.current();
  const previous = replaced?.catalog;
  const previousHash = previous?.hash;
  // Until it is published the cache has the older catalog: no comparison may take that one back.
  const unpublishedOver = replaced?.unpublishedOver ?? previousHash;
  const place = { origin: "disk", revision: replaced?.revision ?? 0, unpublishedOver } as const;
  const active = activate(deps, "reload", { catalog, manifest, admission, ...place });
  const { hash, views } = active.catalog;
  emit({ kind: "disk-compared", diskHash: hash, divergent: false });
  const mayReplace = (found: SeenCatalog) => outranked(found) === undefined;
  const published = (await publishActive(deps, active, { mayReplace })) === "published";
  emit({ kind: "reloaded", hash, previousHash });
  const changes = diffCatalogs(previous, active.catalog);
  return {
    kind: "reloaded",
    hash,
    previousHash,
    generation: active.generation,
    previousGeneration: replaced?.generation,
    changes,
    details: previous === undefined ? [] : describeViewChanges(previous, active.catalog, changes.changed),
    views: views.size,
    published,
  };
}

function outcomeOf(
  taken: Exclude<Awaited<ReturnType<typeof takeFromSource>>, { readonly kind: "loaded" }>,
): ReloadOutcome {
  const { reason, detail } = taken.refusal;
  switch (taken.kind) {
    case "unreadable":
      return { kind: "unreadable", detail };
    case "invalid":
      return { kind: "invalid", detail, diagnostics: taken.diagnostics };
    case "refused":
      return { kind: "refused", reason, detail };
  }
}

/** Undefined when the cache does not answer: what is there shows at the next comparison. */
async function peek({ store, signal }: CatalogDeps): Promise<SeenCatalog | undefined> {
  try {
    return await store.peek({ signal });
  } catch (error) {
    if (error instanceof CacheError) return undefined;
    throw error;
  }
}

/** A release that others have and this replica has not heard of yet; an unsigned catalog replaces any, since it is asked for. */
function outrankedBy(
  { gate }: CatalogDeps,
  loaded: AdmittedCatalog,
  there: SeenCatalog,
): { readonly reason: AdmissionRefusalReason; readonly detail: string } | undefined {
  const opened = gate.open(there.manifestValue);
  const generation = generationOf(loaded);
  if (opened.kind !== "opened" || generation === undefined) return undefined;
  const { generation: published, catalogHash } = opened.signed;
  if (published > generation) {
    return {
      reason: "rollback",
      detail: `generation ${generation} is lower than the published one, ${published}`,
    };
  }
  if (published < generation || catalogHash === loaded.catalog.hash) return undefined;
  return {
    reason: "generation-conflict",
    detail: `generation ${published} is published with another catalog hash`,
  };
}
