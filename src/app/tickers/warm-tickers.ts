import { backoffMs } from "../../lib/backoff.ts";
import type { TickerService } from "./ticker-service.ts";

/** Pauses between attempts to load the first list. */
const ATTEMPT_PAUSE = { minMs: 1000, maxMs: 60_000 };

export interface WarmTickersDeps {
  readonly tickers: Pick<TickerService, "load" | "peek">;
  /** Resolves after `ms`, or immediately on stop. */
  readonly pause: (ms: number) => Promise<void>;
  readonly signal: AbortSignal;
}

/**
 * Loads the tickers before the first request, so that no request waits for the first query. Retries with
 * growing pauses until a list is known; replicas that start together share one query, as they do for
 * requests.
 */
export async function warmTickers({ tickers, pause, signal }: WarmTickersDeps): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    if (signal.aborted) return;
    await tickers.load();
    // The result of the load is not enough: a list that an announcement overtakes is not kept.
    if (tickers.peek().kind === "tickers") return;
    await pause(backoffMs(attempt, ATTEMPT_PAUSE));
    // A request may have loaded them in between.
    if (tickers.peek().kind === "tickers") return;
  }
}
