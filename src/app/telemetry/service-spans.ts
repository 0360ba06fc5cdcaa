import { SpanStatusCode, type Tracer } from "@opentelemetry/api";
import type { CatalogEvent } from "../catalog/events.ts";
import type { FleetTrace } from "../fleet/fleet-trace.ts";
import { createFleetSpans } from "./fleet-spans.ts";
import { createRequestSpans, type StartRequestSpan } from "./request-spans.ts";
import type { Telemetry } from "./telemetry.ts";

/** The spans of a service that are not of its ports. */
export interface ServiceSpans {
  readonly startRequest: StartRequestSpan | undefined;
  readonly fleet: FleetTrace | undefined;
  /** A span for each activation, from every source. */
  catalogEvent(event: CatalogEvent): void;
  /** Puts each run of a task into a span. */
  around<Result>(name: string, task: () => Promise<Result>): () => Promise<Result>;
}

const NO_SPANS: ServiceSpans = {
  startRequest: undefined,
  fleet: undefined,
  catalogEvent: () => undefined,
  around: (_, task) => task,
};

export function createServiceSpans({ tracer, requestRatio = 1 }: Telemetry): ServiceSpans {
  if (tracer === undefined) return NO_SPANS;
  return {
    startRequest: createRequestSpans(tracer, { ratio: requestRatio, random: Math.random }),
    fleet: createFleetSpans(tracer),
    catalogEvent(event) {
      if (event.kind === "activated") recordActivation(tracer, event);
    },
    around: (name, task) => () =>
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
  { catalog, origin, trigger, previousHash }: CatalogEvent & { readonly kind: "activated" },
): void {
  const attributes = {
    "mosaic.catalog.hash": catalog.hash,
    "mosaic.catalog.views": catalog.views.size,
    "mosaic.catalog.source": origin,
    "mosaic.catalog.trigger": trigger,
    ...(previousHash === undefined ? {} : { "mosaic.catalog.previous_hash": previousHash }),
  };
  tracer.startSpan("catalog activate", { attributes }).end();
}
