import * as v from "valibot";
import {
  createNamesSchema,
  createTextSchema,
  EXAMPLE_HASH,
  entitySchema,
  hashSchema,
} from "./field-schemas.ts";
import { CODED_BODY_HEADERS, NOT_MODIFIED_ANSWER, type ParameterSpec, type RouteSpec } from "./route-spec.ts";

const columnsSchema = createNamesSchema("The names of the view's columns, in the author's order.");

const listedViewSchema = v.object({
  entity: entitySchema,
  description: v.nullable(createTextSchema("What one row of the view represents.")),
  identifiers: createNamesSchema("The columns that identify a row."),
  columns: columnsSchema,
});

const catalogSchema = v.object({ hash: hashSchema, items: v.array(listedViewSchema) });

/** A view as it is served. Its JSON Schema, for editors and the OpenAPI document, is more precise. */
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

const ENTITY_PARAMETER = {
  description:
    "The name of the view, such as `name` or `schema.name`; both parts consist of letters, digits and `_`.",
  schema: entitySchema,
  example: EXAMPLE_VIEW.entity,
} as const satisfies ParameterSpec;

export const LIST_VIEWS = {
  method: "get",
  path: "/views",
  operationId: "listViews",
  tag: "Catalog",
  summary: "List the views and the catalog hash",
  description:
    "Returns all views of the active catalog, without paging. Send the last `ETag` in `If-None-Match`: while the catalog is unchanged, the answer is 304 without a body.",
  answers: {
    200: {
      description: "All views of the active catalog. The `ETag` is the catalog hash.",
      headers: CODED_BODY_HEADERS,
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
    304: NOT_MODIFIED_ANSWER,
  },
  problems: ["catalog_unavailable", "internal_error"],
} as const satisfies RouteSpec;

export const SHOW_VIEW = {
  method: "get",
  path: "/views/:entity",
  operationId: "showView",
  tag: "Catalog",
  summary: "Get one view",
  description:
    "Numbers keep the form of the YAML source, such as `1.0`. Top-level keys that begin " +
    "with `__` are internal keys of other publishers: they are sent only with the admin token. They are part of the catalog " +
    "hash. The answer for a view with such keys has `Vary: Authorization`, and its `ETag` depends on the token. A wrong " +
    "token counts as no token.",
  isAdmin: "optional",
  parameters: { entity: ENTITY_PARAMETER },
  answers: {
    200: {
      description: "The view's canonical JSON: the bytes that are hashed, without internal keys.",
      headers: CODED_BODY_HEADERS,
      schema: servedViewSchema,
      examples: { view: { value: EXAMPLE_VIEW } },
    },
    304: NOT_MODIFIED_ANSWER,
  },
  problems: ["catalog_unavailable", "internal_error", "not_found", "view_not_found"],
} as const satisfies RouteSpec;

export const SHOW_COLUMNS = {
  method: "get",
  path: "/views/:entity/columns",
  operationId: "showColumns",
  tag: "Catalog",
  summary: "List the columns of one view",
  description: "Returns the column names only. `ETag` and `If-None-Match` work as for the view.",
  parameters: { entity: ENTITY_PARAMETER },
  answers: {
    200: {
      description: "The column names. The `ETag` is that of the view.",
      headers: CODED_BODY_HEADERS,
      schema: viewColumnsSchema,
      examples: { columns: { value: { entity: EXAMPLE_VIEW.entity, columns: EXAMPLE_COLUMNS } } },
    },
    304: NOT_MODIFIED_ANSWER,
  },
  problems: ["catalog_unavailable", "internal_error", "not_found", "view_not_found"],
} as const satisfies RouteSpec;
