import { diffWordsWithSpace } from "diff";
import { excerptValue, excerptValues } from "../../../domain/catalog/view-changes.ts";
import type { LinePart } from "./printer.ts";

/**
 * Maximum number of edits: each removed and each added word is one. A comparison with more would take long and help
 * little.
 */
const EDITS_MAX = 200;
const CHANGED_PARTS_MAX = 24;
/** Maximum length of an unchanged part, in characters. */
const UNCHANGED_LENGTH_MAX = 30;
const WORD_CHARACTER = /[\p{L}\p{N}]/u;

/**
 * Compares two strings word by word.
 *
 * @returns undefined when the strings have no word in common, or too many words differ
 */
export function findWordChanges(before: string, after: string): readonly LinePart[] | undefined {
  const changes = diffWordsWithSpace(before, after, { maxEditLength: EDITS_MAX });
  if (!changes?.some(({ added, removed, value }) => !added && !removed && WORD_CHARACTER.test(value)))
    return undefined;
  const parts = changes.slice(0, CHANGED_PARTS_MAX).map(({ added, removed, value }, index): LinePart => {
    const [previous, next] = [changes[index - 1], changes[index + 1]];
    if (added)
      return {
        kind: "added",
        text: previous?.removed ? excerptValues(previous.value, value)[1] : excerptValue(value),
      };
    if (removed)
      return {
        kind: "removed",
        text: next?.added ? excerptValues(value, next.value)[0] : excerptValue(value),
      };
    return {
      kind: "same",
      text: shortenUnchangedText(value, { isFirst: index === 0, isLast: index === changes.length - 1 }),
    };
  });
  return changes.length > CHANGED_PARTS_MAX ? [...parts, { kind: "same", text: "…" }] : parts;
}

/** Shortens an unchanged part to the characters next to a change. */
function shortenUnchangedText(
  text: string,
  { isFirst, isLast }: { readonly isFirst: boolean; readonly isLast: boolean },
): string {
  const characters = [...text];
  if (characters.length <= UNCHANGED_LENGTH_MAX) return text;
  const side = Math.floor(UNCHANGED_LENGTH_MAX / 2);
  const start = isFirst ? "" : characters.slice(0, side).join("");
  const end = isLast ? "" : characters.slice(-side).join("");
  return `${start}…${end}`;
}
