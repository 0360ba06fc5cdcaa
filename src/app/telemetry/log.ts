import { createRequire } from "node:module";
import { type DestinationStream, type Logger, pino, stdTimeFunctions } from "pino";
import { makeJsonVisible, makeTextVisible } from "../../lib/visible-text.ts";
import type { Settings } from "../settings/settings.ts";

const require = createRequire(import.meta.url);

/**
 * A structured logger. Log only plain fields, because properties of an error object may contain values of the cache.
 */
export type Log = Logger;

/**
 * Makes the logger of this process. It writes a JSON object on each line of standard output, or readable text.
 *
 * @param destination replaces standard output
 */
export function createLog(
  { logLevel, logFormat }: Pick<Settings, "logFormat" | "logLevel">,
  destination?: DestinationStream,
): Log {
  const options = {
    level: logLevel,
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    mixin: readSpanFields,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  if (logFormat === "json") {
    const jsonOptions = { ...options, hooks: { streamWrite: escapeNonAscii } };
    return destination === undefined ? pino(jsonOptions) : pino(jsonOptions, destination);
  }
  const target = destination === undefined ? {} : { destination };
  // Loaded only for the text format, because the formatter has more modules than the logger.
  const pretty: typeof import("pino-pretty") = require("pino-pretty");
  const textOptions = { ...options, hooks: { streamWrite: makeLineVisible } };
  return pino(
    textOptions,
    pretty({ sync: true, singleLine: true, translateTime: "SYS:HH:MM:ss.l", ...target }),
  );
}

const NON_ASCII_CHARACTER = /[\x7f-\uffff]/;

/** Escapes the control characters of terminals that JSON does not escape; most lines are returned unchanged. */
function escapeNonAscii(line: string): string {
  return NON_ASCII_CHARACTER.test(line) ? makeJsonVisible(line) : line;
}

/**
 * Escapes a log line for the formatter, which prints the message unchanged, and the fields with the escapes
 * of JSON only.
 */
function makeLineVisible(line: string): string {
  if (!line.includes("\\") && !NON_ASCII_CHARACTER.test(line)) return line;
  const { msg, ...fields } = JSON.parse(line) as Readonly<Record<string, unknown>>;
  const text = typeof msg === "string" ? { msg: makeTextVisible(msg) } : {};
  return `${JSON.stringify({ ...(makeFieldVisible(fields) as object), ...text })}\n`;
}

const NOT_ESCAPED_BY_JSON = /[ -\uffff]+/g;

function makeFieldVisible(value: unknown): unknown {
  if (typeof value === "string") return value.replaceAll(NOT_ESCAPED_BY_JSON, makeTextVisible);
  if (Array.isArray(value)) return value.map(makeFieldVisible);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => [makeFieldVisible(key) as string, makeFieldVisible(field)]),
  );
}

/** Formats the log line that replaces dropped lines. */
export function formatDroppedLines(lines: number): string {
  const fields = { level: "warn", time: new Date().toISOString(), lines, msg: "Log lines dropped" };
  return `${JSON.stringify(fields)}\n`;
}

/** The global under which OpenTelemetry registers an SDK; without an SDK, no span is active. */
const SDK_REGISTRATION = Symbol.for("opentelemetry.js.api.1");

/** Adds the ids of the active span, which connect log lines and traces. */
function readSpanFields(): Record<string, string> {
  if (!(SDK_REGISTRATION in globalThis)) return {};
  const { trace }: typeof import("@opentelemetry/api") = require("@opentelemetry/api");
  const span = trace.getActiveSpan()?.spanContext();
  return span === undefined ? {} : { trace_id: span.traceId, span_id: span.spanId };
}
