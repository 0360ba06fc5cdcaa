import { isSameBytes } from "../../lib/same-bytes.ts";
import { canonicalText } from "../json/canonical-json.ts";
import type { JsonValue } from "../json/json-value.ts";
import { parseJson } from "../json/parse-json.ts";
import type { Entity } from "../view/entity.ts";
import type { Catalog } from "./catalog.ts";
import { diffValues, type ValueChange } from "./value-diff.ts";

/** A {@link ValueChange} for people. Values are canonical JSON, cut to {@link VALUE_LENGTH_MAX} characters. */
export interface ViewChange {
  readonly kind: ValueChange["kind"];
  readonly pointer: string;
  readonly before?: string;
  readonly after?: string;
}

export interface ViewChanges {
  readonly entity: Entity;
  /** The first changes, at most {@link CHANGES_MAX}. */
  readonly changes: readonly ViewChange[];
  /** Counts all changes, not only the listed ones. */
  readonly total: number;
}

/** Maximum number of views whose changes are listed. */
export const DETAILED_VIEWS_MAX = 50;
/** Maximum number of listed changes of one view. */
export const CHANGES_MAX = 50;
/** The longest value that is shown in full, in characters; `…` stands for what is cut off. */
export const VALUE_LENGTH_MAX = 60;
/** Number of characters shown before the first difference of two long values. */
const CONTEXT_LENGTH_MAX = 20;
const WORD_CHARACTER = /[\p{L}\p{M}\p{N}_]/u;
/**
 * Maximum total size of the compared views, before and after, in bytes: they are parsed in a single turn of the
 * event loop.
 */
export const DETAILED_BYTES_MAX = 512 * 1024;

/**
 * Lists what changed inside views, within bounds; views beyond the bounds are left out.
 *
 * @param changed entities that both catalogs have
 */
export function describeViewChanges(
  before: Catalog,
  after: Catalog,
  changed: readonly Entity[],
): readonly ViewChanges[] {
  const described: ViewChanges[] = [];
  let bytes = 0;
  for (const entity of changed.slice(0, DETAILED_VIEWS_MAX)) {
    const [old, now] = [before.views.get(entity), after.views.get(entity)];
    if (old === undefined || now === undefined) continue;
    bytes += old.byteLength + now.byteLength;
    if (bytes > DETAILED_BYTES_MAX) break;
    const changes = diffValues(parseViewJson(old), parseViewJson(now));
    described.push({
      entity,
      changes: changes.slice(0, CHANGES_MAX).map(toViewChange),
      total: changes.length,
    });
  }
  return described;
}

function parseViewJson(canonicalJson: Uint8Array): JsonValue {
  return parseJson(new TextDecoder().decode(canonicalJson));
}

function toViewChange(change: ValueChange): ViewChange {
  const { kind, pointer } = change;
  switch (kind) {
    case "added":
      return { kind, pointer, after: excerptValue(canonicalText(change.after)) };
    case "removed":
      return { kind, pointer, before: excerptValue(canonicalText(change.before)) };
    case "changed": {
      const [before, after] = excerptValues(canonicalText(change.before), canonicalText(change.after));
      return { kind, pointer, before, after };
    }
  }
}

export function excerptValue(text: string): string {
  return cutText([...text], 0);
}

/** Cuts two different values around the first word that differs, so that the excerpts differ, too. */
export function excerptValues(before: string, after: string): readonly [before: string, after: string] {
  const old = [...before];
  const now = [...after];
  if (old.length <= VALUE_LENGTH_MAX && now.length <= VALUE_LENGTH_MAX) return [before, after];
  let same = 0;
  while (same < old.length && same < now.length && old[same] === now[same]) same += 1;
  const start = same <= CONTEXT_LENGTH_MAX ? 0 : findExcerptStart(old, same);
  return [cutText(old, start), cutText(now, start)];
}

/**
 * The index at which the excerpt starts: the first start of a word among the {@link CONTEXT_LENGTH_MAX}
 * characters before the difference; without one, the first of these characters.
 */
function findExcerptStart(text: readonly string[], differsAt: number): number {
  const earliest = differsAt - CONTEXT_LENGTH_MAX;
  for (let start = earliest; start < differsAt; start += 1) {
    if (!WORD_CHARACTER.test(text[start - 1] ?? "") && WORD_CHARACTER.test(text[start] ?? "")) return start;
  }
  return earliest;
}

function cutText(text: readonly string[], start: number): string {
  const end = start + VALUE_LENGTH_MAX;
  return `${start > 0 ? "…" : ""}${text.slice(start, end).join("")}${end < text.length ? "…" : ""}`;
}

/** The difference between two catalogs, by entity, each list in code point order. */
export interface CatalogDiff {
  readonly added: readonly Entity[];
  readonly removed: readonly Entity[];
  readonly changed: readonly Entity[];
}

/**
 * Compares two catalogs view by view, by the bytes of their canonical JSON.
 *
 * @param before the older catalog; without one, every view of `after` is added
 */
export function diffCatalogs(before: Catalog | undefined, after: Catalog): CatalogDiff {
  const added: Entity[] = [];
  const changed: Entity[] = [];
  for (const [entity, bytes] of after.views) {
    const previous = before?.views.get(entity);
    if (previous === undefined) added.push(entity);
    else if (!isSameBytes(previous, bytes)) changed.push(entity);
  }
  const removed = [...(before?.views.keys() ?? [])].filter((entity) => !after.views.has(entity));
  return { added, removed, changed };
}
