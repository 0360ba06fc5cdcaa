import * as v from "valibot";
import { countOf, EXAMPLE_HASH, entitySchema, hashSchema, namesOf, textOf } from "./answer-fields.ts";
import { CODED_HEADERS, NOT_MODIFIED, type RouteSpec } from "./route-spec.ts";

const consoleViewSchema = v.object({
  entity: entitySchema,
  description: textOf("The description of the view, or empty."),
  identifiers: namesOf("The columns that identify a row."),
  columns: namesOf("Column names."),
  aliases: namesOf("Column aliases."),
  words: namesOf("Search words of the view."),
});

const consolePartSchema = v.object({
  hash: hashSchema,
  total: countOf("Number of views in the catalog."),
  starts: v.pipe(
    v.array(countOf("Index of a view.")),
    v.description("Index of the first view of each part."),
  ),
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
  summary: "Show the console",
  description:
    "An HTML page with the catalog and the state of the service. Scripts and styles are served by this service.",
  answers: {
    200: {
      description: "HTML page.",
      headers: CODED_HEADERS,
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
    200: { description: "The file.", headers: CODED_HEADERS, mediaType: "*/*", schema: v.string() },
    304: NOT_MODIFIED,
  },
  problems: ["internal_error", "not_found"],
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
      headers: CODED_HEADERS,
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
