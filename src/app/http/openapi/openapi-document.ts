import { VERSION } from "../../settings/version.ts";
import { API_ROUTES } from "../api/api-routes.ts";
import {
  ANSWER_HEADERS,
  type HeaderName,
  type HeaderSpec,
  PROBLEM_HEADERS,
  REQUEST_HEADERS,
} from "../api/header-specs.ts";
import { createProblemExample } from "../api/problem-api.ts";
import {
  type AnswerSpec,
  type ExampleSpec,
  hasWildcard,
  pathTemplateOf,
  type RouteSpec,
  TAG_DESCRIPTIONS,
  UNROUTED_PROBLEMS,
} from "../api/route-spec.ts";
import { PROBLEMS, type ProblemCode } from "../responses/problem.ts";
import { createJsonSchema, createNamedJsonSchemas, createProblemJsonSchema } from "./json-schemas.ts";

const API_DESCRIPTION = `One verified catalog of SQL views and one list of valid tickers, the same on every replica.

- Every \`GET\` route supports \`HEAD\`: the same status and headers, without a body.
- Errors are problem documents (RFC 9457) with a stable \`code\`. An unknown path gets 404 with the code \`not_found\`; an unsupported
  method gets 405 with the code \`method_not_allowed\` and the header \`Allow\`.
- Request bodies are limited to 64 KiB.
- Bodies of 14 KiB and more are sent compressed with \`zstd\` or \`gzip\`, as \`Accept-Encoding\` prefers, and with \`Vary: Accept-Encoding\`. A client
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
      description: API_DESCRIPTION,
      // The project has no address of its own, so the operator of the service is the contact.
      contact: { name: "The operators of this service" },
      license: { name: "MIT", identifier: "MIT" },
    },
    // The URL is relative to the document, so that the URL is correct behind a proxy that adds a path.
    servers: [{ url: ".", description: "This service" }],
    tags: Object.entries(TAG_DESCRIPTIONS).map(([name, description]) => ({ name, description })),
    paths: createPaths(API_ROUTES),
    components: {
      schemas: createNamedJsonSchemas(),
      headers: createComponentHeaders(),
      parameters: createComponentParameters(),
      securitySchemes: {
        [ADMIN_SCHEME]: {
          type: "http",
          scheme: "bearer",
          description:
            "The value of `ADMIN_TOKEN`. After ten wrong tokens, further wrong ones get 429 for a while.",
        },
      },
    },
  };
}

function createPaths(routes: readonly RouteSpec[]): Readonly<Record<string, unknown>> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const template = pathTemplateOf(route);
    paths[template] = { ...paths[template], [route.method]: createOperation(route) };
  }
  return paths;
}

type JsonObject = Readonly<Record<string, unknown>>;

const ADMIN_SCHEME = "adminToken";

export function createOperation(spec: RouteSpec): JsonObject {
  const { tag, summary, description, operationId, isAdmin, body } = spec;
  return {
    tags: [tag],
    operationId,
    summary,
    description,
    security: createSecurity(isAdmin),
    parameters: createParameters(spec),
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            description: body.description,
            required: true,
            content: {
              "application/json": { schema: createJsonSchema(body.schema), examples: body.examples },
            },
          },
        }),
    responses: createResponses(spec),
  };
}

/** `{}` is the requirement that allows requests without a token. */
function createSecurity(isAdmin: RouteSpec["isAdmin"]): readonly JsonObject[] {
  const withToken = { [ADMIN_SCHEME]: [] };
  if (isAdmin === undefined) return [];
  return isAdmin === "optional" ? [{}, withToken] : [withToken];
}

function createParameters({ parameters = {}, query = {}, answers }: RouteSpec): readonly JsonObject[] {
  const describe = (place: "path" | "query", specs: NonNullable<RouteSpec["query"]>) =>
    Object.entries(specs).map(([name, { description, schema, example }]) => ({
      ...{ name, in: place, required: place === "path", description },
      ...{ schema: createJsonSchema(schema), example },
    }));
  const names = answers[304] === undefined ? ["X-Request-ID"] : ["If-None-Match", "X-Request-ID"];
  return [
    ...describe("path", parameters),
    ...describe("query", query),
    ...names.map((name) => ({ $ref: `#/components/parameters/${name}` })),
  ];
}

/** The request headers; operations refer to them by name. */
export function createComponentParameters(): JsonObject {
  return Object.fromEntries(
    Object.entries(REQUEST_HEADERS).map(([name, { description, schema, example }]) => [
      name,
      { name, in: "header", description, schema: createJsonSchema(schema), example },
    ]),
  );
}

function createResponses(spec: RouteSpec): JsonObject {
  const { answers, problems, isAdmin } = spec;
  const codes = new Map<number, ProblemCode[]>();
  const unrouted = UNROUTED_PROBLEMS.filter((code) => !hasWildcard(spec) || code !== "method_not_allowed");
  const all = new Set([...problems, ...unrouted]);
  for (const code of all) {
    const [status] = PROBLEMS[code];
    codes.set(status, [...(codes.get(status) ?? []), code]);
  }
  return {
    200: createAnswerResponse(answers[200]),
    ...(answers[304] === undefined ? {} : { 304: createAnswerResponse(answers[304]) }),
    ...Object.fromEntries(
      [...codes].map(([status, some]) => [status, createProblemResponses(some, isAdmin === true)]),
    ),
  };
}

function createAnswerResponse({
  description,
  headers = [],
  schema,
  mediaType,
  examples,
}: AnswerSpec): JsonObject {
  return {
    description,
    headers: createHeaderReferences(headers.map((name) => [name, !isOptionalHeader(name)])),
    ...(schema === undefined
      ? {}
      : { content: createContent(mediaType ?? "application/json", createJsonSchema(schema), examples) }),
  };
}

function createContent(
  mediaType: string,
  schema: JsonObject,
  examples: Readonly<Record<string, ExampleSpec>> | undefined,
): JsonObject {
  return { [mediaType]: { schema, ...(examples === undefined ? {} : { examples }) } };
}

function createProblemResponses(codes: readonly ProblemCode[], isAdmin: boolean): JsonObject {
  // A `bad_request` has `WWW-Authenticate` only if the `Authorization` header is malformed.
  const sometimes = isAdmin && codes.includes("bad_request") ? (["WWW-Authenticate"] as const) : [];
  const names = new Set([...codes.flatMap((code) => PROBLEM_HEADERS[code] ?? []), ...sometimes]);
  const headers = [...names].map(
    (name) => [name, codes.every((code) => PROBLEM_HEADERS[code]?.includes(name))] as const,
  );
  const examples = Object.fromEntries(codes.map((code) => [code, { value: createProblemExample(code) }]));
  return {
    description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code][1]}.`).join("\n\n"),
    headers: createHeaderReferences(headers),
    content: createContent("application/problem+json", createProblemJsonSchema(codes), examples),
  };
}

function createHeaderReferences(
  headers: readonly (readonly [name: HeaderName, always: boolean])[],
): JsonObject {
  return Object.fromEntries(
    ([...headers, ["Cache-Control", true], ["X-Request-ID", true]] as const).map(([name, always]) => [
      name,
      always ? { $ref: `#/components/headers/${name}` } : createHeader(name),
    ]),
  );
}

function isOptionalHeader(name: HeaderName): boolean {
  const spec: HeaderSpec = ANSWER_HEADERS[name];
  return spec.isOptional === true;
}

function createHeader(name: HeaderName): JsonObject {
  const { description, schema, example } = ANSWER_HEADERS[name];
  return { description, schema: createJsonSchema(schema), example };
}

/** The response headers that are never optional; operations refer to them by name. */
export function createComponentHeaders(): JsonObject {
  const names = Object.keys(ANSWER_HEADERS) as readonly HeaderName[];
  const sure = names.filter((name) => !isOptionalHeader(name));
  return Object.fromEntries(sure.map((name) => [name, { ...createHeader(name), required: true }]));
}
