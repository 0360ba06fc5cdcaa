import { setTimeout as delay } from "node:timers/promises";
import type { Log } from "../telemetry/log.ts";

/** How long current requests may take to end after the signal to stop. */
const DRAIN_TIMEOUT_MS = 10_000;
/** A reload that runs when the stop begins still completes: only then is the rest given up. */
export interface StopSignals {
  readonly asked: AbortController;
  readonly drained: AbortController;
}

interface Stoppable {
  readonly stop: StopSignals;
  readonly live: { close(): void };
  readonly server: { close(options: { readonly timeoutMs: number }): Promise<void> };
  readonly loaded: Promise<void>;
  readonly log: Log;
  /** How long requests are still accepted, while `/readyz` answers 503 to load balancers. */
  readonly drainDelayMs: number;
  /** Removes this replica from the fleet, while there still is a connection. */
  readonly leave: () => Promise<void>;
  /** Closed when no request needs them any more. */
  readonly close: readonly (() => Promise<void>)[];
}

export function stopOnce(stoppable: Stoppable): () => Promise<void> {
  const { stop, live, server, loaded, log, drainDelayMs, leave, close } = stoppable;
  let stopped: Promise<void> | undefined;
  return () => {
    stopped ??= (async () => {
      log.info("Stopping");
      stop.asked.abort();
      if (drainDelayMs > 0) await delay(drainDelayMs);
      // An open event stream counts as a request, and would use up the time for draining.
      live.close();
      await server.close({ timeoutMs: DRAIN_TIMEOUT_MS });
      await leave();
      stop.drained.abort();
      // A first load that still runs gives up now.
      await loaded;
      await Promise.all(close.map((end) => end()));
      log.info("Stopped");
    })();
    return stopped;
  };
}
