import * as v from "valibot";
import { NOT_MODIFIED, type RouteSpec } from "./route-spec.ts";

export const SHOW_CONSOLE = {
  method: "get",
  path: "/",
  operationId: "showConsole",
  tag: "Reference",
  summary: "The console: the catalog and the service's state in a browser",
  answers: {
    200: {
      description: "A page for browsers.",
      headers: ["ETag"],
      mediaType: "text/html",
      schema: v.string(),
    },
    304: NOT_MODIFIED,
  },
  problems: ["internal_error"],
} as const satisfies RouteSpec;

export const FOLLOW_EVENTS = {
  method: "get",
  path: "/events",
  operationId: "followEvents",
  tag: "Operations",
  summary: "The state of this replica, and each change of it, as it happens",
  answers: {
    200: {
      description: "Server-sent events: `state` at once and after each change, with JSON as its data.",
      mediaType: "text/event-stream",
      schema: v.string(),
      examples: { state: { value: 'event: state\ndata: {"status":"ready"}\n\n' } },
    },
  },
  problems: ["internal_error", "not_ready"],
} as const satisfies RouteSpec;
