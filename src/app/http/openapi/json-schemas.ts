import { type ConversionConfig, toJsonSchema, toJsonSchemaDefs } from "@valibot/to-json-schema";
import type * as v from "valibot";
import { ENTITY_PATTERN, RESERVED_ENTITIES } from "../../../domain/view/entity.ts";
import { VIEW_JSON_SCHEMA } from "../../../domain/view/view-json-schema.ts";
import { API_SCHEMAS } from "../api/api-routes.ts";
import { servedViewSchema } from "../api/catalog-api.ts";
import { PROBLEM_SCHEMAS, toProblemSchemaName } from "../api/problem-api.ts";
import type { ProblemCode } from "../responses/problem.ts";

export type JsonSchema = Readonly<Record<string, unknown>>;

const EDITOR_KEYWORDS: ReadonlySet<string> = new Set(["errorMessage", "patternErrorMessage"]);

const NAMED_SCHEMAS: Readonly<Record<string, v.GenericSchema>> = {
  ...API_SCHEMAS,
  ...Object.fromEntries(
    Object.entries(PROBLEM_SCHEMAS).map(([code, schema]) => [
      toProblemSchemaName(code as ProblemCode),
      schema,
    ]),
  ),
};

/**
 * Converts a schema for editors to one for client generators: removes the messages, and replaces patterns and
 * lists of types that some generators cannot read.
 */
function adaptForGenerators(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(adaptForGenerators);
  if (typeof schema !== "object" || schema === null) return schema;
  const kept = Object.entries(schema).filter(([key]) => !EDITOR_KEYWORDS.has(key));
  return splitIntoUnion(
    Object.fromEntries(
      kept.map(([key, value]) => [
        key,
        key === "entity" ? createEntityJsonSchema(value) : adaptForGenerators(value),
      ]),
    ),
  );
}

/** Replaces the pattern for editors: it has a lookahead, which generators of some languages cannot read. */
function createEntityJsonSchema({
  errorMessage,
  patternErrorMessage,
  ...schema
}: Record<string, unknown>): object {
  return { ...schema, pattern: ENTITY_PATTERN.source, not: { enum: [...RESERVED_ENTITIES] } };
}

/** JSON Schema keywords that apply to one type. */
const KEYWORDS_OF_TYPE: Readonly<Record<string, readonly string[]>> = {
  array: ["items", "minItems", "maxItems"],
  object: ["properties", "required", "additionalProperties"],
  string: ["minLength", "pattern"],
};

/**
 * Replaces a list of types by `oneOf`, because some generators read only the first type of a list. A list of
 * one plain type and null stays as it is.
 */
function splitIntoUnion(schema: JsonSchema): JsonSchema {
  const { type: types, ...rest } = schema;
  if (!Array.isArray(types) || hasNoUnionKeywords(types)) return schema;
  const owned = new Set(types.flatMap((type) => KEYWORDS_OF_TYPE[type] ?? []));
  const pick = (isKept: (key: string) => boolean) =>
    Object.fromEntries(Object.entries(rest).filter(([key]) => isKept(key)));
  const oneOf = types.map((type) => ({
    type,
    ...pick((key) => KEYWORDS_OF_TYPE[type]?.includes(key) === true),
  }));
  return { ...pick((key) => !owned.has(key)), oneOf };
}

function hasNoUnionKeywords(types: readonly string[]): boolean {
  const [type, ...others] = types.filter((name) => name !== "null");
  return others.length === 0 && type !== "array" && type !== "object";
}

const { $schema: _, ...viewSchema } = adaptForGenerators(VIEW_JSON_SCHEMA) as typeof VIEW_JSON_SCHEMA;

const CONVERSION_CONFIG: ConversionConfig = {
  target: "draft-2020-12",
  // JSON has no infinite numbers, so `finite` needs no keyword.
  ignoreActions: ["finite"],
  overrideRef: ({ referenceId }) => createReference(referenceId),
  overrideSchema: ({ valibotSchema }) =>
    valibotSchema === servedViewSchema
      ? (viewSchema as unknown as ReturnType<typeof toJsonSchema>)
      : undefined,
};

function createReference(name: string): string {
  return `#/components/schemas/${name}`;
}

/** The named schemas, as JSON Schema of the draft that OpenAPI 3.1 is based on. */
export function createNamedJsonSchemas(): Readonly<Record<string, JsonSchema>> {
  return toJsonSchemaDefs(NAMED_SCHEMAS, CONVERSION_CONFIG) as unknown as Readonly<
    Record<string, JsonSchema>
  >;
}

/** Converts a Valibot schema to JSON Schema; a schema of `NAMED_SCHEMAS` becomes a reference. */
export function createJsonSchema(schema: v.GenericSchema): JsonSchema {
  const name = Object.keys(NAMED_SCHEMAS).find((candidate) => NAMED_SCHEMAS[candidate] === schema);
  if (name !== undefined) return { $ref: createReference(name) };
  const { $schema: _draft, ...converted } = toJsonSchema(schema, CONVERSION_CONFIG);
  return converted as JsonSchema;
}

/** The schema of a problem that may have any of these codes. */
export function createProblemJsonSchema(codes: readonly ProblemCode[]): JsonSchema {
  const refs = codes.map((code) => createReference(toProblemSchemaName(code)));
  if (refs.length === 1) return { $ref: refs[0] };
  const mapping = Object.fromEntries(codes.map((code, index) => [code, refs[index]]));
  return { oneOf: refs.map(($ref) => ({ $ref })), discriminator: { propertyName: "code", mapping } };
}
