import { VERSION } from "../../settings/version.ts";
import { API_ROUTES } from "../api/api-routes.ts";
import { type RouteSpec, TAGS, templateOf } from "../api/route-spec.ts";
import { namedJsonSchemas } from "./json-schemas.ts";
import { ADMIN_SCHEME, openApiHeaders, openApiOperation, openApiParameters } from "./openapi-operation.ts";

const DESCRIPTION = `One verified catalog of SQL views and one list of valid tickers, the same on every replica.

- A \`GET\` route answers \`HEAD\` too: with the same status and headers, and no body.
- Errors are problem documents (RFC 9457) with a stable \`code\`. A path that is not listed here is answered with 404 and the
  code \`not_found\`, another method of one that is with 405, \`method_not_allowed\` and the header \`Allow\`.
- Request bodies may have 64 KiB.
- Fields may be added to answers: a client passes over those that it does not know.`;

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
    servers: [{ url: ".", description: "The service that this comes from" }],
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
          description: "The value of `ADMIN_TOKEN`. After ten wrong ones, wrong ones are answered with 429.",
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
