import * as v from "valibot";
import { CACHE_BACKENDS } from "../../../domain/fleet/replica-record.ts";
import { CACHE_ERROR_CODES, CACHE_FAULTS } from "../../../ports/cache-port.ts";
import { DATABASE_ERROR_CODES } from "../../../ports/database-port.ts";
import { VERSION } from "../../settings/version.ts";
import { CHECK_CODES, type CheckName } from "../../status/checks.ts";
import { READINESS_WARNINGS } from "../../status/readiness.ts";
import {
  createCountSchema,
  createTextSchema,
  EXAMPLE_HASH,
  hashSchema,
  secondsSchema,
  timestampSchema,
} from "./field-schemas.ts";
import type { RouteSpec } from "./route-spec.ts";

const healthSchema = v.object({ status: v.literal("ok") });

const absentStateSchema = v.object({ state: v.literal("absent") });

export const generationSchema = v.pipe(
  v.nullable(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
  v.description("The signed generation; null for a catalog without a manifest."),
);

const catalogComponentSchema = v.variant("state", [
  absentStateSchema,
  v.object({
    state: v.literal("active"),
    hash: hashSchema,
    generation: generationSchema,
    source: v.picklist(["cache", "disk"]),
    views: createCountSchema("Number of views."),
    activatedAt: timestampSchema,
  }),
]);

export const cacheComponentSchema = v.object({
  backend: v.pipe(
    v.picklist(CACHE_BACKENDS),
    v.description("`custom`: a cache that an embedding program passed in."),
  ),
  state: v.picklist(["down", "up"]),
  reason: v.optional(
    v.pipe(
      v.picklist(CACHE_ERROR_CODES),
      v.description("Code of the last failure; only present while it is down."),
    ),
  ),
  fault: v.optional(
    v.pipe(
      v.picklist(CACHE_FAULTS),
      v.description("The recognized fault of the server or the connection; absent if it is not recognized."),
    ),
  ),
  advice: v.optional(v.pipe(v.string(), v.description("What the fault is, and what to do about it."))),
  breaker: v.picklist(["closed", "half-open", "open"]),
  transferFailures: v.optional(
    createCountSchema(
      "Number of failed transfers of the catalog to Redis in a row; absent without a failure.",
    ),
  ),
});

const tickersComponentSchema = v.variant("state", [
  absentStateSchema,
  v.object({
    state: v.pipe(
      v.picklist(["expired", "fresh", "stale"]),
      v.description(
        "`expired`: the TTL is over, and the next request loads the list again; `stale`: the TTL is over, and the database failed.",
      ),
    ),
    source: v.picklist(["cache", "database"]),
    count: createCountSchema("Number of tickers."),
    ageSeconds: secondsSchema,
  }),
]);

const databaseComponentSchema = v.object({
  state: v.pipe(
    v.picklist(["down", "unknown", "up"]),
    v.description(
      "Result of the last call; `unknown` before the first. An idle database is probed twice a minute.",
    ),
  ),
  reason: v.optional(
    v.pipe(
      v.picklist(DATABASE_ERROR_CODES),
      v.description("Code of the last failure; only present while it is down."),
    ),
  ),
});

export const componentsSchema = v.object({
  catalog: catalogComponentSchema,
  cache: cacheComponentSchema,
  database: databaseComponentSchema,
  tickers: tickersComponentSchema,
});

const CHECK_DESCRIPTIONS = {
  catalog: "The active catalog.",
  disk: "The catalog on disk compared with the active one; `unknown` before the first comparison, `refused-elsewhere` if other replicas refused the catalog on their own disks.",
  signature:
    "The signature of the active catalog; `off` if `VIEWS_SIGNATURE_MODE` is `none`, `untrusted` if no key that was trusted at the last read of the keys verifies it.",
  fleet:
    "The other replicas; `unseen` while the shared cache is down, `unsubscribed` if announcements are not received.",
  cache: "The shared cache; `local` without one.",
  tickers: "The list of tickers.",
  database: "The database; `unknown` before the first call.",
} as const satisfies Readonly<Record<CheckName, string>>;

const createCheckSchema = <Name extends CheckName>(name: Name) =>
  v.pipe(
    v.object({
      status: v.pipe(
        v.picklist(["fail", "pass", "warn"]),
        v.description("`fail`: requests get errors; `warn`: requests succeed, but an operator should act."),
      ),
      code: v.picklist(CHECK_CODES[name]),
      since: v.pipe(
        timestampSchema,
        v.description(
          "Time since which the check has this result, by the clock of this replica. A catalog is `active` since its views are served, over reloads and restarts that change nothing; tickers are `fresh` since the first load after the last fault.",
        ),
      ),
      reason: v.optional(createTextSchema("The refusal reason, or the code of the last failure.")),
      count: v.optional(
        createCountSchema("Number of views, errors on disk, replicas or tickers, depending on the code."),
      ),
    }),
    v.description(CHECK_DESCRIPTIONS[name]),
  );

export const checksSchema = v.object({
  catalog: createCheckSchema("catalog"),
  disk: createCheckSchema("disk"),
  signature: createCheckSchema("signature"),
  fleet: createCheckSchema("fleet"),
  cache: createCheckSchema("cache"),
  tickers: createCheckSchema("tickers"),
  database: createCheckSchema("database"),
});

/** The version of the answering replica, so that a rolling deployment can be observed. */
export const versionSchema = v.pipe(v.string(), v.description("The version of the service."));

const readinessSchema = v.object({
  status: v.picklist(["degraded", "ready"]),
  version: versionSchema,
  warnings: v.optional(
    v.pipe(
      v.array(v.picklist(READINESS_WARNINGS)),
      v.description(
        "Faults that do not make the replica unready. `disk_refused`: the catalog on disk was refused; `disk_differs`: " +
          "it is not the active one; `fleet_diverges`: a replica does not serve the published catalog; `fleet_foreign`: the " +
          "namespace has another fleet's catalog, which is neither served nor replaced; `database_down`: the database does not answer.",
      ),
    ),
  ),
  components: componentsSchema,
  checks: checksSchema,
});

export const OPERATIONS_SCHEMAS = {
  CacheComponent: cacheComponentSchema,
  CatalogComponent: catalogComponentSchema,
  Checks: checksSchema,
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

const EXAMPLE_SINCE = "2026-01-31T12:00:00.000Z";

export const EXAMPLE_CHECKS: v.InferOutput<typeof checksSchema> = {
  catalog: { status: "pass", code: "active", count: 8, since: EXAMPLE_SINCE },
  disk: { status: "warn", code: "differs", since: EXAMPLE_SINCE },
  signature: { status: "pass", code: "verified", since: EXAMPLE_SINCE },
  fleet: { status: "pass", code: "agrees", count: 3, since: EXAMPLE_SINCE },
  cache: { status: "pass", code: "up", since: EXAMPLE_SINCE },
  tickers: { status: "pass", code: "fresh", count: 320, since: EXAMPLE_SINCE },
  database: { status: "pass", code: "up", since: EXAMPLE_SINCE },
};

export const SHOW_HEALTH = {
  method: "get",
  path: "/healthz",
  operationId: "showHealth",
  tag: "Operations",
  summary: "Check liveness",
  description:
    "Liveness probe: 200 while the process can answer. It does not depend on Redis, the database or a catalog.",
  answers: {
    200: {
      description: "The process is alive.",
      schema: healthSchema,
      examples: { ok: { value: { status: "ok" } } },
    },
  },
  problems: [],
} as const satisfies RouteSpec;

export const SHOW_READINESS = {
  method: "get",
  path: "/readyz",
  operationId: "showReadiness",
  tag: "Operations",
  summary: "Check readiness",
  description:
    "Readiness probe: 200 once a verified catalog is active, and 503 before that and while the service stops. The body has the state of each component.",
  answers: {
    200: {
      description:
        "A verified catalog is active. `degraded` means that Redis is down and requests are served from memory.",
      schema: readinessSchema,
      examples: {
        ready: {
          value: {
            status: "ready",
            version: VERSION,
            warnings: ["disk_differs"],
            components: EXAMPLE_COMPONENTS,
            checks: EXAMPLE_CHECKS,
          },
        },
        degraded: {
          summary: "Redis is down",
          value: {
            status: "degraded",
            version: VERSION,
            components: {
              ...EXAMPLE_COMPONENTS,
              cache: { backend: "redis", state: "down", reason: "unavailable", breaker: "open" },
              tickers: { state: "absent" },
            },
            checks: {
              ...EXAMPLE_CHECKS,
              fleet: { status: "warn", code: "unseen", count: 2, since: EXAMPLE_SINCE },
              cache: { status: "warn", code: "down", reason: "unavailable", since: EXAMPLE_SINCE },
              tickers: { status: "warn", code: "absent", since: EXAMPLE_SINCE },
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
  summary: "Get metrics for Prometheus",
  description: "The answer is `text/plain`, not JSON.",
  answers: {
    200: {
      description: "Prometheus text format, version 0.0.4.",
      mediaType: "text/plain",
      schema: v.string(),
      examples: {
        metrics: { value: "# TYPE mosaic_catalog_views gauge\nmosaic_catalog_views 8\n" },
      },
    },
  },
  problems: ["internal_error"],
} as const satisfies RouteSpec;
