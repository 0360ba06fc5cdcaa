import diagnostics from "node:diagnostics_channel";
import { type DiagLogger, diag } from "@opentelemetry/api";
import { ExportResultCode } from "@opentelemetry/core";
import type { PushMetricExporter } from "@opentelemetry/sdk-metrics";
import type { Log } from "./log.ts";

/** The diagnostics channel on which the runtimes publish each answer to a request of `node:http`. */
const RESPONSE_CHANNEL = "http.client.response.finish";
const EXPORTER_USER_AGENT = /\bOTel-OTLP-Exporter\b/;

interface HttpAnswer {
  readonly request?: { getHeader(name: string): unknown };
  readonly response?: {
    readonly statusCode?: number;
    readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  };
}

/**
 * Observes the answers of collectors. The SDK retries after some answers and does not expose their status, so the
 * status is read from the HTTP response. The number of rejected items is read from the messages of the SDK.
 *
 * @returns a stop function
 */
export function watchExports(failures: ExportFailures): () => void {
  const onAnswer = (message: unknown): void => {
    const { request, response } = message as HttpAnswer;
    if (response === undefined || !EXPORTER_USER_AGENT.test(String(request?.getHeader("user-agent") ?? "")))
      return;
    const contentType = String(response.headers["content-type"] ?? "");
    failures.reportAnswer({ status: response.statusCode ?? 0, contentType });
  };
  diagnostics.subscribe(RESPONSE_CHANNEL, onAnswer);
  diag.setLogger(createPartialSuccessLogger(failures), { suppressOverrideMessage: true });
  return () => {
    diagnostics.unsubscribe(RESPONSE_CHANNEL, onAnswer);
    diag.disable();
  };
}

/** Makes a logger that reads only numbers of rejected items, because the text of a message may contain the endpoint. */
function createPartialSuccessLogger({ reportRejection }: ExportFailures): DiagLogger {
  const ignore = (): undefined => undefined;
  const warn = (_message: string, ...details: readonly unknown[]): void => {
    for (const detail of details) {
      const partial = parsePartialSuccess(detail);
      const spans = Number(partial.rejectedSpans ?? 0);
      const points = Number(partial.rejectedDataPoints ?? 0);
      if (spans > 0) reportRejection({ count: spans, of: "spans" });
      if (points > 0) reportRejection({ count: points, of: "data points" });
    }
  };
  return { debug: ignore, error: ignore, info: ignore, verbose: ignore, warn };
}

interface PartialSuccess {
  readonly rejectedSpans?: unknown;
  readonly rejectedDataPoints?: unknown;
}

const PARTIAL_SUCCESS_LENGTH_MAX = 10_000;

function parsePartialSuccess(detail: unknown): PartialSuccess {
  if (typeof detail !== "string" || !detail.startsWith("{") || detail.length > PARTIAL_SUCCESS_LENGTH_MAX)
    return {};
  try {
    return Object(JSON.parse(detail)) as PartialSuccess;
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

/** Reports the error of each failed export of metrics; the reader of the SDK would report only the error's message. */
export function withFailureReports(
  exporter: PushMetricExporter,
  { reportFailure }: ExportFailures,
): PushMetricExporter {
  const send = exporter.export.bind(exporter);
  exporter.export = (metrics, done) =>
    send(metrics, (result) => {
      if (result.code === ExportResultCode.FAILED) reportFailure(result.error);
      done(result);
    });
  return exporter;
}

/**
 * The shortest time between two log lines about failed exports. Without a collector, exports fail every few seconds.
 */
const LOG_PAUSE_MS = 60_000;

const ERROR_CODE = /^[A-Z_]{2,40}$/;
/** The media types of OTLP over HTTP; some collectors set no media type for an empty body. */
const OTLP_CONTENT = /^(?:$|application\/(?:json|x-protobuf|protobuf)\b)/i;
const CONTENT_TYPE = /^[\w.+-]+\/[\w.+-]+/;

interface ExportFailures {
  reportFailure(error: unknown): void;
  /** Reports an answer of the collector to one attempt of an export. */
  reportAnswer(answer: { readonly status: number; readonly contentType: string }): void;
  /** Reports that the collector has rejected a part of an export. */
  reportRejection(what: { readonly count: number; readonly of: "data points" | "spans" }): void;
}

/**
 * Logs failed exports, at most one in `LOG_PAUSE_MS`. The logged reason is an error code or a status, because an error
 * message may contain data or the endpoint.
 *
 * After failed retries, the error of the SDK has no code: then the reason is the status of the collector's
 * last answer. A rejection in a successful answer is logged once for each kind.
 */
export function createExportFailures(log: Log, nowMs: () => number): ExportFailures {
  const logged = new Set<string>();
  let failedAtMs = Number.NEGATIVE_INFINITY;
  let refusal: string | undefined;

  function logOnce(reason: string): void {
    // The numbers in a reason vary, so only the rest of its text is compared.
    const kind = reason.replaceAll(/[0-9]+/g, "");
    if (logged.has(kind)) return;
    logged.add(kind);
    log.warn({ reason }, "Telemetry lost: rejected by the collector");
  }

  return {
    reportFailure(error) {
      if (nowMs() - failedAtMs < LOG_PAUSE_MS) return;
      failedAtMs = nowMs();
      log.warn({ reason: describeFailureReason(error, refusal) }, "Telemetry not sent: the export failed");
    },
    reportAnswer({ status, contentType }) {
      refusal = status > 299 ? `HTTP ${status}` : undefined;
      if (refusal !== undefined || OTLP_CONTENT.test(contentType)) return;
      // The answer may be the HTML page of a proxy, or from a server that is not a collector.
      const type = CONTENT_TYPE.exec(contentType)?.[0].slice(0, 60) ?? "no content type";
      logOnce(`HTTP ${status} with ${type}, not OTLP`);
    },
    reportRejection: ({ count, of }) => logOnce(`${count} ${of} rejected`),
  };
}

function describeFailureReason(error: unknown, refusal: string | undefined): string {
  const { code } = Object(error) as { readonly code?: unknown };
  if (typeof code === "number") return `HTTP ${code}`;
  if (typeof code === "string" && ERROR_CODE.test(code)) return code;
  return refusal ?? (error instanceof Error ? error.name : "unknown");
}
