import type { CacheErrorCode } from "../ports/cache-port.ts";

/** Whether the shared cache answers, as its last operation told. */
export interface CacheStatus {
  readonly backend: "local" | "redis";
  readonly up: boolean;
  /** Why it is down. */
  readonly reason?: CacheErrorCode;
}

export interface CacheStatusTracker {
  current(): CacheStatus;
  record(result: CacheErrorCode | "ok"): void;
}

/** These tell of the caller or of the value, not of the server. */
const NEUTRAL: ReadonlySet<string> = new Set<CacheErrorCode>(["aborted", "closed", "too-large"]);

/** @param onChange called when the cache goes down or comes back, not at every operation */
export function createCacheStatusTracker(
  backend: CacheStatus["backend"],
  onChange: (status: CacheStatus) => void,
): CacheStatusTracker {
  let status: CacheStatus = { backend, up: true };
  return {
    current: () => status,
    record(result) {
      if (NEUTRAL.has(result)) return;
      const up = result === "ok";
      const changed = up !== status.up;
      status = up ? { backend, up } : { backend, up, reason: result };
      if (changed) onChange(status);
    },
  };
}
