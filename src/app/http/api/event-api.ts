import * as v from "valibot";
import { REFUSAL_REASONS } from "../../../domain/release/refusal-reasons.ts";
import { READINESS_WARNINGS } from "../../status/readiness.ts";
import { createCountSchema, createTextSchema, timestampSchema } from "./field-schemas.ts";
import { checksSchema, componentsSchema, SHOW_READINESS } from "./operations-api.ts";
import { diagnosticSchema } from "./problem-api.ts";
import { LANG_PARAMETER, type RouteSpec } from "./route-spec.ts";

const { pointer: _, frame: __, ...diagnosticEntries } = diagnosticSchema.entries;

const refusedCatalogSchema = v.object({
  at: v.pipe(timestampSchema, v.description("Time of the first refusal.")),
  reason: v.picklist(REFUSAL_REASONS),
  findings: v.pipe(
    v.array(
      v.object({ ...diagnosticEntries, file: createTextSchema("Path relative to the catalog folder.") }),
    ),
    v.description("The first diagnostics."),
  ),
  findingsTotal: createCountSchema("Number of all diagnostics."),
});

/** The data of a `state` event. */
export const stateEventSchema = v.object({
  status: v.picklist(["degraded", "not_ready", "ready"]),
  reasons: v.pipe(v.array(v.string()), v.description("Why the replica is not ready; empty if it is.")),
  warnings: v.optional(
    v.pipe(v.array(v.picklist(READINESS_WARNINGS)), v.description("As in the answer to `GET /readyz`.")),
  ),
  components: componentsSchema,
  checks: checksSchema,
  refusal: v.pipe(
    v.nullable(refusedCatalogSchema),
    v.description("The last refusal of the catalog on disk; null once a catalog is accepted."),
  ),
  fleetChanges: createCountSchema("Counter that increases when the list of replicas changes."),
});

export const EVENT_SCHEMAS = { StateEvent: stateEventSchema };

const { version: ___, ...EXAMPLE_READINESS } = SHOW_READINESS.answers[200].examples.ready.value;
const EXAMPLE_STATE = { ...EXAMPLE_READINESS, reasons: [], refusal: null, fleetChanges: 0 };

export const FOLLOW_EVENTS = {
  method: "get",
  path: "/events",
  operationId: "followEvents",
  tag: "Operations",
  summary: "Follow the state of this replica",
  description:
    "An endless stream of server-sent events, for `EventSource` or any stream reader. Every event is named " +
    "`state`; its `data` is one `StateEvent` as JSON on one line. Events have no ids. The first event is sent at " +
    "once, then one after each change. After 15 seconds without a change, a comment (`:`) is sent. `retry` makes clients " +
    "reconnect after 2 seconds. The limit is 100 streams for each replica. A stream whose client stops reading is closed; all are closed when the service stops.",
  query: { lang: LANG_PARAMETER },
  answers: {
    200: {
      description: "Server-sent events. The schema is that of the `data` of each `state` event.",
      mediaType: "text/event-stream",
      schema: stateEventSchema,
      examples: { state: { summary: "The data of one event", value: EXAMPLE_STATE } },
    },
  },
  problems: ["bad_request", "internal_error", "not_ready", "too_many_followers"],
} as const satisfies RouteSpec;
