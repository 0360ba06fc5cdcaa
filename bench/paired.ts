/** How one thing compares with another. */
export interface Comparison {
  /** Median of first ÷ second, pair by pair. */
  readonly ratio: number;
  readonly ratioMin: number;
  readonly ratioMax: number;
}

/**
 * Measures two things in turn, so that what the machine does meanwhile meets both, and compares them pair by pair.
 *
 * @param pairs counted pairs; one more comes first and is not counted
 * @param first and second return what they cost or achieved, in the same unit
 */
export async function paired(
  pairs: number,
  first: () => Promise<number>,
  second: () => Promise<number>,
): Promise<Comparison> {
  const ratios: number[] = [];
  for (let pair = 0; pair <= pairs; pair++) {
    // Which one goes first changes, so that neither always has the warmer machine.
    const swapped = pair % 2 === 1;
    const one = await (swapped ? second : first)();
    const other = await (swapped ? first : second)();
    if (pair > 0) ratios.push(swapped ? other / one : one / other);
  }
  ratios.sort((left, right) => left - right);
  const at = (index: number): number => ratios[index] ?? Number.NaN;
  return { ratio: at(Math.floor(ratios.length / 2)), ratioMin: at(0), ratioMax: at(ratios.length - 1) };
}

/** Gives what was measured before to `paired`, one after the other. */
export function replay(values: readonly number[]): () => Promise<number> {
  const left = values[Symbol.iterator]();
  return async () => left.next().value ?? Number.NaN;
}

/** Milliseconds that a task takes. */
export async function timed(task: () => unknown): Promise<number> {
  const startedMs = performance.now();
  await task();
  return performance.now() - startedMs;
}
