import { closestMatch } from "leven";

/** Longer names are not compared: a comparison would take longer, and long names are rarely typing errors. */
const NAME_LENGTH_MAX = 40;
/** From this length on, two wrong letters are allowed: a shorter name would be similar to too many others. */
const TWO_ERRORS_LENGTH_MIN = 5;

/**
 * Finds the known name that the author of a misspelt name probably meant. One letter may be wrong, missing or too many,
 * in longer names two. Case, `-`, `_` and spaces are ignored.
 *
 * @param names the known names
 * @returns undefined when no known name is similar, or when the name itself is known
 */
export function findSimilarName(name: string, names: readonly string[]): string | undefined {
  if (name.length > NAME_LENGTH_MAX || names.includes(name)) return undefined;
  const plain = foldName(name);
  const maxDistance = plain.length < TWO_ERRORS_LENGTH_MIN ? 1 : 2;
  const plainNames = names.map(foldName);
  const near = closestMatch(plain, plainNames, { maxDistance });
  return near === undefined ? undefined : names[plainNames.indexOf(near)];
}

function foldName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_\s]/g, "");
}
