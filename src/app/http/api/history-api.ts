import * as v from "valibot";
import { departureSchema, historyEntrySchema } from "../../../domain/fleet/history.ts";
import { EXAMPLE_HASH, entitySchema } from "./field-schemas.ts";
import { ADMIN_PROBLEMS, type RouteSpec } from "./route-spec.ts";

const historySchema = v.object({
  shared: v.pipe(
    v.boolean(),
    v.description(
      "Whether the shared cache answered. If not, only the entries that this replica knows are listed.",
    ),
  ),
  entries: v.pipe(v.array(historyEntrySchema), v.description("The newest first, at most 120.")),
  departed: v.pipe(
    v.array(departureSchema),
    v.description(
      "Replicas with entries that have stopped or vanished, and when each was last seen: its stop or its last heartbeat. A replica that `GET /admin/replicas` lists has returned.",
    ),
  ),
  absent: v.pipe(
    v.array(entitySchema),
    v.description(
      "Entities in the entries that this replica does not serve, such as those of removed views.",
    ),
  ),
});

export const HISTORY_SCHEMAS = { History: historySchema, HistoryEntry: historyEntrySchema };

export const SHOW_HISTORY = {
  method: "get",
  path: "/admin/history",
  operationId: "showHistory",
  tag: "Administration",
  summary: "What happened to the catalogs of the fleet, and why",
  description:
    "Activations, publications, reloads, refusals and repairs of all replicas. Redis keeps the newest 120 entries for 30 days after the last write; replicas write back entries that Redis has lost. Entries have the names of views, never their contents.",
  isAdmin: true,
  answers: {
    200: {
      description: "The history as Redis and this replica know it.",
      schema: historySchema,
      examples: {
        history: {
          value: {
            shared: true,
            entries: [
              {
                at: "2026-01-31T12:00:00.000Z",
                replica: "pod-1-0a1b2c3d",
                number: 3,
                kind: "activated",
                trigger: "reload",
                from: "0".repeat(64),
                to: EXAMPLE_HASH,
                added: 1,
                changed: 0,
                removed: 0,
                views: ["view_fiis_news"],
                reason: null,
                requestId: "a1B2c3D4e5F6.1000001",
              },
            ],
            absent: [],
            departed: [{ replica: "pod-2-4e5f6a7b", at: "2026-01-31T11:40:12.000Z" }],
          },
        },
      },
    },
  },
  problems: [...ADMIN_PROBLEMS],
} as const satisfies RouteSpec;
