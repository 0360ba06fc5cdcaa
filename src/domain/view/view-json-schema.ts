import { ENTITY_LENGTH_MAX, ENTITY_PATTERN, RESERVED_ENTITIES } from "./entity.ts";
import { findFieldForm } from "./field-forms.ts";
import { NUMERIC_TEXT_PATTERN } from "./view.ts";

const textSchema = { type: "string", minLength: 1, errorMessage: "The value must be text" } as const;
const textListSchema = (path: string) =>
  ({ type: "array", items: textSchema, ...createErrorMessage(path) }) as const;
const optionalTextListSchema = (path: string) =>
  ({ type: ["array", "null"], items: textSchema, ...createErrorMessage(path) }) as const;
const optionalTextSchema = (path: string) =>
  ({ type: ["string", "null"], ...createErrorMessage(path) }) as const;

/** Makes an error message for editors: yaml-language-server and VS Code support the keyword `errorMessage`. */
function createErrorMessage(path: string): { readonly errorMessage: string } {
  const { expected, example } = findFieldForm(path.split("/"));
  const label = path.endsWith("/*") ? `Each item of ${path.slice(0, -2)}` : path;
  return { errorMessage: `${label} must be ${expected.en}; write ${example}` };
}

const columnSchema = {
  type: ["string", "object"],
  minLength: 1,
  required: ["name"],
  // The message also covers an object without a name.
  errorMessage:
    "Each item of columns must be a column name or an object with a name; write - ticker or - name: ticker",
  properties: {
    name: { ...textSchema, description: "The column's name in the database." },
    description: { ...optionalTextSchema("columns/*/description"), description: "What the column contains." },
    alias: { ...optionalTextSchema("columns/*/alias"), description: "The display name of the column." },
    type: {
      description: "The type of the column's values, such as text, date or numeric. Any value is kept.",
      examples: ["text", "date", "timestamp", "integer", "numeric", "boolean"],
    },
    unit: {
      description: "The unit of the column's values, such as R$, % or days. Any value is kept.",
      examples: ["R$", "%"],
    },
  },
} as const;

const weightMessages = {
  ...createErrorMessage("ask/weights/*"),
  patternErrorMessage: "A weight must be a number; write keywords: 1.0",
} as const;
const numberSchema = {
  examples: [1.5],
  type: ["number", "string"],
  pattern: NUMERIC_TEXT_PATTERN.source,
  ...weightMessages,
} as const;

/** A number. A numeric string or a list of one number is accepted with a warning. */
const weightSchema = {
  ...numberSchema,
  type: ["number", "string", "array", "null"],
  minItems: 1,
  maxItems: 1,
  items: numberSchema,
} as const;

/** Synonyms; a single string is accepted with a warning. */
const synonymListSchema = {
  ...createErrorMessage("ask/synonyms/*"),
  type: ["array", "string", "null"],
  items: textSchema,
  minLength: 1,
} as const;

const askSchema = {
  type: ["object", "null"],
  ...createErrorMessage("ask"),
  description: "Search words of this view.",
  properties: {
    intents: {
      ...optionalTextListSchema("ask/intents"),
      description: "Intents of questions about this view.",
    },
    keywords: { ...optionalTextListSchema("ask/keywords"), description: "Keywords of this view." },
    synonyms: {
      type: ["object", "null"],
      ...createErrorMessage("ask/synonyms"),
      additionalProperties: synonymListSchema,
      description: "Synonyms, by keyword.",
    },
    latest_words: {
      ...optionalTextListSchema("ask/latest_words"),
      description: "Words that mean the newest row.",
    },
    weights: {
      type: ["object", "null"],
      ...createErrorMessage("ask/weights"),
      additionalProperties: weightSchema,
      description:
        "How much each kind of match counts, such as keywords: 1.0; the kinds are intents, keywords, synonyms and latest_words.",
    },
    top_k: {
      type: ["integer", "null"],
      minimum: 1,
      ...createErrorMessage("ask/top_k"),
      description: "Maximum number of rows in an answer.",
    },
  },
} as const;

const ENTITY_FORM = "letters, digits and _ with no digit first, or schema.name";

/**
 * The JSON Schema of a view, for editors. It accepts the views in which `checkView` finds no error. It is
 * draft 7, which most editors support.
 *
 * The alternative types of a value are a list in one schema. With `oneOf`, editors would guess one
 * alternative and show only its errors; code generators ignore `if`.
 *
 * JSON Schema cannot express four rules of `checkView`: `top_k: 5.0` is not an integer; references to columns must name
 * columns; a view without `entity` gets the name of its file; some values are only warned about, such as an empty
 * field.
 *
 * @see https://json-schema.org/draft-07
 */
export const VIEW_JSON_SCHEMA = {
  $schema: "http://json-schema.org/draft-07/schema#",
  title: "Mosaic view",
  description: "Metadata of one SQL view. Unknown fields are kept unchanged.",
  type: "object",
  required: ["columns", "identifiers"],
  properties: {
    entity: {
      type: ["string", "null"],
      ...createErrorMessage("entity"),
      description: "The view's name, such as view_fiis_info or schema.name; without it, the file's name.",
      // Editors do not show custom messages for `not`.
      pattern: `^(?!(?:${[...RESERVED_ENTITIES].join("|")})$)${ENTITY_PATTERN.source.slice(1)}`,
      patternErrorMessage: `A view's name is ${ENTITY_FORM}, such as view_fiis_info, but not ${[...RESERVED_ENTITIES].join(", ")}`,
      maxLength: ENTITY_LENGTH_MAX,
      examples: ["view_fiis_info"],
    },
    description: {
      ...optionalTextSchema("description"),
      description: "What one row of the view represents.",
    },
    identifiers: { ...textListSchema("identifiers"), description: "The columns that identify a row." },
    default_date_field: {
      ...optionalTextSchema("default_date_field"),
      minLength: 1,
      description: "The date column that counts when a question names none.",
    },
    order_by_whitelist: {
      type: ["array", "null"],
      ...createErrorMessage("order_by_whitelist"),
      items: {
        ...createErrorMessage("order_by_whitelist/*"),
        type: ["string", "object"],
        minLength: 1,
        required: ["name"],
        properties: { name: textSchema },
      },
      description: "The columns that rows may be sorted by.",
    },
    columns: {
      type: "array",
      minItems: 1,
      ...createErrorMessage("columns"),
      items: columnSchema,
      description: "The view's columns: names, or objects with a name.",
    },
    ask: askSchema,
  },
} as const;
