import type { Log } from "./log.ts";

/** A collector that is down fails every few seconds: the shortest time between log lines about it. */
const REPEATED_AFTER_MS = 60_000;

const CODE = /^[A-Z_]{2,40}$/;
/** The media types of OTLP over HTTP; some collectors set none for an empty body. */
const OTLP_CONTENT = /^(?:$|application\/(?:json|x-protobuf|protobuf)\b)/i;
const CONTENT_TYPE = /^[\w.+-]+\/[\w.+-]+/;

/** Where failures of an export are reported. */
export interface ExportFailures {
  /** An export was given up. */
  failed(error: unknown): void;
  /** The collector has answered one attempt of an export. */
  answered(answer: { readonly status: number; readonly contentType: string }): void;
  /** The collector has accepted an export only in part. */
  rejected(what: { readonly count: number; readonly of: "data points" | "spans" }): void;
}

/**
 * Logs at intervals that telemetry could not be sent, by a code or a status: a message may contain the sent
 * data, or the endpoint.
 *
 * The SDK retries temporary refusals of a collector, and then reports only that it gave up: the status of the
 * last answer has the reason. Data that is accepted with status 200 but dropped by the collector is logged
 * once.
 */
export function createExportFailures(log: Log, nowMs: () => number): ExportFailures {
  const told = new Set<string>();
  let failedAtMs = Number.NEGATIVE_INFINITY;
  let refusal: string | undefined;

  function tellOnce(reason: string): void {
    // Details that vary by answer are no news: only another kind is.
    const kind = reason.replaceAll(/[0-9]+/g, "");
    if (told.has(kind)) return;
    told.add(kind);
    log.warn({ reason }, "Telemetry lost: the collector did not take it");
  }

  return {
    failed(error) {
      if (nowMs() - failedAtMs < REPEATED_AFTER_MS) return;
      failedAtMs = nowMs();
      log.warn({ reason: reasonOf(error, refusal) }, "Telemetry not sent: the service goes on without it");
    },
    answered({ status, contentType }) {
      refusal = status > 299 ? `HTTP ${status}` : undefined;
      if (refusal !== undefined || OTLP_CONTENT.test(contentType)) return;
      // An HTML page of a proxy, or a server that is no collector.
      const type = CONTENT_TYPE.exec(contentType)?.[0].slice(0, 60) ?? "no content type";
      tellOnce(`HTTP ${status} with ${type}, which is no OTLP`);
    },
    rejected: ({ count, of }) => tellOnce(`${count} ${of} rejected`),
  };
}

function reasonOf(error: unknown, refusal: string | undefined): string {
  const { code } = Object(error) as { readonly code?: unknown };
  if (typeof code === "number") return `HTTP ${code}`;
  if (typeof code === "string" && CODE.test(code)) return code;
  return refusal ?? (error instanceof Error ? error.name : "unknown");
}
