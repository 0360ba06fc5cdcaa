import { describe, expect, test } from "vitest";
import { API_ROUTES } from "../../../../src/app/http/api/api-routes.ts";
import { hasWildcard, pathTemplateOf } from "../../../../src/app/http/api/route-spec.ts";
import { createOpenApiDocument } from "../../../../src/app/http/openapi/openapi-document.ts";
import { PROBLEMS } from "../../../../src/app/http/responses/problem.ts";
import { type ApiDocument, createApiReader } from "../../../support/api-document.ts";
import { createScriptedApi } from "../../../support/scripted-api.ts";
import { ANSWER_ROWS } from "./answer-rows.ts";

const DOCUMENT = JSON.parse(JSON.stringify(createOpenApiDocument())) as ApiDocument;
const reader = createApiReader(DOCUMENT);

describe("createOpenApiDocument()", () => {
  test("describes every route that the application has, and no other", () => {
    const { routes } = createScriptedApi();
    // Those that are open-ended are measured as they come: the application does not count them up.
    const openEnded = API_ROUTES.filter(hasWildcard).map((spec) => `GET ${pathTemplateOf(spec)}`);
    const templates = [...openEnded, ...routes.map((path) => pathTemplateOf({ path }))];
    expect([...reader.operations.keys()].sort()).toEqual([...new Set(templates)].sort());
    expect(reader.operations.size).toBe(API_ROUTES.length);
  });

  test("describes every problem that there is", () => {
    const codes = new Set(reader.answers.flatMap((name) => name.split(" ")[3] ?? []));
    expect([...codes].sort()).toEqual(Object.keys(PROBLEMS).sort());
  });

  test.each(ANSWER_ROWS.map((row) => [row.name, row] as const))(
    "describes what the application answers: %s",
    async (name, { path, request, scripts, before = 0 }) => {
      const api = createScriptedApi(scripts);
      for (let sent = 0; sent < before; sent++) await api.send(path, request);
      const answer = await api.send(path, request);
      expect(reader.read(name.split(" ", 2).join(" "), answer)).toEqual({ name, faults: [] });
    },
  );

  test.each(
    ANSWER_ROWS.flatMap((row) => (/^GET \S+ (?:200|304)$/.test(row.name) ? [[row.name, row] as const] : [])),
  )("is true of HEAD as well: %s", async (_name, { path, request, scripts }) => {
    const api = createScriptedApi(scripts);
    const id = { headers: { ...request?.headers, "x-request-id": "head" } };
    const got = await api.send(path, { ...request, ...id });
    const { headers, ...head } = await api.send(path, { ...request, ...id, method: "HEAD" });
    const { "content-length": length, ...others } = headers;
    // A large answer that is sent in slices, as on Deno, says its length itself; the server does for the others.
    const { "content-length": lengthOfGet = length, ...headersOfGet } = got.headers;
    expect([head, others]).toEqual([{ status: got.status, text: "" }, headersOfGet]);
    expect(lengthOfGet).toBe(length);
    // A stream has no length.
    const isWhole = got.status === 200 && got.headers["content-type"] !== "text/event-stream";
    expect(length).toBe(isWhole ? String(new TextEncoder().encode(got.text).length) : undefined);
  });

  test("describes nothing that no row above shows", () => {
    const shown = new Set(ANSWER_ROWS.map(({ name }) => name));
    expect(reader.answers.filter((name) => !shown.has(name))).toEqual([]);
  });

  test("describes examples that are what it says they are", () => {
    for (const [name, { responses, requestBody }] of reader.operations) {
      for (const { content = {} } of [...Object.values(responses), requestBody ?? {}]) {
        for (const { schema, examples = {} } of Object.values(content)) {
          for (const [example, { value }] of Object.entries(examples)) {
            expect([name, example, reader.validate(schema, value)]).toEqual([name, example, []]);
          }
        }
      }
    }
  });
});

describe("createApiReader()", () => {
  const headers = { "content-type": "application/json", "cache-control": "no-store", "x-request-id": "a" };
  const body = { ticker: "HGLG11", stale: false };
  const read = (change: { readonly body?: unknown; readonly headers?: object; readonly status?: number }) =>
    reader.read("GET /tickers/{ticker}", {
      status: change.status ?? 200,
      headers: { ...headers, ...change.headers },
      text: JSON.stringify(change.body ?? body),
    }).faults;

  test("finds nothing wrong with a right answer", () => {
    expect(read({})).toEqual([]);
  });

  test.each([
    ["a field that is not described", { body: { ...body, more: 1 } }, "must NOT have additional properties"],
    ["a field that is missing", { body: { ticker: "HGLG11" } }, "must have required property 'stale'"],
    ["a field of another type", { body: { ...body, stale: 0 } }, "must be boolean"],
    ["another status", { status: 201 }, "GET /tickers/{ticker} 201 is not documented"],
    ["another media type", { headers: { "content-type": "text/html" } }, "text/html is not documented"],
    ["a header that is not described", { headers: { etag: '"a"' } }, "ETag is not documented"],
    ["a header that is missing", { headers: { "x-request-id": undefined } }, "X-Request-ID is missing"],
    ["a header of another form", { headers: { "x-request-id": "a b" } }, "X-Request-ID: data must match"],
  ])("finds %s", (_what, change, fault) => {
    expect(read(change)).toEqual([expect.stringContaining(fault)]);
  });
});
