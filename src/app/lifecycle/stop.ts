import { setTimeout as delay } from "node:timers/promises";
import type { Log } from "../telemetry/log.ts";

/** How long requests under way may take to end after the signal to stop. */
const DRAIN_TIMEOUT_MS = 10_000;
/** A reload that is under way when the service is asked to stop still ends well: only then is the rest given up. */
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
  /** How long requests are still taken, while `/readyz` tells balancers to send none. */
  readonly drainDelayMs: number;
  /** Tells the other replicas, while there still is a connection. */
  readonly leave: () => Promise<void>;
  /** What is closed when no request needs it any more. */
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
      // An open event stream is a request under way, and would use up the time for draining.
      live.close();
      await server.close({ timeoutMs: DRAIN_TIMEOUT_MS });
      await leave();
      stop.drained.abort();
      // A first load that was still under way gives up now.
      await loaded;
      await Promise.all(close.map((end) => end()));
      log.info("Stopped");
    })();
    return stopped;
  };
}
