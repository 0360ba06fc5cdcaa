import {
  context,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import { isTraceparent } from "../../domain/fleet/announcement.ts";
import { BroadcastError } from "../../ports/broadcast-port.ts";
import type { CatalogEvent } from "../catalog/events.ts";
import type { FleetTrace } from "../fleet/events.ts";
import { createRequestSpans } from "./request-spans.ts";
import type { ServiceSpans } from "./telemetry.ts";

export function createServiceSpans(tracer: Tracer, requestRatio = 1): ServiceSpans {
  return {
    startRequest: createRequestSpans(tracer, { ratio: requestRatio, random: Math.random }),
    fleet: createFleetSpans(tracer),
    onCatalogEvent(event) {
      if (event.kind === "activated") recordActivation(tracer, event);
    },
    withSpan: (name, task) => () =>
      tracer.startActiveSpan(name, async (span) => {
        try {
          return await task();
        } catch (error) {
          span.setStatus({ code: SpanStatusCode.ERROR });
          throw error;
        } finally {
          span.end();
        }
      }),
  };
}

function recordActivation(
  tracer: Tracer,
  { catalog, source, trigger, previousHash }: CatalogEvent & { readonly kind: "activated" },
): void {
  const attributes = {
    "mosaic.catalog.hash": catalog.hash,
    "mosaic.catalog.views": catalog.views.size,
    "mosaic.catalog.source": source,
    "mosaic.catalog.trigger": trigger,
    ...(previousHash === undefined ? {} : { "mosaic.catalog.previous_hash": previousHash }),
  };
  tracer.startSpan("catalog activate", { attributes }).end();
}

/**
 * Makes the spans of announcements. The span of a receipt is in the trace of the sender, and has a link to the span
 * that sent the announcement.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/
 */
function createFleetSpans(tracer: Tracer): FleetTrace {
  return {
    traceSend(kind, send) {
      if (trace.getActiveSpan() === undefined) return send(undefined);
      const attributes = { "messaging.operation.type": "send", "mosaic.announcement": kind };
      const options = { kind: SpanKind.PRODUCER, attributes };
      return tracer.startActiveSpan("announcement send", options, (span) =>
        endSpanAfter(span, () => send(formatTraceparent(span.spanContext()))),
      );
    },

    traceReceipt({ kind, replica, traceparent }, work) {
      const sender = traceparent === undefined ? undefined : parseTraceparent(traceparent);
      if (sender === undefined) return work();
      const attributes = {
        "messaging.operation.type": "process",
        "mosaic.announcement": kind,
        "mosaic.announcement.from": replica,
      };
      const options = { kind: SpanKind.CONSUMER, attributes, links: [{ context: sender }] };
      // The parent is the span of the sender. The active span here has nothing to do with the announcement.
      const span = tracer.startSpan(
        "announcement process",
        options,
        trace.setSpanContext(ROOT_CONTEXT, sender),
      );
      return context.with(trace.setSpan(ROOT_CONTEXT, span), () => endSpanAfter(span, work));
    },
  };
}

async function endSpanAfter(span: Span, work: () => Promise<void>): Promise<void> {
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

/** @see https://www.w3.org/TR/trace-context/#traceparent-header */
export function formatTraceparent({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-${(traceFlags & TraceFlags.SAMPLED) === 0 ? "00" : "01"}`;
}

/** Parses the span context of an announcement; undefined if it is invalid. */
export function parseTraceparent(text: string): SpanContext | undefined {
  if (!isTraceparent(text)) return undefined;
  const [, traceId = "", spanId = "", flags = ""] = text.split("-");
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & TraceFlags.SAMPLED, isRemote: true };
}
