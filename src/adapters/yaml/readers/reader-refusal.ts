/** Why a reader cannot read a file. */
export type RefusalCode =
  | "alias-unknown"
  | "anchor-name"
  | "anchor-repeated"
  | "block-form"
  | "block-header"
  | "character"
  | "directive"
  | "document"
  | "escape"
  | "flow-form"
  | "key-colon"
  | "key-unhashable"
  | "merge-value"
  | "number"
  | "date"
  | "place"
  | "quotes"
  | "recursion"
  | "tab"
  | "tag"
  | "token-start";

/** What a reader refuses, and where; `from` is the start of the construct that it was reading. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly offset: number;
  readonly from: number;
}

/** Thrown where the reader stops. */
export class ReaderRefusal extends Error {
  override readonly name = "ReaderRefusal";
  readonly refusal: Refusal;

  constructor(code: RefusalCode, offset: number, from: number = offset) {
    super(`Refused: ${code} at ${offset}`);
    this.refusal = { code, offset, from };
  }
}
