/** The first character of a generated id; an id that an operator sets never begins with it. */
const GENERATED_PREFIX = "~";

/** The ids that an operator may set. */
export const FLEET_ID_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Generates the id of a fleet, at its first publication, if no operator has set one. */
export function generateFleetId(random: string): string {
  return `${GENERATED_PREFIX}${random}`;
}

/** Whether an id was generated instead of set by an operator. */
export function isGeneratedFleetId(id: string): boolean {
  return id.startsWith(GENERATED_PREFIX);
}

/** Reads the fleet id of a publication's state; undefined if it is not a valid id. */
export function readFleetId(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  return FLEET_ID_PATTERN.test(isGeneratedFleetId(value) ? value.slice(GENERATED_PREFIX.length) : value)
    ? value
    : undefined;
}

/**
 * Compares this replica's fleet with the fleet that a publication claims. `unknown`: the ids differ, but operators
 * have not set both, so both may belong to one fleet.
 *
 * A publication without an id counts as one of this fleet: earlier versions and other programs write no id.
 *
 * @param own the id of this replica's fleet
 * @param served the fleet id of the last publication that this replica served
 */
export function compareFleets(
  { own, served }: { readonly own: string | undefined; readonly served: string | undefined },
  claimed: string | undefined,
): "other" | "same" | "unknown" {
  if (claimed === undefined || claimed === own || claimed === served) return "same";
  const areSet = own !== undefined && !isGeneratedFleetId(own) && !isGeneratedFleetId(claimed);
  return areSet ? "other" : "unknown";
}
