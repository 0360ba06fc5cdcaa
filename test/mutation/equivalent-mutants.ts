/** A mutant that no test can kill, since the program does the same with it. */
export interface EquivalentMutant {
  readonly file: string;
  /** The line that is mutated, without the blanks around it. */
  readonly line: string;
  /** What stands there instead, as the report shows it. */
  readonly replacement: string;
  readonly reason: string;
}

export const EQUIVALENT_MUTANTS: readonly EquivalentMutant[] = [];
