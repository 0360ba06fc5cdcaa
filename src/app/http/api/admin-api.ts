import * as v from "valibot";
import { replicaRecordSchema } from "../../../domain/fleet/replica-record.ts";
import {
  createCountSchema,
  createNamesSchema,
  createTextSchema,
  EXAMPLE_HASH,
  entitySchema,
  hashSchema,
} from "./field-schemas.ts";
import { generationSchema } from "./operations-api.ts";
import { diagnosticSchema } from "./problem-api.ts";
import { ADMIN_PROBLEMS, LANG_PARAMETER, type RouteSpec } from "./route-spec.ts";

const changesSchema = v.object({
  added: createNamesSchema("Added entities."),
  removed: createNamesSchema("Removed entities."),
  changed: createNamesSchema("Entities whose view has changed."),
});

const viewChangesSchema = v.object({
  entity: entitySchema,
  changes: v.pipe(
    v.array(
      v.object({
        kind: v.picklist(["added", "changed", "removed"]),
        pointer: createTextSchema(
          "JSON pointer into the new view; into the old one if the value was removed.",
        ),
        before: v.optional(
          createTextSchema(
            "The old value as canonical JSON; a long value is cut around the first difference. Absent if the value was added.",
          ),
        ),
        after: v.optional(
          createTextSchema("The new value, in the same form. Absent if the value was removed."),
        ),
      }),
    ),
    v.description("The first changes."),
  ),
  total: createCountSchema("Number of all changes."),
});

const reloadedSchema = v.object({
  status: v.literal("ok"),
  hash: hashSchema,
  previousHash: v.nullable(hashSchema),
  generation: generationSchema,
  changes: changesSchema,
  details: v.pipe(
    v.array(viewChangesSchema),
    v.description("Changes inside the changed views; limited in number and size."),
  ),
  items: createCountSchema("Number of active views."),
  published: v.pipe(
    v.boolean(),
    v.description("False if the write to Redis failed; the catalog is published when Redis is back."),
  ),
  dryRun: v.pipe(v.boolean(), v.description("True for a preview: nothing was changed or published.")),
  replaced: v.optional(
    v.pipe(
      v.object({ at: v.pipe(v.string(), v.isoTimestamp()), replica: replicaRecordSchema.entries.id }),
      v.description(
        "Only in a preview, if the catalog on disk was served before: when and on which replica another catalog replaced it.",
      ),
    ),
  ),
  cacheDown: v.optional(
    v.pipe(
      v.literal(true),
      v.description(
        "Only in a preview, while Redis does not answer: a reload would not reach the other replicas until Redis is back.",
      ),
    ),
  ),
  warnings: v.pipe(v.array(diagnosticSchema), v.description("The first warnings about the accepted views.")),
  warningsTotal: createCountSchema("Number of all warnings."),
});

const columnDiffSchema = v.object({
  entity: entitySchema,
  state: v.pipe(
    v.picklist(["absent", "different", "same", "unreadable"]),
    v.description("`absent`: the database has no such view; `unreadable`: its columns cannot be read."),
  ),
  missingInDatabase: createNamesSchema("Columns that only the catalog has."),
  missingInCatalog: createNamesSchema("Columns that only the database has."),
  detail: v.optional(createTextSchema("Cause of `unreadable`.")),
});

const databaseDiffSchema = v.object({
  status: v.picklist(["different", "same"]),
  views: v.array(columnDiffSchema),
});

const refreshedSchema = v.object({
  status: v.literal("ok"),
  count: createCountSchema("Number of tickers."),
  changes: v.object({
    added: createNamesSchema("Added tickers."),
    removed: createNamesSchema("Removed tickers."),
  }),
});

export const ADMIN_SCHEMAS = {
  CatalogChanges: changesSchema,
  ColumnDiff: columnDiffSchema,
  DatabaseDiff: databaseDiffSchema,
  RefreshedTickers: refreshedSchema,
  ReloadedCatalog: reloadedSchema,
  ViewChanges: viewChangesSchema,
};

export const RELOAD_VIEWS = {
  method: "post",
  path: "/admin/views/reload",
  operationId: "reloadViews",
  tag: "Administration",
  summary: "Reload the catalog from disk and publish it to the fleet",
  description: "Calls that wait for the same run share it. A refused reload changes nothing.",
  isAdmin: true,
  query: {
    dryRun: {
      description:
        "`true`: only a preview. The disk is read and checked in the same way; the answer has what a reload would change, or why it would be refused.",
      schema: v.picklist(["false", "true"]),
      example: "true",
    },
    force: {
      description: "`true`: also replaces another fleet's catalog in this namespace.",
      schema: v.picklist(["false", "true"]),
      example: "true",
    },
    lang: LANG_PARAMETER,
  },
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
            dryRun: false,
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
    "catalog_foreign",
    "catalog_generation_conflict",
    "catalog_invalid",
    "catalog_rollback",
    "catalog_signature_invalid",
    "catalog_unreadable",
    "catalog_unsigned",
    "signing_keys_unusable",
  ],
} as const satisfies RouteSpec;

export const DIFF_VIEWS = {
  method: "get",
  path: "/admin/views/diff",
  operationId: "diffViews",
  tag: "Administration",
  summary: "Compare the columns of the catalog with those of the database",
  description: "Reads the columns of each view from the database and compares the names. Nothing is changed.",
  isAdmin: true,
  answers: {
    200: {
      description:
        "All views of the catalog. Views that the database lacks do not count as a difference in `status`.",
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
  summary: "Reload the tickers from the database",
  description:
    "Runs `TICKERS_SQL` now, although the TTL has not expired, and shares the result through Redis. If the database fails, the current list stays in use.",
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
