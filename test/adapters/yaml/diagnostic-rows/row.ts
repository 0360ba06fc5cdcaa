/** A view file, what is found in it and, when nothing of that is an error, the canonical JSON that it gives. */
export interface Row {
  readonly name: string;
  readonly yaml: string;
  /** Each as `line:column: severity: message; hint [code at pointer]`. */
  readonly diagnostics?: readonly string[];
  readonly json?: string;
}

/** A view that needs nothing more, and then some text. */
export function after(text: string): string {
  return `columns: [a]\nidentifiers: [a]\n${text}`;
}
