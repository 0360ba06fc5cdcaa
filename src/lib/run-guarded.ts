/** An unexpected failure in the background. */
export interface Defect {
  readonly kind: "defect";
  readonly detail: string;
  readonly stack: string | undefined;
}

/** Runs a background task. An unexpected failure is reported as a defect, and the process continues. */
export async function runGuarded(
  emit: (defect: Defect) => void,
  task: () => Promise<unknown>,
): Promise<void> {
  try {
    await task();
  } catch (error) {
    emit({ kind: "defect", ...describeError(error) });
  }
}

export function describeError(error: unknown): Omit<Defect, "kind"> {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return { detail: message, stack };
}
