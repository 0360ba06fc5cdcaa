/** One thing that authors get wrong, what is said of it, and where. */
export interface BrokenView {
  readonly kind: string;
  readonly yaml: string;
  /** From 1; chosen by a reader of the YAML, not by the checker. */
  readonly line: number;
  /** What stands at the column of the diagnostic, up to the end of its line. */
  readonly at: string;
  readonly message: string;
  readonly hint: string;
  readonly severity?: "warning";
}

/** Lines that make a view of what stands around them. */
export const VALID_FIELDS = "columns: [a]\nidentifiers: [a]\n";
