/** How pauses between attempts grow. */
export interface BackoffPolicy {
  readonly minMs: number;
  readonly maxMs: number;
}

/**
 * Maximum number of doublings: more than any policy needs, and few enough that the pause is a finite number.
 */
const DOUBLINGS_MAX = 50;

/**
 * The pause before an attempt: it doubles with each attempt, up to the policy's maximum.
 *
 * @param attempt counts from 0
 */
export function backoffMs(attempt: number, { minMs, maxMs }: BackoffPolicy): number {
  return Math.min(maxMs, minMs * 2 ** Math.min(attempt, DOUBLINGS_MAX));
}

/**
 * A random pause from half of {@link backoffMs} up to all of it, so that clients that failed together do not
 * return together.
 *
 * @param random from 0 to 1
 */
export function jitteredBackoffMs(attempt: number, policy: BackoffPolicy, random: number): number {
  const ceilingMs = backoffMs(attempt, policy);
  return ceilingMs / 2 + (random * ceilingMs) / 2;
}
