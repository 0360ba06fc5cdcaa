import * as v from "valibot";
import { CACHE_ERROR_CODES } from "../../../ports/cache-port.ts";
import { DATABASE_ERROR_CODES } from "../../../ports/database-port.ts";
import { VERSION } from "../../settings/version.ts";
import { READINESS_WARNINGS } from "../../status/readiness.ts";
import { countOf, EXAMPLE_HASH, hashSchema, secondsSchema, timestampSchema } from "./answer-fields.ts";
import type { RouteSpec } from "./route-spec.ts";

const healthSchema = v.object({ status: v.literal("ok") });

const absentSchema = v.object({ state: v.literal("absent") });

export const generationSchema = v.pipe(
  v.nullable(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
  v.description("The signed generation; null for a catalog without a manifest."),
);

const catalogComponentSchema = v.variant("state", [
  absentSchema,
  v.object({
    state: v.literal("active"),
    hash: hashSchema,
    generation: generationSchema,
    source: v.picklist(["cache", "disk"]),
    views: countOf("How many there are."),
    activatedAt: timestampSchema,
  }),
]);

const cacheComponentSchema = v.object({
  backend: v.picklist(["local", "redis"]),
  state: v.picklist(["down", "up"]),
  reason: v.optional(
    v.pipe(v.picklist(CACHE_ERROR_CODES), v.description("What the last failure was, while it is down.")),
  ),
  breaker: v.picklist(["closed", "half-open", "open"]),
});

const tickersComponentSchema = v.variant("state", [
  absentSchema,
  v.object({
    state: v.pipe(
      v.picklist(["expired", "fresh", "stale"]),
      v.description(
        "`expired`: nobody has asked since its TTL; `stale`: the database was asked, and failed.",
      ),
    ),
    source: v.picklist(["cache", "database"]),
    count: countOf("How many there are."),
    ageSeconds: secondsSchema,
  }),
]);

const databaseComponentSchema = v.object({
  state: v.pipe(
    v.picklist(["down", "unknown", "up"]),
    v.description(
      "How its last call ended; `unknown` before the first. It is asked twice a minute at least.",
    ),
  ),
  reason: v.optional(
    v.pipe(v.picklist(DATABASE_ERROR_CODES), v.description("What the last failure was, while it is down.")),
  ),
});

/** The state of each part of the service. */
export const componentsSchema = v.object({
  catalog: catalogComponentSchema,
  cache: cacheComponentSchema,
  database: databaseComponentSchema,
  tickers: tickersComponentSchema,
});

/** The version that answers, so that a rolling deploy can be observed. */
export const versionSchema = v.pipe(v.string(), v.description("The version of the service."));

const readinessSchema = v.object({
  status: v.picklist(["degraded", "ready"]),
  version: versionSchema,
  warnings: v.optional(
    v.pipe(
      v.array(v.picklist(READINESS_WARNINGS)),
      v.description(
        "What is wrong although it can be asked, if anything is. `disk_refused`: the catalog on disk was not taken; `disk_differs`: " +
          "it is another one than is served; `fleet_diverges`: a replica does not serve the published catalog; `database_down`: the " +
          "database does not answer.",
      ),
    ),
  ),
  components: componentsSchema,
});

export const OPERATIONS_SCHEMAS = {
  CacheComponent: cacheComponentSchema,
  CatalogComponent: catalogComponentSchema,
  Components: componentsSchema,
  DatabaseComponent: databaseComponentSchema,
  Health: healthSchema,
  Readiness: readinessSchema,
  TickersComponent: tickersComponentSchema,
};

const EXAMPLE_COMPONENTS: v.InferOutput<typeof componentsSchema> = {
  catalog: {
    state: "active",
    hash: EXAMPLE_HASH,
    generation: 7,
    source: "cache",
    views: 8,
    activatedAt: "2026-01-31T12:00:00.000Z",
  },
  cache: { backend: "redis", state: "up", breaker: "closed" },
  database: { state: "up" },
  tickers: { state: "fresh", source: "database", count: 320, ageSeconds: 12 },
};

export const SHOW_HEALTH = {
  method: "get",
  path: "/healthz",
  operationId: "showHealth",
  tag: "Operations",
  summary: "Whether the process lives",
  description:
    "Liveness probe: 200 as long as the process can answer. It depends on neither Redis, the database nor a catalog.",
  answers: {
    200: { description: "It does.", schema: healthSchema, examples: { ok: { value: { status: "ok" } } } },
  },
  problems: [],
} as const satisfies RouteSpec;

export const SHOW_READINESS = {
  method: "get",
  path: "/readyz",
  operationId: "showReadiness",
  tag: "Operations",
  summary: "Whether it can be asked, and the state of its parts",
  description:
    "Readiness probe: 200 once a verified catalog is active, and 503 before that and while the service stops. The body has the state of each component.",
  answers: {
    200: {
      description: "A verified catalog is active. Without Redis the service is `degraded`, and goes on.",
      schema: readinessSchema,
      examples: {
        ready: {
          value: {
            status: "ready",
            version: VERSION,
            warnings: ["disk_differs"],
            components: EXAMPLE_COMPONENTS,
          },
        },
        degraded: {
          summary: "While Redis does not answer",
          value: {
            status: "degraded",
            version: VERSION,
            components: {
              ...EXAMPLE_COMPONENTS,
              cache: { backend: "redis", state: "down", reason: "unavailable", breaker: "open" },
              tickers: { state: "absent" },
            },
          },
        },
      },
    },
  },
  problems: ["internal_error", "not_ready"],
} as const satisfies RouteSpec;

export const SHOW_METRICS = {
  method: "get",
  path: "/metrics",
  operationId: "showMetrics",
  tag: "Operations",
  summary: "Metrics for Prometheus",
  description: "The answer is `text/plain` and not JSON: clients must read it as text.",
  answers: {
    200: {
      description: "Version 0.0.4 of Prometheus' text format.",
      mediaType: "text/plain",
      schema: v.string(),
      examples: {
        metrics: { value: "# TYPE mosaic_catalog_views gauge\nmosaic_catalog_views 8\n" },
      },
    },
  },
  problems: ["internal_error"],
} as const satisfies RouteSpec;
