import type { Log } from "./log.ts";

/** A value of the shared cache that was not read. */
interface Oversized {
  readonly key: string;
  readonly bytes: number;
  readonly bytesMax: number;
}

/** A key without a report for this long has been repaired: its next oversized value is logged again. */
const FORGET_MS = 10 * 60_000;
/** Maximum number of keys with a log line of their own. */
const KEYS_MAX = 20;

/**
 * Makes a function that logs each oversized key once, and of many keys only the first ones.
 *
 * @param nowMs a monotonic clock
 */
export function createOversizedLog(
  log: Log,
  nowMs: () => number = () => performance.now(),
): (oversized: Oversized) => void {
  const reportedAtMs = new Map<string, number>();
  let othersUntilMs = Number.NEGATIVE_INFINITY;

  return ({ key, bytes, bytesMax }) => {
    const now = nowMs();
    for (const [known, atMs] of reportedAtMs) if (now - atMs > FORGET_MS) reportedAtMs.delete(known);
    const isKnown = reportedAtMs.has(key);
    if (isKnown || reportedAtMs.size < KEYS_MAX) {
      reportedAtMs.set(key, now);
      if (isKnown) return;
      const fields = { key, bytes, bytes_max: bytesMax };
      log.warn(fields, "Value in Redis is too large and counts as absent");
      return;
    }
    if (now > othersUntilMs) log.warn({ keys: KEYS_MAX }, "More values in Redis are too large");
    othersUntilMs = now + FORGET_MS;
  };
}
