import { createRequire } from "node:module";
import { type DestinationStream, type Logger, pino, stdTimeFunctions } from "pino";
import { visibleJson, visibleText } from "../../lib/visible-text.ts";
import type { Settings } from "../settings/settings.ts";

const require = createRequire(import.meta.url);

/**
 * A structured logger. Log plain fields only, never an error object: its properties may contain values of the
 * cache.
 */
export type Log = Logger;

/**
 * Makes the logger of this process: one JSON object per line on standard output, or human-readable lines.
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
    mixin: spanFields,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  if (logFormat === "json") {
    const asJson = { ...options, hooks: { streamWrite: escapedLine } };
    return destination === undefined ? pino(asJson) : pino(asJson, destination);
  }
  const target = destination === undefined ? {} : { destination };
  // Loaded on demand: only a terminal needs it, and it has more modules than the logger itself.
  const pretty: typeof import("pino-pretty") = require("pino-pretty");
  const asText = { ...options, hooks: { streamWrite: visibleLine } };
  return pino(asText, pretty({ sync: true, singleLine: true, translateTime: "SYS:HH:MM:ss.l", ...target }));
}

const NOT_ASCII = /[\x7f-\uffff]/;

/** Escapes the terminal control characters that JSON need not escape; most lines have none. */
function escapedLine(line: string): string {
  return NOT_ASCII.test(line) ? visibleJson(line) : line;
}

/** Escapes the strings of a log line: the formatter prints the message unchanged and the fields as JSON. */
function visibleLine(line: string): string {
  if (!line.includes("\\") && !NOT_ASCII.test(line)) return line;
  const { msg, ...fields } = JSON.parse(line) as Readonly<Record<string, unknown>>;
  const text = typeof msg === "string" ? { msg: visibleText(msg) } : {};
  return `${JSON.stringify({ ...(visibleField(fields) as object), ...text })}\n`;
}

const NOT_ESCAPED_BY_JSON = /[ -\uffff]+/g;

function visibleField(value: unknown): unknown {
  if (typeof value === "string") return value.replaceAll(NOT_ESCAPED_BY_JSON, visibleText);
  if (Array.isArray(value)) return value.map(visibleField);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => [visibleField(key) as string, visibleField(field)]),
  );
}

/** A log line with the number of dropped lines, written in their place. */
export function lineOfDropped(lines: number): string {
  const fields = { level: "warn", time: new Date().toISOString(), lines, msg: "Log lines dropped" };
  return `${JSON.stringify(fields)}\n`;
}

/** The symbol under which the API of OpenTelemetry registers an SDK; without one, no span is active. */
const REGISTERED = Symbol.for("opentelemetry.js.api.1");

/** Adds the ids of the active span, which connect log lines and traces. */
function spanFields(): Record<string, string> {
  if (!(REGISTERED in globalThis)) return {};
  const { trace }: typeof import("@opentelemetry/api") = require("@opentelemetry/api");
  const span = trace.getActiveSpan()?.spanContext();
  return span === undefined ? {} : { trace_id: span.traceId, span_id: span.spanId };
}
