import * as v from "valibot";
import { countOf, EXAMPLE_HASH, entitySchema, hashSchema, namesOf, textOf } from "./answer-fields.ts";
import { NOT_MODIFIED, type RouteSpec } from "./route-spec.ts";

const consoleViewSchema = v.object({
  entity: entitySchema,
  description: textOf("What one row of the view is; empty without a description."),
  identifiers: namesOf("The columns that tell one row from another."),
  columns: namesOf("The names of its columns."),
  aliases: namesOf("How people are shown its columns."),
  words: namesOf("What people ask for it with."),
});

const consolePartSchema = v.object({
  hash: hashSchema,
  total: countOf("How many views the catalog has."),
  starts: v.pipe(v.array(countOf("The place of a view.")), v.description("Where each part begins.")),
  items: v.array(consoleViewSchema),
});

/** The search data of the console, in parts. */
export type ConsolePart = v.InferOutput<typeof consolePartSchema>;

export const CONSOLE_SCHEMAS = { ConsolePart: consolePartSchema, ConsoleView: consoleViewSchema };

export const SHOW_CONSOLE = {
  method: "get",
  path: "/",
  operationId: "showConsole",
  tag: "Reference",
  summary: "The console: the catalog and the service's state in a browser",
  description: "An HTML page. Its scripts and styles come from this service; no other host is asked.",
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

export const SHOW_CONSOLE_FILE = {
  method: "get",
  path: "/console/assets/*",
  operationId: "showConsoleFile",
  tag: "Reference",
  summary: "What the console's page loads",
  description: "Static files of the console, whose names may change with any version.",
  parameters: {
    file: {
      description: "One of the page's scripts, styles and pictures; its slashes are written as they are.",
      schema: v.string(),
      example: "main.js",
    },
  },
  answers: {
    200: { description: "A file.", headers: ["ETag"], mediaType: "*/*", schema: v.string() },
    304: NOT_MODIFIED,
  },
  problems: ["internal_error", "not_found"],
} as const satisfies RouteSpec;

export const SHOW_CONSOLE_PART = {
  method: "get",
  path: "/console/catalog/:part",
  operationId: "showConsolePart",
  tag: "Reference",
  summary: "What the console searches; other clients ask for the views",
  description: "An internal route of the console, which may change with any version.",
  parameters: {
    part: {
      description: "From 0.",
      schema: v.pipe(v.string(), v.regex(/^\d{1,6}$/), v.examples(["0"])),
      example: "0",
    },
  },
  answers: {
    200: {
      description: "The views of one part: as many as are made in one turn.",
      headers: ["ETag"],
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
    304: NOT_MODIFIED,
  },
  problems: ["catalog_unavailable", "internal_error", "not_found"],
} as const satisfies RouteSpec;
