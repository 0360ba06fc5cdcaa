type JsonSchema = Readonly<Record<string, unknown>>;

/** How a mock server makes a value of a schema: by its examples, and of alternatives by the first or the last. */
export function sampleOfSchema(
  schema: JsonSchema,
  options: { readonly schemas: Readonly<Record<string, JsonSchema>>; readonly takes: "first" | "last" },
): unknown {
  const { $ref, oneOf, anyOf, type, examples } = schema;
  const { schemas, takes } = options;
  const one = (list: unknown): unknown => (Array.isArray(list) ? list.at(takes === "first" ? 0 : -1) : list);
  const sample = (inner: unknown): unknown => sampleOfSchema(inner as JsonSchema, options);
  if (typeof $ref === "string") return sample(schemas[$ref.split("/").at(-1) ?? ""]);
  if ("const" in schema) return schema.const;
  if (schema.enum !== undefined) return one(schema.enum);
  if (examples !== undefined) return one(examples);
  if (oneOf !== undefined || anyOf !== undefined) return sample(one(oneOf ?? anyOf));
  switch (one(type)) {
    case "object": {
      const { properties = {}, additionalProperties } = schema as Record<string, JsonSchema | undefined>;
      const named = Object.entries(properties).map(([name, inner]) => [name, sample(inner)]);
      const more = typeof additionalProperties === "object" ? [["more", sample(additionalProperties)]] : [];
      return Object.fromEntries([...named, ...more]);
    }
    case "array":
      return [sample(schema.items)];
    case "string":
      return schema.format === "date-time" ? "2026-01-31T12:00:00.000Z" : "text";
    case "integer":
    case "number":
      return schema.minimum ?? 1;
    case "boolean":
      return true;
    default:
      return null;
  }
}
