import { trace } from "@opentelemetry/api";
import { type DestinationStream, type Logger, pino, stdTimeFunctions } from "pino";
import pretty from "pino-pretty";
import type { Settings } from "../settings/settings.ts";

/** A structured logger; only plain fields go in, never an error object, whose properties may hold values of the cache. */
export type Log = Logger;

/**
 * Makes the logger of this process: one JSON object a line on standard output, or lines for people.
 *
 * @param destination elsewhere than standard output
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
  if (logFormat === "json") return destination === undefined ? pino(options) : pino(options, destination);
  const target = destination === undefined ? {} : { destination };
  return pino(options, pretty({ sync: true, singleLine: true, translateTime: "SYS:HH:MM:ss.l", ...target }));
}

/** Says how many lines are missing, where they are missing. */
export function lineOfDropped(lines: number): string {
  const fields = { level: "warn", time: new Date().toISOString(), lines, msg: "Log lines dropped" };
  return `${JSON.stringify(fields)}\n`;
}

/** Names the span under way, so that a line is found from its trace and the trace from the line. */
function spanFields(): Record<string, string> {
  const span = trace.getActiveSpan()?.spanContext();
  return span === undefined ? {} : { trace_id: span.traceId, span_id: span.spanId };
}
