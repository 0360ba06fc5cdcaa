import diagnostics from "node:diagnostics_channel";
import { type DiagLogger, diag } from "@opentelemetry/api";
import { ExportResultCode } from "@opentelemetry/core";
import type { PushMetricExporter } from "@opentelemetry/sdk-metrics";
import type { Log } from "./log.ts";

/** The diagnostics channel on which the runtimes publish each answer to a request of `node:http`. */
const ANSWERS = "http.client.response.finish";
const EXPORTER = /\bOTel-OTLP-Exporter\b/;

interface HttpAnswer {
  readonly request?: { getHeader(name: string): unknown };
  readonly response?: {
    readonly statusCode?: number;
    readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  };
}

/**
 * Observes the answers of collectors. The SDK exposes neither the status of an answer after which it retries,
 * nor that a collector rejected a part. The status is read from the responses, the rejected part from the
 * messages of the SDK.
 *
 * @returns a stop function
 */
export function watchExports(failures: ExportFailures): () => void {
  const onAnswer = (message: unknown): void => {
    const { request, response } = message as HttpAnswer;
    if (response === undefined || !EXPORTER.test(String(request?.getHeader("user-agent") ?? ""))) return;
    const contentType = String(response.headers["content-type"] ?? "");
    failures.answered({ status: response.statusCode ?? 0, contentType });
  };
  diagnostics.subscribe(ANSWERS, onAnswer);
  diag.setLogger(partialSuccessLogger(failures), { suppressOverrideMessage: true });
  return () => {
    diagnostics.unsubscribe(ANSWERS, onAnswer);
    diag.disable();
  };
}

/**
 * Only the number of rejected items is read from the messages of the SDK: their text may contain the
 * endpoint.
 */
function partialSuccessLogger({ rejected }: ExportFailures): DiagLogger {
  const ignore = (): undefined => undefined;
  const warn = (_message: string, ...details: readonly unknown[]): void => {
    for (const detail of details) {
      const partial = parsePartialSuccess(detail);
      const spans = Number(partial.rejectedSpans ?? 0);
      const points = Number(partial.rejectedDataPoints ?? 0);
      if (spans > 0) rejected({ count: spans, of: "spans" });
      if (points > 0) rejected({ count: points, of: "data points" });
    }
  };
  return { debug: ignore, error: ignore, info: ignore, verbose: ignore, warn };
}

interface PartialSuccess {
  readonly rejectedSpans?: unknown;
  readonly rejectedDataPoints?: unknown;
}

const PARTIAL_LENGTH_MAX = 10_000;

function parsePartialSuccess(detail: unknown): PartialSuccess {
  if (typeof detail !== "string" || !detail.startsWith("{") || detail.length > PARTIAL_LENGTH_MAX) return {};
  try {
    return Object(JSON.parse(detail)) as PartialSuccess;
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

/** Reports the error of a failed export of metrics: the reader of the SDK passes on only its message. */
export function withFailures(exporter: PushMetricExporter, { failed }: ExportFailures): PushMetricExporter {
  const send = exporter.export.bind(exporter);
  exporter.export = (metrics, done) =>
    send(metrics, (result) => {
      if (result.code === ExportResultCode.FAILED) failed(result.error);
      done(result);
    });
  return exporter;
}

/**
 * The shortest time between log lines about failed exports: if the collector is down, one fails every few
 * seconds.
 */
const REPEATED_AFTER_MS = 60_000;

const CODE = /^[A-Z_]{2,40}$/;
/** The media types of OTLP over HTTP; some collectors set none for an empty body. */
const OTLP_CONTENT = /^(?:$|application\/(?:json|x-protobuf|protobuf)\b)/i;
const CONTENT_TYPE = /^[\w.+-]+\/[\w.+-]+/;

/** Where failures of an export are reported. */
interface ExportFailures {
  /** An export was given up. */
  failed(error: unknown): void;
  /** The collector has answered one attempt of an export. */
  answered(answer: { readonly status: number; readonly contentType: string }): void;
  /** The collector has accepted an export only in part. */
  rejected(what: { readonly count: number; readonly of: "data points" | "spans" }): void;
}

/**
 * Logs at intervals that telemetry could not be sent, with an error code or a status; an error message may
 * contain the sent data or the endpoint.
 *
 * The SDK retries temporary refusals of a collector, and finally reports only that it gave up: the reason is
 * the status of the last answer. Data that a collector dropped despite status 200 is logged once.
 */
export function createExportFailures(log: Log, nowMs: () => number): ExportFailures {
  const logged = new Set<string>();
  let failedAtMs = Number.NEGATIVE_INFINITY;
  let refusal: string | undefined;

  function logOnce(reason: string): void {
    // Digits vary from answer to answer: only another text is logged again.
    const kind = reason.replaceAll(/[0-9]+/g, "");
    if (logged.has(kind)) return;
    logged.add(kind);
    log.warn({ reason }, "Telemetry lost: rejected by the collector");
  }

  return {
    failed(error) {
      if (nowMs() - failedAtMs < REPEATED_AFTER_MS) return;
      failedAtMs = nowMs();
      log.warn({ reason: reasonOf(error, refusal) }, "Telemetry not sent: the export failed");
    },
    answered({ status, contentType }) {
      refusal = status > 299 ? `HTTP ${status}` : undefined;
      if (refusal !== undefined || OTLP_CONTENT.test(contentType)) return;
      // An HTML page of a proxy, or a server that is no collector.
      const type = CONTENT_TYPE.exec(contentType)?.[0].slice(0, 60) ?? "no content type";
      logOnce(`HTTP ${status} with ${type}, not OTLP`);
    },
    rejected: ({ count, of }) => logOnce(`${count} ${of} rejected`),
  };
}

function reasonOf(error: unknown, refusal: string | undefined): string {
  const { code } = Object(error) as { readonly code?: unknown };
  if (typeof code === "number") return `HTTP ${code}`;
  if (typeof code === "string" && CODE.test(code)) return code;
  return refusal ?? (error instanceof Error ? error.name : "unknown");
}
