import { type SpanContext, TraceFlags } from "@opentelemetry/api";
import { isTraceparent } from "../../domain/fleet/announcement.ts";

/**
 * Writes a span's context as an announcement carries it.
 *
 * @see https://www.w3.org/TR/trace-context/#traceparent-header
 */
export function formatTraceparent({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-${(traceFlags & TraceFlags.SAMPLED) === 0 ? "00" : "01"}`;
}

/** Parses the context of a span in another process; undefined if it is invalid. */
export function parseTraceparent(text: string): SpanContext | undefined {
  if (!isTraceparent(text)) return undefined;
  const [, traceId = "", spanId = "", flags = ""] = text.split("-");
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & TraceFlags.SAMPLED, isRemote: true };
}
