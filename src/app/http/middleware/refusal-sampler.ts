/** Decides which refused requests get a log line of their own. */
export interface RefusalSampler {
  admit(): boolean;
}

const WINDOW_MS = 60_000;
const LINES_PER_WINDOW = 10;

/**
 * Admits the first few of each minute, so that refused requests cannot fill the log.
 *
 * @param report gets the number of those that were not admitted, with the first one of a later minute
 */
export function createRefusalSampler(
  report: (count: number) => void,
  nowMs: () => number = () => performance.now(),
): RefusalSampler {
  let windowEndMs = Number.NEGATIVE_INFINITY;
  let count = 0;
  return {
    admit() {
      const now = nowMs();
      if (now >= windowEndMs) {
        if (count > LINES_PER_WINDOW) report(count - LINES_PER_WINDOW);
        windowEndMs = now + WINDOW_MS;
        count = 0;
      }
      count += 1;
      return count <= LINES_PER_WINDOW;
    },
  };
}
