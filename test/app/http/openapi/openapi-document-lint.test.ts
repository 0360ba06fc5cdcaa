import { createConfig, lintFromString } from "@redocly/openapi-core";
import { expect, test } from "vitest";
import { createOpenApiDocument } from "../../../../src/app/http/openapi/openapi-document.ts";

const DOCUMENT = createOpenApiDocument() as { readonly paths: Readonly<Record<string, object>> };

/** What the linter's recommended rules find, with every warning as strict as an error. */
async function lint(document: object): Promise<readonly string[]> {
  const rules = { "operation-4xx-problem-details-rfc7807": "error" } as const;
  const config = await createConfig({ extends: ["recommended-strict"], rules, telemetry: "off" });
  const source = JSON.stringify(document);
  const problems = await lintFromString({ source, absoluteRef: "/openapi.json", config });
  return problems.map(({ severity, ruleId, message }) => `${severity} ${ruleId}: ${message}`);
}

test("createOpenApiDocument() makes what a linter has nothing to say about", async () => {
  expect(await lint(DOCUMENT)).toEqual([]);
});

test.each([
  [
    "an answer without a description",
    { responses: { 200: {}, 404: { description: "None." } } },
    "error struct",
  ],
  ["no answer of an error", { responses: { 200: { description: "Well." } } }, "error operation-4xx-response"],
  ["an operationId that comes twice", { operationId: "showHealth" }, "error operation-operationId-unique"],
])("the linter finds %s", async (_what, change, fault) => {
  const good = { security: [], operationId: "x", summary: "X", responses: { 404: { description: "None." } } };
  const paths = { ...DOCUMENT.paths, "/wrong": { get: { ...good, ...change } } };
  expect(await lint({ ...DOCUMENT, paths })).toContainEqual(expect.stringContaining(fault));
});
