/** A key that was not reported for this long counts as new when it comes again. */
const EXPIRY_MS = 10 * 60_000;

/** `new`: to be reported; `excess`: stands for all keys beyond the maximum; `known`: reported before, and still recurring. */
export type ReportDecision = "excess" | "known" | "new";

/**
 * Makes a function that decides for each occurrence of a fault whether to report it: each key once while it recurs, and
 * all keys beyond a maximum once together.
 *
 * @param keysMax maximum number of keys that are reported one by one
 * @param nowMs a monotonic clock
 */
export function createReportFilter(
  keysMax: number,
  nowMs: () => number = () => performance.now(),
): (key: string) => ReportDecision {
  const reportedAtMs = new Map<string, number>();
  let excessUntilMs = Number.NEGATIVE_INFINITY;

  return (key) => {
    const now = nowMs();
    for (const [known, atMs] of reportedAtMs) if (now - atMs > EXPIRY_MS) reportedAtMs.delete(known);
    const isKnown = reportedAtMs.has(key);
    if (isKnown || reportedAtMs.size < keysMax) {
      reportedAtMs.set(key, now);
      return isKnown ? "known" : "new";
    }
    const isFirst = now > excessUntilMs;
    excessUntilMs = now + EXPIRY_MS;
    return isFirst ? "excess" : "known";
  };
}
