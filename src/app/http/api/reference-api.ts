import * as v from "valibot";
import { NOT_MODIFIED, type RouteSpec } from "./route-spec.ts";

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
  summary: "This document",
  description:
    "The description of this API, for generators of clients. It is made from the specifications by which the routes are registered.",
  answers: {
    200: {
      description: "The API in OpenAPI 3.1.",
      headers: ["ETag"],
      schema: openApiSchema,
      examples: { document: { value: { openapi: "3.1.1", paths: {} } } },
    },
    304: NOT_MODIFIED,
  },
  problems: [],
} as const satisfies RouteSpec;

export const SHOW_DOCS = {
  method: "get",
  path: "/docs",
  operationId: "showDocs",
  tag: "Reference",
  summary: "A reader of this document, which loads nothing from elsewhere",
  description: "An HTML page with Swagger UI, served by this service alone.",
  answers: {
    200: {
      description: "A page for browsers.",
      headers: ["ETag"],
      mediaType: "text/html",
      schema: v.string(),
    },
    304: NOT_MODIFIED,
  },
  problems: [],
} as const satisfies RouteSpec;

export const SHOW_DOCS_FILE = {
  method: "get",
  path: "/docs/:file",
  operationId: "showDocsFile",
  tag: "Reference",
  summary: "What the reader's page loads",
  description: "Static files of the API reference page.",
  parameters: {
    file: {
      description: "One of the page's scripts and styles; there are no others.",
      schema: v.picklist(DOCS_FILES),
      example: "start.js",
    },
  },
  answers: {
    200: {
      description: "A script or a style sheet.",
      headers: ["ETag"],
      mediaType: "text/*",
      schema: v.string(),
    },
    304: NOT_MODIFIED,
  },
  problems: ["internal_error", "not_found"],
} as const satisfies RouteSpec;
