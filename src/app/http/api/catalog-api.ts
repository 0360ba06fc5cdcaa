import * as v from "valibot";
import { EXAMPLE_HASH, entitySchema, hashSchema, namesOf, textOf } from "./answer-fields.ts";
import { NOT_MODIFIED, type ParameterSpec, type RouteSpec } from "./route-spec.ts";

const columnsSchema = namesOf("The names of its columns, in the author's order.");

const listedViewSchema = v.object({
  entity: entitySchema,
  description: v.nullable(textOf("What one row of the view is.")),
  identifiers: namesOf("The columns that tell one row from another."),
  columns: columnsSchema,
});

const catalogSchema = v.object({ hash: hashSchema, items: v.array(listedViewSchema) });

/** A view as it is served; editors get its JSON Schema, and so does the OpenAPI document. */
export const servedViewSchema = v.looseObject({
  entity: v.optional(v.nullable(v.string())),
  description: v.optional(v.nullable(v.string())),
  identifiers: v.array(v.string()),
  columns: v.array(v.union([v.string(), v.looseObject({ name: v.string() })])),
});

const viewColumnsSchema = v.object({ entity: entitySchema, columns: columnsSchema });

/** One item of the answer to `GET /views`. */
export type ListedView = v.InferOutput<typeof listedViewSchema>;
/** The answer to `GET /views/{entity}/columns`. */
export type ViewColumns = v.InferOutput<typeof viewColumnsSchema>;

export const CATALOG_SCHEMAS = {
  Catalog: catalogSchema,
  ListedView: listedViewSchema,
  View: servedViewSchema,
  ViewColumns: viewColumnsSchema,
};

const EXAMPLE_VIEW = {
  entity: "view_fiis_dividends",
  description: "Proventos anunciados e pagos pelos fundos imobiliários.",
  identifiers: ["ticker", "record_date"],
  default_date_field: "payment_date",
  columns: ["ticker", { name: "record_date", alias: "Data-com" }, "payment_date", "amount_per_share"],
  ask: { keywords: ["proventos", "dividendos"], weights: { keywords: 1.5 } },
};
const EXAMPLE_COLUMNS = ["ticker", "record_date", "payment_date", "amount_per_share"];

const ENTITY = {
  description:
    "The view's name; letters, digits and `_`, with a schema and a full stop before it or without.",
  schema: entitySchema,
  example: EXAMPLE_VIEW.entity,
} as const satisfies ParameterSpec;

export const LIST_VIEWS = {
  method: "get",
  path: "/views",
  operationId: "listViews",
  tag: "Catalog",
  summary: "The catalog: its hash, and every view in short",
  description:
    "All views of the active catalog in one answer, without pages. Send the last `ETag` in `If-None-Match`: as long as the catalog is the same, the answer is 304 without a body.",
  answers: {
    200: {
      description: "Every view of the active catalog. The `ETag` is the catalog hash.",
      headers: ["ETag"],
      schema: catalogSchema,
      examples: {
        catalog: {
          value: {
            hash: EXAMPLE_HASH,
            items: [
              {
                entity: EXAMPLE_VIEW.entity,
                description: EXAMPLE_VIEW.description,
                identifiers: EXAMPLE_VIEW.identifiers,
                columns: EXAMPLE_COLUMNS,
              },
            ],
          },
        },
      },
    },
    304: NOT_MODIFIED,
  },
  problems: ["catalog_unavailable", "internal_error"],
} as const satisfies RouteSpec;

export const SHOW_VIEW = {
  method: "get",
  path: "/views/:entity",
  operationId: "showView",
  tag: "Catalog",
  summary: "One view, as its author wrote it",
  description:
    "Numbers are written as in the source: a client that must keep them apart reads the text. Keys on the first level that begin " +
    "with `__`, which other programs add to what they publish, are sent only with the admin token. They are part of the catalog " +
    "hash. A view that has such keys is answered with `Vary: Authorization`, and has one `ETag` with them and one without; a wrong " +
    "token is answered like none.",
  isAdmin: "optional",
  parameters: { entity: ENTITY },
  answers: {
    200: {
      description:
        "The view's canonical JSON: the very bytes that the catalog hash is made of, unless keys that begin with `__` are left out.",
      headers: ["ETag", "Vary"],
      schema: servedViewSchema,
      examples: { view: { value: EXAMPLE_VIEW } },
    },
    304: { ...NOT_MODIFIED, headers: ["ETag", "Vary"] },
  },
  problems: ["catalog_unavailable", "internal_error", "not_found", "view_not_found"],
} as const satisfies RouteSpec;

export const SHOW_COLUMNS = {
  method: "get",
  path: "/views/:entity/columns",
  operationId: "showColumns",
  tag: "Catalog",
  summary: "The columns of one view",
  description:
    "The columns alone, whether the author wrote a name or an object with a name. `ETag` and `If-None-Match` work as for the view.",
  parameters: { entity: ENTITY },
  answers: {
    200: {
      description: "The names alone. The `ETag` is the view's.",
      headers: ["ETag"],
      schema: viewColumnsSchema,
      examples: { columns: { value: { entity: EXAMPLE_VIEW.entity, columns: EXAMPLE_COLUMNS } } },
    },
    304: NOT_MODIFIED,
  },
  problems: ["catalog_unavailable", "internal_error", "not_found", "view_not_found"],
} as const satisfies RouteSpec;
