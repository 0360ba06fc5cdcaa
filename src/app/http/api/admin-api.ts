import * as v from "valibot";
import { replicaRecordSchema } from "../../../domain/fleet/replica-record.ts";
import {
  countOf,
  EXAMPLE_HASH,
  entitySchema,
  hashSchema,
  namesOf,
  secondsSchema,
  textOf,
} from "./answer-fields.ts";
import { generationSchema } from "./operations-api.ts";
import { diagnosticSchema } from "./problem-api.ts";
import { ADMIN_PROBLEMS, type RouteSpec } from "./route-spec.ts";

const changesSchema = v.object({
  added: namesOf("Entities that are new."),
  removed: namesOf("Entities that are gone."),
  changed: namesOf("Entities whose view is another."),
});

const viewChangesSchema = v.object({
  entity: entitySchema,
  changes: v.pipe(
    v.array(
      v.object({
        kind: v.picklist(["added", "changed", "removed"]),
        pointer: textOf("Where, as a JSON pointer: into the older view for what was removed."),
        before: v.optional(textOf("The beginning of its canonical JSON; absent for what was added.")),
        after: v.optional(textOf("The beginning of its canonical JSON; absent for what was removed.")),
      }),
    ),
    v.description("The first ones."),
  ),
  total: countOf("How many there are."),
});

const reloadedSchema = v.object({
  status: v.literal("ok"),
  hash: hashSchema,
  previousHash: v.nullable(hashSchema),
  generation: generationSchema,
  changes: changesSchema,
  details: v.pipe(
    v.array(viewChangesSchema),
    v.description("In what changed views have changed; of many or large ones, only the first are told."),
  ),
  items: countOf("How many views there are now."),
  published: v.pipe(
    v.boolean(),
    v.description("False if Redis could not be written: it is then published when Redis can be."),
  ),
  warnings: v.pipe(
    v.array(diagnosticSchema),
    v.description("What authors should look at in the views that were accepted; the first ones."),
  ),
  warningsTotal: countOf("How many warnings there are."),
});

const { schema: _, ...replicaEntries } = replicaRecordSchema.entries;

const replicaSchema = v.object({
  ...replicaEntries,
  divergent: v.pipe(v.boolean(), v.description("It does not serve the published catalog.")),
});

const fleetSchema = v.object({
  self: textOf("The id of the replica that answers."),
  shared: v.pipe(v.boolean(), v.description("Whether Redis told; else only the replica itself is known.")),
  hash: v.pipe(v.nullable(hashSchema), v.description("The published catalog's.")),
  diverging: countOf("How many replicas serve another catalog, or none."),
  replicas: v.array(replicaSchema),
  lastSeen: v.optional(
    v.pipe(
      v.object({ ageSeconds: secondsSchema, replicas: v.array(v.object(replicaEntries)) }),
      v.description("The other replicas as Redis had them last; only while it does not answer."),
    ),
  ),
});

const columnDiffSchema = v.object({
  entity: entitySchema,
  state: v.pipe(
    v.picklist(["absent", "different", "same", "unreadable"]),
    v.description("`absent`: the database has no such view; `unreadable`: it does not tell its columns."),
  ),
  missingInDatabase: namesOf("Columns of the catalog alone."),
  missingInCatalog: namesOf("Columns of the database alone."),
  detail: v.optional(textOf("Why it is unreadable.")),
});

const databaseDiffSchema = v.object({
  status: v.picklist(["different", "same"]),
  views: v.array(columnDiffSchema),
});

const refreshedSchema = v.object({
  status: v.literal("ok"),
  count: countOf("How many there are now."),
  changes: v.object({ added: namesOf("Those that are new."), removed: namesOf("Those that are gone.") }),
});

export const ADMIN_SCHEMAS = {
  CatalogChanges: changesSchema,
  ColumnDiff: columnDiffSchema,
  DatabaseDiff: databaseDiffSchema,
  Fleet: fleetSchema,
  RefreshedTickers: refreshedSchema,
  ReloadedCatalog: reloadedSchema,
  Replica: replicaSchema,
  ViewChanges: viewChangesSchema,
};

export const RELOAD_VIEWS = {
  method: "post",
  path: "/admin/views/reload",
  operationId: "reloadViews",
  tag: "Administration",
  summary: "Read the disk again, and publish what is there to the fleet",
  description: "Calls at the same time share one run. After a refusal everything is as it was.",
  isAdmin: true,
  answers: {
    200: {
      description: "The catalog on disk is active.",
      schema: reloadedSchema,
      examples: {
        reloaded: {
          value: {
            status: "ok",
            hash: EXAMPLE_HASH,
            previousHash: "0".repeat(64),
            generation: 8,
            changes: { added: ["view_fiis_news"], removed: [], changed: ["view_fiis_info"] },
            details: [
              {
                entity: "view_fiis_info",
                changes: [{ kind: "changed", pointer: "/ask/top_k", before: "5", after: "6" }],
                total: 1,
              },
            ],
            items: 8,
            published: true,
            warnings: [
              {
                severity: "warning",
                code: "yaml-ambiguous",
                file: "data/views/view_fiis_news.yaml",
                line: 4,
                column: 16,
                pointer: "/description",
                message: "PyYAML reads `no` as false",
                hint: 'write "no"',
              },
            ],
            warningsTotal: 1,
          },
        },
      },
    },
  },
  problems: [
    ...ADMIN_PROBLEMS,
    "body_too_large",
    "catalog_generation_conflict",
    "catalog_invalid",
    "catalog_rollback",
    "catalog_signature_invalid",
    "catalog_unreadable",
    "catalog_unsigned",
    "signing_keys_unusable",
  ],
} as const satisfies RouteSpec;

export const LIST_REPLICAS = {
  method: "get",
  path: "/admin/replicas",
  operationId: "listReplicas",
  tag: "Administration",
  summary: "The replicas that live, and what each serves",
  description:
    "One entry for each replica whose heartbeat has not expired. Without Redis, only the replica that answers is listed, with `shared: false`.",
  isAdmin: true,
  answers: {
    200: {
      description:
        "The fleet as Redis has it now. Replicas of an older version do not tell their generation.",
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
                divergent: false,
              },
            ],
          },
        },
      },
    },
  },
  problems: [...ADMIN_PROBLEMS],
} as const satisfies RouteSpec;

export const DIFF_VIEWS = {
  method: "get",
  path: "/admin/views/diff",
  operationId: "diffViews",
  tag: "Administration",
  summary: "The columns of the catalog against those of the database",
  description: "Reads the columns of each view from the database and compares the names. Nothing is changed.",
  isAdmin: true,
  answers: {
    200: {
      description: "Every view of the catalog. A view that the database lacks makes no difference.",
      schema: databaseDiffSchema,
      examples: {
        different: {
          value: {
            status: "different",
            views: [
              {
                entity: "view_fiis_info",
                state: "different",
                missingInDatabase: ["cnpj"],
                missingInCatalog: [],
              },
            ],
          },
        },
      },
    },
  },
  problems: [...ADMIN_PROBLEMS, "catalog_unavailable", "database_unavailable"],
} as const satisfies RouteSpec;

export const REFRESH_TICKERS = {
  method: "post",
  path: "/admin/tickers/refresh",
  operationId: "refreshTickers",
  tag: "Administration",
  summary: "Ask the database for the tickers now",
  description:
    "Runs `TICKERS_SQL` now, without waiting for the TTL, and shares the result through Redis. If the database fails, the last list stays in use.",
  isAdmin: true,
  answers: {
    200: {
      description: "The new list is in use, and shared with the fleet.",
      schema: refreshedSchema,
      examples: {
        refreshed: { value: { status: "ok", count: 320, changes: { added: ["HGLG11"], removed: [] } } },
      },
    },
  },
  problems: [...ADMIN_PROBLEMS, "body_too_large", "database_unavailable"],
} as const satisfies RouteSpec;
