import {
  context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import { BroadcastError } from "../../ports/broadcast-port.ts";
import type { FleetTrace } from "../fleet/fleet-trace.ts";
import { formatTraceparent, parseTraceparent } from "./traceparent.ts";

/**
 * Connects the work after an announcement with its cause on another replica: the spans are in the trace of
 * the announcement, and linked to the span that sent it.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/
 */
export function createFleetSpans(tracer: Tracer): FleetTrace {
  return {
    announcing(kind, send) {
      if (trace.getActiveSpan() === undefined) return send(undefined);
      const attributes = { "messaging.operation.type": "send", "mosaic.announcement": kind };
      const options = { kind: SpanKind.PRODUCER, attributes };
      return tracer.startActiveSpan("announcement send", options, (span) =>
        ending(span, () => send(formatTraceparent(span.spanContext()))),
      );
    },

    hearing({ kind, replica, traceparent }, work) {
      const sender = traceparent === undefined ? undefined : parseTraceparent(traceparent);
      if (sender === undefined) return work();
      const attributes = {
        "messaging.operation.type": "process",
        "mosaic.announcement": kind,
        "mosaic.announcement.from": replica,
      };
      const options = { kind: SpanKind.CONSUMER, attributes, links: [{ context: sender }] };
      // The span that was active when the message came is unrelated to it.
      const span = tracer.startSpan(
        "announcement process",
        options,
        trace.setSpanContext(ROOT_CONTEXT, sender),
      );
      return context.with(trace.setSpan(ROOT_CONTEXT, span), () => ending(span, work));
    },
  };
}

async function ending(span: Span, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    span.setAttribute("error.type", error instanceof BroadcastError ? error.code : "_OTHER");
    span.setStatus({ code: SpanStatusCode.ERROR });
    throw error;
  } finally {
    span.end();
  }
}
