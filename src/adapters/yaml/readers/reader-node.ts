import type { ScalarToken } from "./token-scan.ts";

/** A node as PyYAML composes it, before its scalars get types. Aliases share their target. */
export type ReaderNode = ReaderScalar | ReaderList | ReaderMap;

interface NodeProperties {
  readonly offset: number;
  /** The full tag, such as `tag:yaml.org,2002:str`, or `!`. */
  readonly tag: string | undefined;
}

export interface ReaderScalar extends NodeProperties {
  readonly kind: "scalar";
  readonly end: number;
  readonly text: string;
  /** `empty` for a missing value. */
  readonly style: ScalarToken["style"] | "empty";
  readonly hasHalves: boolean;
}

export interface ReaderList extends NodeProperties {
  readonly kind: "list";
  readonly items: readonly ReaderNode[];
}

export interface ReaderMap extends NodeProperties {
  readonly kind: "map";
  readonly pairs: readonly (readonly [key: ReaderNode, value: ReaderNode])[];
}

export function createEmptyScalar(offset: number, tag?: string): ReaderScalar {
  return { kind: "scalar", offset, end: offset, text: "", style: "empty", hasHalves: false, tag };
}

export type RefusalCode =
  | "alias-unknown"
  | "anchor-name"
  | "anchor-repeated"
  | "block-form"
  | "block-header"
  | "directive"
  | "document"
  | "escape"
  | "flow-form"
  | "key-colon"
  | "key-unhashable"
  | "merge-value"
  | "place"
  | "quotes"
  | "recursion"
  | "tab"
  | "tag"
  | "token-start";

/** A refusal: its reason, its offset, and the offset `from` at which the refused part of the document begins. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly offset: number;
  readonly from: number;
}

/** Thrown if PyYAML refuses the file and cannot continue. */
export class ReaderRefusal extends Error {
  override readonly name = "ReaderRefusal";
  readonly refusal: Refusal;

  constructor(code: RefusalCode, offset: number, from: number = offset) {
    super(`Refused: ${code} at ${offset}`);
    this.refusal = { code, offset, from };
  }
}
