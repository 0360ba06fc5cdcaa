import type { JsonPathStep } from "../json/json-pointer.ts";

/** One fault (`error`) or doubtful place (`warning`) of a view, and a suggested fix. */
export interface ViewDiagnostic {
  readonly severity: "error" | "warning";
  readonly code: ViewDiagnosticCode;
  /** The place in the view; for a missing field, the path that it should have. */
  readonly path: readonly JsonPathStep[];
  /** Whether it is about the field's name, and not about its value. */
  readonly at?: "key";
  readonly message: string;
  readonly hint: string;
}

export type ViewDiagnosticCode =
  | "entity-malformed"
  | "entity-reserved"
  | "entity-too-long"
  | "column-repeated"
  | "column-unknown"
  | "field-empty"
  | "field-form"
  | "field-invalid"
  | "field-misplaced"
  | "field-missing"
  | "field-misspelt"
  | "identifiers-empty"
  | "item-repeated"
  | "view-nested"
  | "weight-unknown";
