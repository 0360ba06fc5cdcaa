import diagnostics from "node:diagnostics_channel";
import { type DiagLogger, diag } from "@opentelemetry/api";
import { ExportResultCode } from "@opentelemetry/core";
import type { PushMetricExporter } from "@opentelemetry/sdk-metrics";
import type { ExportFailures } from "./export-failures.ts";

/** What the runtimes publish about each answer to a request of `node:http`. */
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
 * nor that a collector has rejected a part: the first is read from the responses, the second from its own
 * messages.
 *
 * @returns a function that ends it
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
 * Its messages may contain the endpoint, and do not belong in this log: only the rejected count is taken from
 * them.
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

/** Provides why an export of metrics failed: the reader that started it passes on a text alone. */
export function withFailures(exporter: PushMetricExporter, { failed }: ExportFailures): PushMetricExporter {
  const send = exporter.export.bind(exporter);
  exporter.export = (metrics, done) =>
    send(metrics, (result) => {
      if (result.code === ExportResultCode.FAILED) failed(result.error);
      done(result);
    });
  return exporter;
}
