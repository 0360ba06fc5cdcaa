import { API_ROUTES } from "../../src/app/http/api/api-routes.ts";
import { ANSWER_HEADERS, PROBLEM_HEADERS, REQUEST_HEADERS } from "../../src/app/http/api/header-specs.ts";
import { createProblemExample, PROBLEM_SCHEMAS } from "../../src/app/http/api/problem-api.ts";
import {
  type AnswerSpec,
  pathTemplateOf,
  type RouteSpec,
  TAG_DESCRIPTIONS,
  UNROUTED_PROBLEMS,
} from "../../src/app/http/api/route-spec.ts";
import { createJsonSchema, createNamedJsonSchemas } from "../../src/app/http/openapi/json-schemas.ts";
import { PROBLEMS, type ProblemCode } from "../../src/app/http/responses/problem.ts";
import { type JsonField, jsonFields } from "./json-fields.ts";
import { anchorOf, code, GENERATED, table } from "./markdown.ts";

const INTRODUCTION = `# HTTP API

Every route, with what it takes and what it answers. A running service shows the same at \`/docs\`, to be tried out, and as
OpenAPI 3.1 at \`/openapi.json\`.

- A \`GET\` route answers \`HEAD\` too, with the same status and headers and without a body.
- Errors are problem documents ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)) with a stable \`code\`; [all codes](#problems)
  are listed below.
- Request bodies are limited to 64 KiB and ten seconds, URLs to 8192 characters.
- \`/views…\` carry a strong \`ETag\` and answer \`If-None-Match\` with 304. Every response has an \`X-Request-ID\`: that of the
  request, if it sent a valid one. The log has it, too.
- Clients must ignore fields that they do not know: later versions may add some.
- Admin routes need the header \`Authorization: Bearer TOKEN\`, with the value of
  [\`ADMIN_TOKEN\`](settings.md#admin_token). After ten wrong tokens, wrong ones are answered with 429 for a while; the right one
  always works.

Tickers in \`/readyz\` are \`absent\` until a list was loaded and once it may no longer be served, \`expired\` when nobody has asked since their TTL, and \`stale\` when the
database was asked since and failed. \`/tickers\` and \`/tickers/{ticker}\` answer 503 while no list was ever loaded, and when the last
one expired more than an hour ago; the log has what the database answered. After a reload with \`"published": false\`, the catalog is published when Redis can be written again.

\`\`\`sh
curl http://127.0.0.1:8000/views/view_fiis_info
curl -X POST -H 'Authorization: Bearer TOKEN' http://127.0.0.1:8000/admin/views/reload
\`\`\``;

/** docs/reference/http.md. */
export function httpReference(): string {
  const routes: readonly RouteSpec[] = API_ROUTES;
  return [
    GENERATED,
    "",
    INTRODUCTION,
    "",
    ...table(
      ["route", "auth", "purpose"],
      routes.map((spec) => [linkTo(spec), authOf(spec), spec.summary]),
    ),
    "Before a route is asked, any request may be refused. On Deno, the runtime itself refuses some malformed or large heads: with 400 and no body, or by closing the connection.",
    "",
    ...table(
      ["status", "content type", "meaning"],
      [...UNROUTED_PROBLEMS]
        .sort(byStatus)
        .map((each) => [String(PROBLEMS[each][0]), code("application/problem+json"), describeProblem(each)]),
    ),
    ...Object.entries(TAG_DESCRIPTIONS).flatMap(([tag, description]) => [
      `## ${tag}`,
      "",
      description,
      "",
      ...routes.filter((spec) => spec.tag === tag).flatMap(describeRoute),
    ]),
    ...describeHeaders(),
    ...describeProblems(),
  ]
    .join("\n")
    .trimEnd()
    .concat("\n");
}

function titleOf(spec: RouteSpec): string {
  return `${spec.method.toUpperCase()} ${pathTemplateOf(spec)}`;
}

function linkTo(spec: RouteSpec): string {
  return `[${code(titleOf(spec))}](#${anchorOf(titleOf(spec))})`;
}

function authOf({ isAdmin }: RouteSpec): string {
  if (isAdmin === undefined) return "none";
  return isAdmin === "optional" ? "admin token, optional" : "admin token";
}

function describeRoute(spec: RouteSpec): readonly string[] {
  const { summary, description, body, answers } = spec;
  return [
    `### ${code(titleOf(spec))}`,
    "",
    `${summary}.${description === undefined ? "" : ` ${description}`}`,
    "",
    `Auth: ${authOf(spec)}.`,
    "",
    ...table(["parameter", "in", "meaning", "example"], parametersOf(spec)),
    ...(body === undefined
      ? []
      : [
          `Body (${code("application/json")}): ${body.description}`,
          "",
          ...fieldTable(body.schema),
          ...Object.values(body.examples).flatMap(({ value }) => [
            "```json",
            JSON.stringify(value),
            "```",
            "",
          ]),
        ]),
    ...table(["status", "content type", "meaning"], answersOf(spec)),
    ...fieldsOf(answers[200]),
  ];
}

function parametersOf({ parameters = {}, query = {}, answers }: RouteSpec): readonly (readonly string[])[] {
  const inPath = Object.entries(parameters).map(([name, { description, example }]) => [
    code(name),
    "path",
    description,
    code(example),
  ]);
  const inQuery = Object.entries(query).map(([name, { description, example }]) => [
    code(name),
    "query",
    description,
    code(example),
  ]);
  if (answers[304] === undefined) return [...inPath, ...inQuery];
  const { description } = REQUEST_HEADERS["If-None-Match"];
  return [...inPath, ...inQuery, [code("If-None-Match"), "header", description, code('"5d1c…"')]];
}

function answersOf({ answers, problems }: RouteSpec): readonly (readonly string[])[] {
  const codes = new Map<number, ProblemCode[]>();
  for (const each of problems) {
    const [status] = PROBLEMS[each];
    codes.set(status, [...(codes.get(status) ?? []), each]);
  }
  const good = Object.entries(answers).map(([status, answer]) => [
    status,
    contentTypeOf(answer),
    `${answer.description}${headersOf(answer)}`,
  ]);
  const bad = [...codes].sort(([one], [other]) => one - other);
  return [
    ...good,
    ...bad.map(([status, some]) => [
      String(status),
      code("application/problem+json"),
      some.map(describeProblem).join("; "),
    ]),
  ];
}

function byStatus(one: ProblemCode, other: ProblemCode): number {
  return PROBLEMS[one][0] - PROBLEMS[other][0];
}

function describeProblem(problem: ProblemCode): string {
  return `[${code(problem)}](#problems): ${PROBLEMS[problem][1].toLowerCase()}`;
}

function contentTypeOf({ schema, mediaType = "application/json" }: AnswerSpec): string {
  return schema === undefined ? "no body" : code(mediaType);
}

function headersOf({ headers = [] }: AnswerSpec): string {
  return headers.length === 0 ? "" : ` Headers: ${headers.map(code).join(", ")}.`;
}

function fieldsOf({ schema, mediaType = "application/json" }: AnswerSpec): readonly string[] {
  return schema === undefined || mediaType !== "application/json" ? [] : fieldTable(schema);
}

function fieldTable(schema: NonNullable<AnswerSpec["schema"]>): readonly string[] {
  return rowsOf(jsonFields(createJsonSchema(schema), createNamedJsonSchemas()));
}

function rowsOf(fields: readonly JsonField[]): readonly string[] {
  return table(
    ["field", "type", "meaning"],
    fields.map(({ path, type, meaning }) => [code(path), type, meaning]),
  );
}

function describeHeaders(): readonly string[] {
  const rows = Object.entries({ ...ANSWER_HEADERS }).map(([name, { description, example }]) => [
    code(name),
    description,
    code(example.length > 40 ? `${example.slice(0, 6)}…"` : example),
  ]);
  return ["## Headers of answers", "", ...table(["header", "meaning", "example"], rows)];
}

/** Of every problem's body; the table shows what is special to one. */
const COMMON_FIELDS = new Set(["type", "title", "status", "code", "detail", "requestId"]);

function describeProblems(): readonly string[] {
  const codes = Object.keys(PROBLEMS) as readonly ProblemCode[];
  return [
    "## Problems",
    "",
    "Every problem has `type`, `title`, `status`, `code`, `detail` (what happened this time, for people) and `requestId`, under",
    "which the log has more.",
    "",
    ...table(
      ["code", "status", "title", "example of `detail`", "more fields, headers"],
      codes.map((each) => {
        const [status, title] = PROBLEMS[each];
        return [code(each), String(status), title, String(createProblemExample(each).detail), extrasOf(each)];
      }),
    ),
  ];
}

function extrasOf(problem: ProblemCode): string {
  const fields = jsonFields(createJsonSchema(PROBLEM_SCHEMAS[problem]), createNamedJsonSchemas());
  const own = fields.filter(({ path }) => !COMMON_FIELDS.has(path) && !/[.[]/.test(path));
  return [...own.map(({ path }) => code(path)), ...(PROBLEM_HEADERS[problem] ?? []).map(code)].join(", ");
}
