import * as v from "valibot";
import { CODED_BODY_HEADERS, NOT_MODIFIED_ANSWER, type RouteSpec } from "./route-spec.ts";

/** The files that the documentation page loads. */
export const DOCS_FILES = ["start.js", "style.css", "swagger-ui-bundle.js", "swagger-ui.css"] as const;

const openApiSchema = v.looseObject({
  openapi: v.pipe(v.string(), v.startsWith("3.1."), v.examples(["3.1.1"])),
  paths: v.record(v.string(), v.unknown()),
});

export const REFERENCE_SCHEMAS = { OpenApi: openApiSchema };

export const SHOW_OPENAPI = {
  method: "get",
  path: "/openapi.json",
  operationId: "showOpenApi",
  tag: "Reference",
  summary: "Get the OpenAPI document",
  description:
    "Describes this API for client generators. It is generated from the route specifications of the service.",
  answers: {
    200: {
      description: "OpenAPI 3.1 document.",
      headers: CODED_BODY_HEADERS,
      schema: openApiSchema,
      examples: { document: { value: { openapi: "3.1.1", paths: {} } } },
    },
    304: NOT_MODIFIED_ANSWER,
  },
  problems: [],
} as const satisfies RouteSpec;

export const SHOW_DOCS = {
  method: "get",
  path: "/docs",
  operationId: "showDocs",
  tag: "Reference",
  summary: "Show the API reference",
  description: "An HTML page with Swagger UI; it loads nothing from other hosts.",
  answers: {
    200: {
      description: "HTML page.",
      headers: CODED_BODY_HEADERS,
      mediaType: "text/html",
      schema: v.string(),
    },
    304: NOT_MODIFIED_ANSWER,
  },
  problems: [],
} as const satisfies RouteSpec;

export const SHOW_DOCS_FILE = {
  method: "get",
  path: "/docs/:file",
  operationId: "showDocsFile",
  tag: "Reference",
  summary: "Get a file of the API reference",
  description: "Static files of the API reference page.",
  parameters: {
    file: {
      description: "Name of a script or style sheet.",
      schema: v.picklist(DOCS_FILES),
      example: "start.js",
    },
  },
  answers: {
    200: {
      description: "The file.",
      headers: CODED_BODY_HEADERS,
      mediaType: "text/*",
      schema: v.string(),
    },
    304: NOT_MODIFIED_ANSWER,
  },
  problems: ["internal_error", "not_found"],
} as const satisfies RouteSpec;
