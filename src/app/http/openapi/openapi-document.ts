import { VERSION } from "../../settings/version.ts";
import { API_ROUTES } from "../api/api-routes.ts";
import { type RouteSpec, TAGS, templateOf } from "../api/route-spec.ts";
import { namedJsonSchemas } from "./json-schemas.ts";
import { ADMIN_SCHEME, openApiHeaders, openApiOperation, openApiParameters } from "./openapi-operation.ts";

const DESCRIPTION = `One verified catalog of SQL views and one list of valid tickers, the same on every replica.

- Every \`GET\` route supports \`HEAD\`: the same status and headers, without a body.
- Errors are problem documents (RFC 9457) with a stable \`code\`. An unknown path gets 404 with the code \`not_found\`; an unsupported
  method gets 405 with the code \`method_not_allowed\` and the header \`Allow\`.
- Request bodies are limited to 64 KiB.
- Bodies of 14 KiB and more are sent in the coding that \`Accept-Encoding\` prefers, \`zstd\` or \`gzip\`, with \`Vary: Accept-Encoding\`. A client
  that names no coding gets plain bytes. Each form has its own \`ETag\`; \`If-None-Match\` accepts those of all forms that the client accepts.
- Fields may be added to answers: clients must ignore fields that they do not know.`;

/**
 * Builds the OpenAPI document from the specifications of the routes.
 *
 * @see https://spec.openapis.org/oas/v3.1.1.html
 */
export function createOpenApiDocument(): Readonly<Record<string, unknown>> {
  return {
    openapi: "3.1.1",
    info: {
      title: "Mosaic",
      version: VERSION,
      summary: "Views and tickers for every replica of a fleet",
      description: DESCRIPTION,
      // The project has no permanent address; the operator of the service is the first contact.
      contact: { name: "The operators of this service" },
      license: { name: "MIT", identifier: "MIT" },
    },
    // Relative to the document: it stays correct behind a proxy's path.
    servers: [{ url: ".", description: "This service" }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths: pathsOf(API_ROUTES),
    components: {
      schemas: namedJsonSchemas(),
      headers: openApiHeaders(),
      parameters: openApiParameters(),
      securitySchemes: {
        [ADMIN_SCHEME]: {
          type: "http",
          scheme: "bearer",
          description: "The value of `ADMIN_TOKEN`. After ten wrong tokens, wrong tokens get 429.",
        },
      },
    },
  };
}

function pathsOf(routes: readonly RouteSpec[]): Readonly<Record<string, unknown>> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const template = templateOf(route);
    paths[template] = { ...paths[template], [route.method]: openApiOperation(route) };
  }
  return paths;
}
