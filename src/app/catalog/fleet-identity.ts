import { randomUUID } from "node:crypto";
import { compareFleets, generateFleetId } from "../../domain/release/fleet-id.ts";
import type { ObservedManifest } from "../../domain/release/plan.ts";
import type { ObservedPublication } from "../../domain/release/publication.ts";
import { parseListedEntities } from "../../domain/release/published-list.ts";
import { CatalogSourceError } from "../../ports/catalog-source-port.ts";
import type { CatalogDeps } from "./catalog-deps.ts";

/**
 * The fleet of this replica: the one that `FLEET_ID` names, else the one of the publication that this replica
 * serves.
 */
export interface FleetIdentity {
  /** Compares the fleet that a publication claims with the fleet of this replica. */
  compare(claimed: string | undefined): ReturnType<typeof compareFleets>;
  /** Adopts the fleet id of a publication that this replica serves. */
  adopt(claimed: string | undefined): void;
  /** The fleet id to publish; generated if no id is known. */
  forPublication(): string;
}

/** @param configured `FLEET_ID` */
export function createFleetIdentity(configured: string | undefined): FleetIdentity {
  let served: string | undefined;
  return {
    compare: (claimed) => compareFleets({ own: configured, served }, claimed),
    adopt(claimed) {
      served = claimed ?? served;
    },
    forPublication() {
      served = configured ?? served ?? generateFleetId(randomUUID());
      return served;
    },
  };
}

/**
 * Whether a publication belongs to another fleet. If the fleet ids do not decide, the publication counts as
 * foreign in two cases: this replica cannot verify its manifest, or its list has no view name in common with
 * this replica's catalog.
 */
export async function isForeignPublication(
  deps: CatalogDeps,
  { fleet, listValue }: Pick<ObservedPublication, "fleet" | "listValue">,
  manifest: ObservedManifest,
): Promise<boolean> {
  if (deps.fleet === undefined) return false;
  const order = deps.fleet.compare(fleet);
  if (order !== "unknown") return order === "other";
  if (manifest.kind === "unverifiable") return true;
  const published = listValue && parseListedEntities(listValue);
  return published !== undefined && !(await hasCommonView(deps, new Set<string>(published)));
}

async function hasCommonView(deps: CatalogDeps, published: ReadonlySet<string>): Promise<boolean> {
  const { holder, source, signal } = deps;
  const active = holder.current();
  if (active !== undefined) return hasAnyName(active.catalog.views.keys(), published);
  try {
    // The file names nearly always suffice, and need no parsing.
    const names = (await source.readNames?.({ signal })) ?? [];
    if (hasAnyName(names, published)) return true;
    const load = await source.load({ signal });
    return load.kind !== "loaded" || hasAnyName(load.catalog.views.keys(), published);
  } catch (error) {
    // Without readable files, the publication counts as that of this fleet.
    if (error instanceof CatalogSourceError) return true;
    throw error;
  }
}

function hasAnyName(names: Iterable<string>, published: ReadonlySet<string>): boolean {
  for (const name of names) if (published.has(name)) return true;
  return false;
}
