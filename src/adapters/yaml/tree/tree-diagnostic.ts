import type { JsonPathStep } from "../../../domain/json/json-value.ts";
import type { Words } from "../syntax/common-words.ts";

/** A diagnostic at a node; the caller turns the node's offset into line and column. */
export interface TreeDiagnostic extends Words {
  readonly severity: "error" | "warning";
  readonly code: TreeDiagnosticCode;
  readonly offset: number;
  readonly path: readonly JsonPathStep[];
}

type TreeDiagnosticCode =
  | "alias-excess"
  | "duplicate-key"
  | "key-type"
  | "line-joined"
  | "nesting-depth"
  | "number-range"
  | "tag-unknown"
  | "text-cut"
  | "text-encoding"
  | "yaml-ambiguous"
  | "yaml-readers-differ"
  | "yaml-refused-elsewhere"
  | "yaml-syntax";
