/** The dependencies of a watch. */
export interface WatchViewsDeps {
  /** Changes with the files; fast. */
  readonly fingerprint: () => Promise<string>;
  /** Called once at the start and then after every change; one call at a time. */
  readonly onChange: () => Promise<void>;
  /** Resolves after the time, or at once when the signal fires. */
  readonly pause: (ms: number) => Promise<void>;
  /** Milliseconds of a monotonic clock. */
  readonly monotonicMs: () => number;
  readonly signal: AbortSignal;
}

const PAUSE_MS_MIN = 150;
/** A watch spends this fraction of its time on reading. */
const LOOKS_SHARE = 10;
/** Reads in a row that may differ before a folder that never settles is accepted as it is. */
const RESTLESS_LOOKS_MAX = 10;

/**
 * Watches files by polling: every change by an editor, a deploy, a link or a remote folder alters a file's
 * fingerprint, on every runtime. A change counts once two polls in a row agree, so that a save of many steps,
 * or of many files, is one change.
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
