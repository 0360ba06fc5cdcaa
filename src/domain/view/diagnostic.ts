import type { Language, LocalizedText } from "../../lib/language.ts";
import { makeTextVisible } from "../../lib/visible-text.ts";
import type { JsonPathStep } from "../json/json-value.ts";

/** The codes of diagnostics. They are stable, so that programs may match on them. */
export type DiagnosticCode =
  | ViewDiagnosticCode
  | "alias-excess"
  | "catalog-size"
  | "duplicate-entity"
  | "duplicate-key"
  | "file-encoding"
  | "file-name"
  | "file-size"
  | "file-type"
  | "findings-excess"
  | "key-type"
  | "line-joined"
  | "link-outside"
  | "nesting-depth"
  | "no-views"
  | "number-range"
  | "tag-unknown"
  | "text-cut"
  | "text-encoding"
  | "token-excess"
  | "view-size"
  | "view-type"
  | "yaml-ambiguous"
  | "yaml-readers-differ"
  | "yaml-refused-elsewhere"
  | "yaml-syntax"
  | "yaml-version";

/** One diagnostic about the files of a catalog, with its position and a suggested fix. */
export interface Diagnostic {
  readonly severity: "error" | "warning";
  readonly code: DiagnosticCode;
  /** The path to open the file with: the catalog's folder and the path inside it, with `/`. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
  /** JSON pointer into the view; `""` for the whole file. */
  readonly pointer: string;
  readonly message: string;
  readonly hint: string;
  /** The message and the hint in other languages. Reports never contain this field: see {@link translateDiagnostic}. */
  readonly translations?: Readonly<Partial<Record<Language, Pick<Diagnostic, "hint" | "message">>>>;
}

/** Converts texts in every language into the fields of a diagnostic: English, and its translations. */
export function toTranslatedTexts({
  message,
  hint,
}: Readonly<Record<"hint" | "message", LocalizedText>>): Pick<
  Diagnostic,
  "hint" | "message" | "translations"
> {
  const translations = { pt: { message: message.pt, hint: hint.pt } };
  return { message: message.en, hint: hint.en, translations };
}

/** Returns a diagnostic with texts in a single language; in English if there is no translation. */
export function translateDiagnostic(
  language: Language,
  { translations, ...diagnostic }: Diagnostic,
): Omit<Diagnostic, "translations"> {
  return { ...diagnostic, ...translations?.[language] };
}

const DIAGNOSTIC_LABELS = {
  en: { error: "error", warning: "warning", at: "at" },
  pt: { error: "erro", warning: "aviso", at: "em" },
} as const satisfies Readonly<Record<Language, Readonly<Record<Diagnostic["severity"] | "at", string>>>>;

/**
 * Writes a diagnostic in English on one line, in the form that editors and terminals turn into a link:
 * `file:line:column: severity: message; hint [code at pointer]`.
 */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  return formatDiagnosticIn("en", diagnostic);
}

export function formatDiagnosticIn(language: Language, diagnostic: Diagnostic): string {
  const { file, line, column, message, hint, code, pointer } = translateDiagnostic(language, diagnostic);
  const labels = DIAGNOSTIC_LABELS[language];
  const severity = labels[diagnostic.severity];
  const place = pointer === "" ? code : `${code} ${labels.at} ${pointer}`;
  // File names and texts of views are input: a line break in them must not forge a line of a log.
  return makeTextVisible(`${file}:${line}:${column}: ${severity}: ${message}; ${hint} [${place}]`);
}

export function compareDiagnostics(left: Diagnostic, right: Diagnostic): number {
  if (left.file !== right.file) return left.file < right.file ? -1 : 1;
  return left.line - right.line || left.column - right.column;
}

/** One error or one doubtful value (`warning`) of a view, and a suggested fix. */
export interface ViewDiagnostic {
  readonly severity: "error" | "warning";
  readonly code: ViewDiagnosticCode;
  /** The path in the view; for a missing field, the path that it should have. */
  readonly path: readonly JsonPathStep[];
  /** Set when the diagnostic is about the name of the field instead of its value. */
  readonly at?: "key";
  readonly message: LocalizedText;
  readonly hint: LocalizedText;
}

type ViewDiagnosticCode =
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
