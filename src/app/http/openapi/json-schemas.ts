import { type ConversionConfig, toJsonSchema, toJsonSchemaDefs } from "@valibot/to-json-schema";
import type * as v from "valibot";
import { VIEW_JSON_SCHEMA } from "../../../domain/view-json-schema.ts";
import { API_SCHEMAS } from "../api/api-routes.ts";
import { servedViewSchema } from "../api/catalog-api.ts";
import { PROBLEM_SCHEMAS, problemName } from "../api/problem-api.ts";
import type { ProblemCode } from "../problem.ts";

export type JsonSchema = Readonly<Record<string, unknown>>;

/** Every schema that has a name, by it. */
const NAMED: Readonly<Record<string, v.GenericSchema>> = {
  ...API_SCHEMAS,
  ...Object.fromEntries(
    Object.entries(PROBLEM_SCHEMAS).map(([code, schema]) => [problemName(code as ProblemCode), schema]),
  ),
};

const { $schema: _, ...viewSchema } = VIEW_JSON_SCHEMA;

const CONFIG: ConversionConfig = {
  target: "draft-2020-12",
  // What JSON can hold is finite.
  ignoreActions: ["finite"],
  overrideRef: ({ referenceId }) => refTo(referenceId),
  overrideSchema: ({ valibotSchema }) =>
    valibotSchema === servedViewSchema
      ? (viewSchema as unknown as ReturnType<typeof toJsonSchema>)
      : undefined,
};

function refTo(name: string): string {
  return `#/components/schemas/${name}`;
}

/** The schemas that have a name, as JSON Schema of the draft that OpenAPI 3.1 builds on. */
export function namedJsonSchemas(): Readonly<Record<string, JsonSchema>> {
  return toJsonSchemaDefs(NAMED, CONFIG) as unknown as Readonly<Record<string, JsonSchema>>;
}

/** One schema: a reference to it if it has a name. */
export function jsonSchemaOf(schema: v.GenericSchema): JsonSchema {
  const name = Object.keys(NAMED).find((candidate) => NAMED[candidate] === schema);
  if (name !== undefined) return { $ref: refTo(name) };
  const { $schema: _draft, ...converted } = toJsonSchema(schema, CONFIG);
  return converted as JsonSchema;
}

/** The schema of a problem that may have any of these codes. */
export function problemJsonSchema(codes: readonly ProblemCode[]): JsonSchema {
  const refs = codes.map((code) => refTo(problemName(code)));
  if (refs.length === 1) return { $ref: refs[0] };
  const mapping = Object.fromEntries(codes.map((code, index) => [code, refs[index]]));
  return { oneOf: refs.map(($ref) => ({ $ref })), discriminator: { propertyName: "code", mapping } };
}
