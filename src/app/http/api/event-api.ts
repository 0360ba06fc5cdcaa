import * as v from "valibot";
import { REFUSAL_REASONS } from "../../../domain/release/refusal-reasons.ts";
import { READINESS_WARNINGS } from "../../status/readiness.ts";
import { countOf, textOf, timestampSchema } from "./answer-fields.ts";
import { checksSchema, componentsSchema, SHOW_READINESS } from "./operations-api.ts";
import { diagnosticSchema } from "./problem-api.ts";
import type { RouteSpec } from "./route-spec.ts";

const { pointer: _, frame: __, ...findingEntries } = diagnosticSchema.entries;

const refusedCatalogSchema = v.object({
  at: v.pipe(timestampSchema, v.description("When it was refused first.")),
  reason: v.picklist(REFUSAL_REASONS),
  findings: v.pipe(
    v.array(v.object({ ...findingEntries, file: textOf("The path inside the catalog's folder.") })),
    v.description("The first diagnostics."),
  ),
  findingsTotal: countOf("How many diagnostics there are."),
});

/** The data of a `state` event. */
export const stateEventSchema = v.object({
  status: v.picklist(["degraded", "not_ready", "ready"]),
  reasons: v.pipe(v.array(v.string()), v.description("Why it is not ready; else empty.")),
  warnings: v.optional(
    v.pipe(v.array(v.picklist(READINESS_WARNINGS)), v.description("As in the answer to `GET /readyz`.")),
  ),
  components: componentsSchema,
  checks: checksSchema,
  refusal: v.pipe(
    v.nullable(refusedCatalogSchema),
    v.description("The catalog on disk that was refused last, until one is accepted."),
  ),
  fleetChanges: countOf("Grows whenever the list of replicas changes."),
});

export const EVENT_SCHEMAS = { StateEvent: stateEventSchema };

const { version: ___, ...EXAMPLE_READINESS } = SHOW_READINESS.answers[200].examples.ready.value;
const EXAMPLE_STATE = { ...EXAMPLE_READINESS, reasons: [], refusal: null, fleetChanges: 0 };

export const FOLLOW_EVENTS = {
  method: "get",
  path: "/events",
  operationId: "followEvents",
  tag: "Operations",
  summary: "The state of this replica, and each change of it, as it happens",
  description:
    "A stream of server-sent events that does not end by itself: read it with `EventSource`, or as a stream. Every event is named " +
    "`state`, and its `data` is one `StateEvent` as JSON on one line; there are no other events and no ids. The first one comes at " +
    "once, the next ones after each change. Every 15 seconds without a change a comment (`:`) is sent. `retry` asks clients to " +
    "reconnect after 2 seconds. A replica takes 100 streams; it closes one whose client does not read, and all when it stops.",
  answers: {
    200: {
      description: "Server-sent events. The schema is that of the `data` of each `state` event.",
      mediaType: "text/event-stream",
      schema: stateEventSchema,
      examples: { state: { summary: "The data of one event", value: EXAMPLE_STATE } },
    },
  },
  problems: ["internal_error", "not_ready", "too_many_followers"],
} as const satisfies RouteSpec;
