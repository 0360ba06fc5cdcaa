import { compareDiagnostics, type Diagnostic } from "../../domain/view/diagnostic.ts";
import type { Language } from "../../lib/language.ts";

/** Maximum number of diagnostics that are reported for one file; the rest appear once these are fixed. */
export const DIAGNOSTICS_MAX = 100;
/** Diagnostics beyond this number are not counted: it takes time, and no reader needs the exact number. */
const COUNTED_MAX = 1_000;

/**
 * All diagnostics of a file, or the first of them, errors before warnings, and one with the number of the
 * rest: a file of a megabyte can have as many diagnostics as characters.
 */
export function boundDiagnostics(
  diagnostics: readonly Diagnostic[],
  language: Language,
): readonly Diagnostic[] {
  if (diagnostics.length <= DIAGNOSTICS_MAX) return diagnostics;
  const sorted = diagnostics.toSorted(
    (left, right) => rank(left) - rank(right) || compareDiagnostics(left, right),
  );
  const [first, rest] = [sorted.slice(0, DIAGNOSTICS_MAX), sorted.length - DIAGNOSTICS_MAX];
  const next = sorted[DIAGNOSTICS_MAX] as Diagnostic;
  const more: Diagnostic = {
    ...next,
    code: "findings-excess",
    pointer: "",
    ...MORE[language](rest),
  };
  return [...first, more];
}

const MORE: Readonly<Record<Language, (rest: number) => Pick<Diagnostic, "hint" | "message">>> = {
  en: (rest) => ({
    message: `${rest > COUNTED_MAX ? `over ${COUNTED_MAX}` : rest} more diagnostics of this file begin here, and are not shown`,
    hint: "fix those above first: they may be the cause",
  }),
  pt: (rest) => ({
    message: `mais ${rest > COUNTED_MAX ? `de ${COUNTED_MAX}` : rest} diagnósticos deste arquivo começam aqui, e não são mostrados`,
    hint: "corrija antes os de cima: podem ser a causa",
  }),
};

function rank({ severity }: Diagnostic): number {
  return severity === "error" ? 0 : 1;
}
