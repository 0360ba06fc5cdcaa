import * as v from "valibot";
import { replicaRecordSchema } from "../../../domain/fleet/replica-record.ts";
import {
  createCountSchema,
  createTextSchema,
  EXAMPLE_HASH,
  hashSchema,
  secondsSchema,
} from "./field-schemas.ts";
import { cacheComponentSchema } from "./operations-api.ts";
import { ADMIN_PROBLEMS, type RouteSpec } from "./route-spec.ts";

const { schema: _, ...replicaEntries } = replicaRecordSchema.entries;

const replicaSchema = v.object({
  ...replicaEntries,
  divergent: v.pipe(
    v.boolean(),
    v.description("Whether the replica serves another catalog than the published one."),
  ),
});

const fleetSchema = v.object({
  self: createTextSchema("Id of the answering replica."),
  shared: v.pipe(
    v.boolean(),
    v.description("Whether the shared cache was read; if not, only the answering replica is listed."),
  ),
  hash: v.pipe(v.nullable(hashSchema), v.description("Hash of the published catalog.")),
  diverging: createCountSchema("Number of replicas that do not serve the published catalog."),
  replicas: v.array(replicaSchema),
  lost: v.pipe(
    v.array(
      v.object({
        id: replicaEntries.id,
        name: replicaEntries.name,
        since: v.pipe(v.string(), v.isoTimestamp()),
      }),
    ),
    v.description(
      "Replicas that vanished within the last hour: their heartbeats ended without a stop. `since` is the time of the last heartbeat. At most the five newest.",
    ),
  ),
  lastSeen: v.optional(
    v.pipe(
      v.object({ ageSeconds: secondsSchema, replicas: v.array(v.object(replicaEntries)) }),
      v.description("Last known state of the other replicas; only present while Redis is down."),
    ),
  ),
  outage: v.optional(
    v.pipe(
      v.object({
        reason: cacheComponentSchema.entries.reason,
        fault: cacheComponentSchema.entries.fault,
        advice: cacheComponentSchema.entries.advice,
        address: v.optional(
          createTextSchema("Address of the Redis server that does not answer, without user and password."),
        ),
      }),
      v.description("Why Redis does not answer this replica; only present while it does not."),
    ),
  ),
});

export const REPLICA_SCHEMAS = { Fleet: fleetSchema, Replica: replicaSchema };

export const LIST_REPLICAS = {
  method: "get",
  path: "/admin/replicas",
  operationId: "listReplicas",
  tag: "Administration",
  summary: "List the live replicas and what each serves",
  description:
    "One entry for each replica whose heartbeat has not expired. Without Redis, only the replica that answers is listed, with `shared: false`.",
  isAdmin: true,
  answers: {
    200: {
      description:
        "The replicas that are registered in Redis. Older versions do not report `generation`, `name` and `disk`; `disk` is present while the catalog on a replica's disk is refused.",
      schema: fleetSchema,
      examples: {
        fleet: {
          value: {
            self: "pod-1-0a1b2c3d",
            shared: true,
            hash: EXAMPLE_HASH,
            diverging: 0,
            replicas: [
              {
                id: "pod-1-0a1b2c3d",
                name: "web-1",
                version: "0.1.0",
                runtime: "node 24.0.0",
                startedAt: "2026-01-31T11:59:58.000Z",
                uptimeSeconds: 12,
                catalog: {
                  hash: EXAMPLE_HASH,
                  source: "cache",
                  views: 8,
                  revision: 3,
                  generation: 8,
                  ageSeconds: 5,
                },
                cache: { backend: "redis", state: "up" },
                tickers: null,
                disk: { reason: "invalid-catalog", since: "2026-01-31T11:59:59.000Z" },
                divergent: false,
              },
            ],
            lost: [{ id: "pod-2-4e5f6a7b", since: "2026-01-31T11:40:12.000Z" }],
          },
        },
      },
    },
  },
  problems: [...ADMIN_PROBLEMS],
} as const satisfies RouteSpec;
