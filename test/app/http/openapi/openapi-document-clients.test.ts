import type * as v from "valibot";
import { describe, expect, expectTypeOf, test } from "vitest";
import type { stateEventSchema } from "../../../../src/app/http/api/event-api.ts";
import { createOpenApiDocument } from "../../../../src/app/http/openapi/openapi-document.ts";
import type { ServiceState } from "../../../../src/app/status/status-stream.ts";
import type { DeepReadonly } from "../../../../src/lib/deep-readonly.ts";
import { type ApiDocument, createApiReader } from "../../../support/api-document.ts";
import { sampleOfSchema } from "../../../support/sample-of-schema.ts";

type JsonSchema = Readonly<Record<string, unknown>>;

const DOCUMENT = JSON.parse(JSON.stringify(createOpenApiDocument())) as ApiDocument & {
  readonly info: JsonSchema;
};
const { schemas } = DOCUMENT.components;
const reader = createApiReader(DOCUMENT);

/** Keywords with a schema, a list of schemas or schemas by name below them. */
const BELOW = ["items", "additionalProperties", "contentSchema", "not"];
const LISTS = ["oneOf", "anyOf", "allOf", "prefixItems"];
const MAPS = ["properties", "patternProperties", "$defs"];
/** What generators pass over, so that whatever only these say is lost to clients. */
const UNSEEN = ["if", "then", "else", "dependentSchemas", "dependentRequired", "unevaluatedProperties"];

/** A schema and every schema in it, by its path. */
function walk(schema: JsonSchema, path: string): readonly (readonly [path: string, schema: JsonSchema])[] {
  const children = [
    ...BELOW.map((key) => [key, schema[key]] as const),
    ...LISTS.flatMap((key) =>
      ((schema[key] as readonly unknown[]) ?? []).map((item, index) => [`${key}/${index}`, item] as const),
    ),
    ...MAPS.flatMap((key) => Object.entries(schema[key] ?? {})),
  ];
  return [
    [path, schema],
    ...children.flatMap(([step, child]) =>
      typeof child === "object" && child !== null ? walk(child as JsonSchema, `${path}/${step}`) : [],
    ),
  ];
}

/** Every schema of the description: those with a name, and those of bodies, parameters and headers. */
function allSchemas(): readonly (readonly [path: string, schema: JsonSchema])[] {
  const named = Object.entries(schemas).flatMap(([name, schema]) => walk(schema, name));
  const inOperations = [...reader.operations].flatMap(
    ([operation, { parameters, requestBody, responses }]) => [
      ...parameters.flatMap(({ name = "", schema }) => walk(schema ?? { $ref: "" }, `${operation} ${name}`)),
      ...[requestBody, ...Object.values(responses)].flatMap((message) =>
        Object.entries(message?.content ?? {}).flatMap(([type, { schema }]) =>
          walk(schema, `${operation} ${type}`),
        ),
      ),
    ],
  );
  return [...named, ...inOperations];
}

/** Whether a generated type is anything but `unknown`. */
function isTyped(schema: JsonSchema): boolean {
  return ["$ref", "const", "enum", "oneOf", "anyOf", "type"].some((key) => key in schema);
}

describe("A21: the description of the API as generators of clients read it", () => {
  test("A21: has no keyword that generators pass over", () => {
    const unseen = allSchemas().flatMap(([path, schema]) =>
      UNSEEN.flatMap((keyword) => (keyword in schema ? [`${path}: ${keyword}`] : [])),
    );
    expect(unseen).toEqual([]);
  });

  test("A21: has a type for every value but those that may be anything", () => {
    const untyped = allSchemas().flatMap(([path, schema]) =>
      isTyped(schema) || path.endsWith("/not") ? [] : [path],
    );
    expect(untyped).toEqual([
      "View/columns/items/oneOf/1/type",
      "View/columns/items/oneOf/1/unit",
      "OpenApi/paths/additionalProperties",
    ]);
  });

  test.each(["columns/items", "order_by_whitelist/oneOf/0/items"])(
    "A21: has a union of alternatives, each with its one type, for the items of View/%s",
    (path) => {
      const found = walk(schemas.View ?? {}, "").find(([at]) => at === `/${path}`)?.[1];
      const types = (found?.oneOf as readonly JsonSchema[] | undefined)?.map(({ type }) => type);
      expect(types).toEqual(["string", "object"]);
    },
  );

  test("A21: has no list of types that holds lists or objects, of which some generators take one", () => {
    const mixed = allSchemas().flatMap(([path, { type }]) =>
      Array.isArray(type) && (type.includes("object") || type.includes("array")) ? [path] : [],
    );
    expect(mixed).toEqual([]);
  });

  test("A21: names a contact, and describes every operation", () => {
    expect(DOCUMENT.info.contact).toEqual({ name: expect.stringMatching(/\S/) });
    const bare = [...reader.operations].flatMap(([name, { description = "" }]) =>
      description.length < 20 ? [name] : [],
    );
    expect(bare).toEqual([]);
  });

  test.each(["first", "last"] as const)(
    "A21: lets a mock server make answers of schemas that pass them, of alternatives the %s",
    (takes) => {
      let count = 0;
      for (const [name, { responses, requestBody, parameters }] of reader.operations) {
        const contents = [...Object.values(responses), requestBody].flatMap((message) =>
          Object.values(message?.content ?? {}),
        );
        const bare = parameters.flatMap(({ schema }) => (schema === undefined ? [] : [{ schema }]));
        for (const { schema } of [...contents, ...bare]) {
          const value = sampleOfSchema(schema, { schemas, takes });
          expect([name, value, reader.validate(schema, value)]).toEqual([name, value, []]);
          count += 1;
        }
      }
      expect(count).toBeGreaterThan(reader.operations.size);
    },
  );
});

describe("A8: what is not JSON, or has no body", () => {
  const pages = [...reader.operations].filter(([, { responses }]) => responses["304"] !== undefined);
  const refsOf = (list: readonly { readonly $ref?: string }[]): readonly string[] =>
    list.flatMap(({ $ref }) => $ref?.split("/").at(-1) ?? []);

  test("A8: every answer with an ETag has a 304 with the same headers and no body, and takes If-None-Match", () => {
    const tagged = [...reader.operations].filter(([, { responses }]) => responses["200"]?.headers.ETag);
    expect(tagged.map(([name]) => name)).toEqual(pages.map(([name]) => name));
    expect(pages.length).toBeGreaterThan(5);
    for (const [name, { parameters, responses }] of pages) {
      const { 200: whole, 304: known } = responses;
      expect([name, known?.content, refsOf(parameters)]).toEqual([
        name,
        undefined,
        ["If-None-Match", "X-Request-ID"],
      ]);
      // How the body is compressed belongs to the body, which a 304 does not have.
      const { "Content-Encoding": _, ...headers } = whole?.headers ?? {};
      expect([name, known?.headers]).toEqual([name, headers]);
      expect(Object.keys(known?.headers ?? {})).toEqual(expect.arrayContaining(["ETag", "Cache-Control"]));
    }
  });

  test("A8: GET /metrics is text", () => {
    const { content } = reader.operations.get("GET /metrics")?.responses["200"] ?? {};
    expect(content).toMatchObject({ "text/plain": { schema: { type: "string" } } });
  });

  test("A8: GET /events is a stream whose events have a schema with a name", () => {
    const { content } = reader.operations.get("GET /events")?.responses["200"] ?? {};
    expect(content).toMatchObject({
      "text/event-stream": { schema: { $ref: "#/components/schemas/StateEvent" } },
    });
    // Types only: what is sent is what is described.
    expectTypeOf<ServiceState>().toExtend<DeepReadonly<v.InferOutput<typeof stateEventSchema>>>();
  });
});
