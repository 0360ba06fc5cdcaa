/** What a watch works with. */
export interface WatchViewsDeps {
  /** Changes with the files; quick. */
  readonly fingerprint: () => Promise<string>;
  /** Called once at the beginning and then after every change; one call at a time. */
  readonly onChange: () => Promise<void>;
  /** Resolves after the time, or at once when the signal fires. */
  readonly pause: (ms: number) => Promise<void>;
  /** Milliseconds of a clock that nobody sets. */
  readonly monotonicMs: () => number;
  readonly signal: AbortSignal;
}

const PAUSE_MS_MIN = 150;
/** Of its time, a watch spends one part in so many on looking. */
const LOOKS_SHARE = 10;
/** Looks that may differ from each other before a folder that never rests is taken as it is. */
const RESTLESS_LOOKS_MAX = 10;

/**
 * Watches files by looking at them again and again: whatever editors, deploys, links and remote folders do to a file shows
 * in its fingerprint, on every runtime. A change counts once two looks in a row agree, so that a save of many steps, or of
 * many files, is one change.
 */
export async function watchViews(deps: WatchViewsDeps): Promise<void> {
  const { fingerprint, onChange, pause, monotonicMs, signal } = deps;
  let handled = await fingerprint();
  await onChange();
  let seen = handled;
  let restlessLooks = 0;
  let pauseMs = PAUSE_MS_MIN;
  while (!signal.aborted) {
    await pause(pauseMs);
    if (signal.aborted) return;
    const askedAtMs = monotonicMs();
    const now = await fingerprint();
    pauseMs = Math.max(PAUSE_MS_MIN, (monotonicMs() - askedAtMs) * LOOKS_SHARE);
    restlessLooks = now === seen ? 0 : restlessLooks + 1;
    const isDue = now === seen || restlessLooks >= RESTLESS_LOOKS_MAX;
    seen = now;
    if (now === handled || !isDue) continue;
    handled = now;
    restlessLooks = 0;
    await onChange();
  }
}
