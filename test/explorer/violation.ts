import { CATALOG_KEYS } from "../../src/domain/release/published-catalog.ts";
import { catalogOf, type ReplicaState, type World } from "./world.ts";

/** Something that must never be: what, and in which world. */
export class Violation extends Error {
  override readonly name = "Violation";
}

type Publishing = ReplicaState["doing"] & { readonly kind: "publishing" };

/** While another program is at work, only what was requested after its first visible change may be written over it. */
export function rejectInterference(
  world: World,
  { reaches, doing }: Pick<ReplicaState, "reaches"> & { readonly doing: Publishing },
): void {
  // Other programs write to the old primary of a split.
  if (reaches !== 0) return;
  const { at, isVisible, version } = world.foreign;
  if (doing.trigger === "reload" || doing.plan.scope === "state") return;
  if (at !== undefined && isVisible)
    throw new Violation(`${doing.trigger} writes over ${version}, which is being published`);
  const { hash } = catalogOf(version);
  // A catalog that only breaks a rule of this version is left to those who know its rules.
  const { expect } = doing.step;
  const isWhole = expect[CATALOG_KEYS.hash] === hash && expect[CATALOG_KEYS.loaded] === "1";
  const isOverRules = version.startsWith("r") && isWhole;
  if (isOverRules) throw new Violation(`${doing.trigger} writes over ${version}, which is whole`);
}
