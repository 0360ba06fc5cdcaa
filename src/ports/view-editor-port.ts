import type { Diagnostic } from "../domain/view/diagnostic.ts";
import type { RelationColumn } from "../domain/view/relation.ts";
import type { LocalizedText } from "../lib/language.ts";
import type { ViewFileBytes } from "./view-files-port.ts";

/** The replacement of a part of a text. */
export interface TextEdit {
  /** Offsets in UTF-16 units; equal for an insertion. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** An edited view file: the bytes outside of the edits are unchanged. */
export interface EditedView {
  readonly bytes: Uint8Array;
  /** The text before the edits, without a byte order mark; the offsets of the edits are in this text. */
  readonly before: string;
  /** In the order of the text; they do not overlap. */
  readonly edits: readonly TextEdit[];
}

/** The entity and the column names of a view file that loads. */
export interface EditableView {
  readonly entity: string;
  readonly columns: readonly string[];
}

export type AddedColumns =
  | ({ readonly kind: "added"; readonly names: readonly string[] } & EditedView)
  | { readonly kind: "complete" }
  | { readonly kind: "refused"; readonly detail: LocalizedText };

export interface QuoteOptions {
  /** Stops after this number of edits. */
  readonly editsMax?: number;
}

/**
 * Makes edited copies of view files, with comments and layout kept. Each edit is checked by parsing its
 * result; an edit that makes the file worse is not made.
 */
export interface ViewEditor {
  /** Undefined for a file that does not load. */
  read(file: ViewFileBytes): EditableView | undefined;
  /** The entity of a view, although the view may have errors; undefined if they hide it. */
  entityOf(file: ViewFileBytes): string | undefined;
  /**
   * Quotes each scalar that has a diagnostic, if quotes remove the diagnostic. If the view loads already, its values
   * stay the same.
   *
   * @returns `fixed`: the removed diagnostics; `left`: those that advise quotes, but are left to the author
   */
  quote(
    file: ViewFileBytes,
    options?: QuoteOptions,
  ): EditedView & {
    readonly fixed: readonly Diagnostic[];
    readonly left: readonly Diagnostic[];
  };
  /**
   * Adds the columns that a view lacks, each after the one that precedes it in the given order.
   *
   * @param columns all columns that the database has, in the order of the database
   */
  addColumns(file: ViewFileBytes, columns: readonly RelationColumn[]): AddedColumns;
}
