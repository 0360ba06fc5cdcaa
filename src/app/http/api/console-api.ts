import * as v from "valibot";
import {
  createCountSchema,
  createNamesSchema,
  createTextSchema,
  EXAMPLE_HASH,
  entitySchema,
  hashSchema,
  timestampSchema,
} from "./field-schemas.ts";
import { CODED_BODY_HEADERS, NOT_MODIFIED_ANSWER, type RouteSpec } from "./route-spec.ts";

const consoleViewSchema = v.object({
  entity: entitySchema,
  description: createTextSchema("The description of the view, or empty."),
  identifiers: createNamesSchema("The columns that identify a row."),
  columns: createNamesSchema("Column names."),
  aliases: createNamesSchema("Column aliases."),
  words: createNamesSchema("Search words of the view."),
});

const consolePartSchema = v.object({
  hash: hashSchema,
  total: createCountSchema("Number of views in the catalog."),
  starts: v.pipe(
    v.array(createCountSchema("Index of a view.")),
    v.description("Index of the first view of each part."),
  ),
  items: v.array(consoleViewSchema),
});

const slotsSchema = (description: string) =>
  v.pipe(v.array(v.pipe(v.number(), v.minValue(0))), v.description(description));
const slotsWithGapsSchema = (description: string) =>
  v.pipe(v.array(v.nullable(v.pipe(v.number(), v.minValue(0)))), v.description(description));

const activitySchema = v.object({
  slotSeconds: v.pipe(v.number(), v.minValue(1), v.description("Length of a slot in seconds.")),
  endsAt: v.pipe(timestampSchema, v.description("The end of the newest slot.")),
  requests: slotsSchema("Answered requests, without those of probes, metrics and the console."),
  errors: slotsSchema("Requests with a status of 500 or above."),
  p99Ms: slotsWithGapsSchema(
    "The 99th percentile of request durations in milliseconds; null for a slot without requests.",
  ),
  cacheDownSeconds: slotsSchema("Seconds for which the shared cache was down."),
  tickersAgeSeconds: slotsWithGapsSchema(
    "Age of the list of tickers in seconds at the end of the slot; null without a list.",
  ),
  tickersTtlSeconds: v.pipe(
    v.number(),
    v.minValue(0),
    v.description("TTL of the list of tickers in seconds; an older list is loaded again."),
  ),
});

/** One part of the search data of the console. */
export type ConsolePart = v.InferOutput<typeof consolePartSchema>;

export const CONSOLE_SCHEMAS = {
  Activity: activitySchema,
  ConsolePart: consolePartSchema,
  ConsoleView: consoleViewSchema,
};

export const SHOW_CONSOLE = {
  method: "get",
  path: "/",
  operationId: "showConsole",
  tag: "Reference",
  summary: "Show the console",
  description:
    "An HTML page with the catalog and the state of the service. Scripts and styles are served by this service.",
  answers: {
    200: {
      description: "HTML page.",
      headers: CODED_BODY_HEADERS,
      mediaType: "text/html",
      schema: v.string(),
    },
    304: NOT_MODIFIED_ANSWER,
  },
  problems: ["internal_error"],
} as const satisfies RouteSpec;

export const SHOW_CONSOLE_FILE = {
  method: "get",
  path: "/console/assets/*",
  operationId: "showConsoleFile",
  tag: "Reference",
  summary: "Get a file of the console",
  description: "Static files of the console. Their names may change in any version.",
  parameters: {
    file: {
      description: "Path of a script, style or image; slashes are not escaped.",
      schema: v.string(),
      example: "main.js",
    },
  },
  answers: {
    200: { description: "The file.", headers: CODED_BODY_HEADERS, mediaType: "*/*", schema: v.string() },
    304: NOT_MODIFIED_ANSWER,
  },
  problems: ["internal_error", "not_found"],
} as const satisfies RouteSpec;

export const SHOW_ACTIVITY = {
  method: "get",
  path: "/console/activity",
  operationId: "showActivity",
  tag: "Reference",
  summary: "The last hour of this replica, for the console's charts",
  description: "Internal route of the console; may change in any version. Use `/metrics` for monitoring.",
  answers: {
    200: {
      description: "One hour in slots of equal length, the oldest first.",
      schema: activitySchema,
      examples: {
        activity: {
          summary: "Only the first two slots",
          value: {
            slotSeconds: 30,
            endsAt: "2026-01-31T12:00:00.000Z",
            requests: [120, 90],
            errors: [0, 1],
            p99Ms: [4.2, 3.9],
            cacheDownSeconds: [0, 12],
            tickersAgeSeconds: [270, 300],
            tickersTtlSeconds: 300,
          },
        },
      },
    },
  },
  problems: ["internal_error"],
} as const satisfies RouteSpec;

export const SHOW_CONSOLE_PART = {
  method: "get",
  path: "/console/catalog/:part",
  operationId: "showConsolePart",
  tag: "Reference",
  summary: "Get search data of the console",
  description: "Internal route of the console; may change in any version. Other clients use `GET /views`.",
  parameters: {
    part: {
      description: "Index of the part, from 0.",
      schema: v.pipe(v.string(), v.regex(/^\d{1,6}$/), v.examples(["0"])),
      example: "0",
    },
  },
  answers: {
    200: {
      description: "The views of one part.",
      headers: CODED_BODY_HEADERS,
      schema: consolePartSchema,
      examples: {
        part: {
          value: {
            hash: EXAMPLE_HASH,
            total: 1,
            starts: [0],
            items: [
              {
                entity: "view_fiis_dividends",
                description: "Proventos anunciados e pagos pelos fundos imobiliários.",
                identifiers: ["ticker", "record_date"],
                columns: ["ticker", "record_date"],
                aliases: ["Data-com"],
                words: ["proventos", "dividendos"],
              },
            ],
          },
        },
      },
    },
    304: NOT_MODIFIED_ANSWER,
  },
  problems: ["catalog_unavailable", "internal_error", "not_found"],
} as const satisfies RouteSpec;
