/** Begins an id that was generated, which no `FLEET_ID` can. */
const GENERATED = "~";

/** The ids that an operator may set. */
export const FLEET_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Makes the id of a fleet that has none, for its first publication. */
export function generatedFleetId(random: string): string {
  return `${GENERATED}${random}`;
}

/** Whether an id was generated, and not set by an operator. */
export function isGeneratedFleetId(id: string): boolean {
  return id.startsWith(GENERATED);
}

/** The id that a publication's state claims, if it has the form of one. */
export function readFleetId(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  return FLEET_ID.test(isGeneratedFleetId(value) ? value.slice(GENERATED.length) : value) ? value : undefined;
}

/**
 * Compares this replica's fleet with the one that a publication claims. `unknown`: the ids do not decide, since at most one of
 * them was set by an operator.
 *
 * A publication without an id counts as of this fleet: earlier versions and other programs write none.
 *
 * @param own the id of this replica's fleet
 * @param served the id of the last publication that this replica served
 */
export function compareFleets(
  { own, served }: { readonly own: string | undefined; readonly served: string | undefined },
  claimed: string | undefined,
): "other" | "same" | "unknown" {
  if (claimed === undefined || claimed === own || claimed === served) return "same";
  const areSet = own !== undefined && !isGeneratedFleetId(own) && !isGeneratedFleetId(claimed);
  return areSet ? "other" : "unknown";
}
