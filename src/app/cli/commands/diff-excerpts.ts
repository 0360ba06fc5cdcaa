import { visibleText } from "../../../lib/visible-text.ts";

/** The most characters of a value that are shown. */
const SHOWN_MAX = 60;
/** The part of it before the first difference, for orientation. */
const CONTEXT = 20;
const WORD = /[\p{L}\p{M}\p{N}_]/u;

/** The beginning of a text. */
export function excerptOf(text: string): string {
  return cut([...text], 0);
}

/** Two different texts, each cut around the first different word, so that the excerpts differ too. */
export function excerptsOf(before: string, after: string): readonly [before: string, after: string] {
  const old = [...before];
  const now = [...after];
  if (old.length <= SHOWN_MAX && now.length <= SHOWN_MAX) return [visibleText(before), visibleText(after)];
  let same = 0;
  while (same < old.length && same < now.length && old[same] === now[same]) same += 1;
  const start = same <= CONTEXT ? 0 : wordStart(old, same);
  return [cut(old, start), cut(now, start)];
}

/** The start of the excerpt: whole words before the different one, if words have a usual length. */
function wordStart(text: readonly string[], differsAt: number): number {
  const earliest = differsAt - CONTEXT;
  for (let start = earliest; start < differsAt; start += 1) {
    if (!WORD.test(text[start - 1] ?? "") && WORD.test(text[start] ?? "")) return start;
  }
  return earliest;
}

function cut(text: readonly string[], start: number): string {
  const end = start + SHOWN_MAX;
  const shown = visibleText(text.slice(start, end).join(""));
  return `${start > 0 ? "…" : ""}${shown}${end < text.length ? "…" : ""}`;
}
