import { closestMatch } from "leven";

/** Longer names are hardly typing errors, and cost more to compare. */
const NAME_LENGTH_MAX = 40;
/** A short name is similar to too many others. */
const LENGTH_OF_TWO_SLIPS = 5;

/**
 * The name that another one was probably meant to be: one letter wrong, missing or too many, or two in a
 * longer name. Case, `-` and `_` make no difference.
 *
 * @param names the known names
 * @returns undefined when none is similar, or when it is one of them
 */
export function findSimilarName(name: string, names: readonly string[]): string | undefined {
  if (name.length > NAME_LENGTH_MAX || names.includes(name)) return undefined;
  const plain = plainName(name);
  const maxDistance = plain.length < LENGTH_OF_TWO_SLIPS ? 1 : 2;
  const plainNames = names.map(plainName);
  const near = closestMatch(plain, plainNames, { maxDistance });
  return near === undefined ? undefined : names[plainNames.indexOf(near)];
}

function plainName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_\s]/g, "");
}
