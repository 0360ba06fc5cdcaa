import type { EquivalentMutant } from "./equivalent-mutants.ts";

/** What became of one mutant. */
export interface TestedMutant {
  readonly file: string;
  /** The line that is mutated, without the blanks around it. */
  readonly line: string;
  /** `file:line:column`, both from 1. */
  readonly place: string;
  readonly original: string;
  readonly replacement: string;
  readonly status: string;
}

export interface MutationVerdict {
  readonly counts: Readonly<Record<string, number>>;
  /** Those that survived, or that no test reached, and that nobody has called equivalent. */
  readonly survivors: readonly TestedMutant[];
  /** Rows that stand for no survivor any more. */
  readonly stale: readonly EquivalentMutant[];
}

const ALIVE: ReadonlySet<string> = new Set(["NoCoverage", "Survived"]);

/** Holds what a run of all mutants of some files gave against the list of those that are equivalent. */
export function judgeMutants(
  tested: readonly TestedMutant[],
  equivalents: readonly EquivalentMutant[],
): MutationVerdict {
  const counts: Record<string, number> = {};
  for (const { status } of tested) counts[status] = (counts[status] ?? 0) + 1;
  const alive = tested.filter(({ status }) => ALIVE.has(status));
  const known = new Set(equivalents.map(keyOf));
  // What ran out of time may have survived on a machine that is less busy.
  const found = new Set(tested.filter(({ status }) => status !== "Killed").map(keyOf));
  const files = new Set(tested.map(({ file }) => file));
  return {
    counts,
    survivors: alive.filter((mutant) => !known.has(keyOf(mutant))),
    stale: equivalents.filter((row) => files.has(row.file) && !found.has(keyOf(row))),
  };
}

function keyOf({ file, line, replacement }: Pick<TestedMutant, "file" | "line" | "replacement">): string {
  return JSON.stringify([file, line, replacement]);
}
