import type { Log } from "./log.ts";

/** A collector that is down fails every few seconds: that is told so often at most. */
const TOLD_AGAIN_AFTER_MS = 60_000;

const CODE = /^[A-Z_]{2,40}$/;

/** Logs that telemetry could not be sent, now and then, by a code: a message may hold what was sent, or to whom. */
export function createExportFailures(log: Log, nowMs: () => number): (error: unknown) => void {
  let toldAtMs = Number.NEGATIVE_INFINITY;
  return (error) => {
    if (nowMs() - toldAtMs < TOLD_AGAIN_AFTER_MS) return;
    toldAtMs = nowMs();
    log.warn({ reason: reasonOf(error) }, "Telemetry not sent: the service goes on without it");
  };
}

function reasonOf(error: unknown): string {
  const { code } = Object(error) as { readonly code?: unknown };
  if (typeof code === "number") return `HTTP ${code}`;
  if (typeof code === "string" && CODE.test(code)) return code;
  return error instanceof Error ? error.name : "unknown";
}
