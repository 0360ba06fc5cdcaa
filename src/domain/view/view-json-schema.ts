import { ENTITY_LENGTH_MAX, ENTITY_PATTERN, RESERVED_ENTITIES } from "./entity.ts";
import { fieldForm } from "./field-forms.ts";
import { NUMERIC_TEXT } from "./view.ts";

const text = { type: "string", minLength: 1, errorMessage: "The value must be text" } as const;
const texts = (path: string) => ({ type: "array", items: text, ...errorMessageOf(path) }) as const;
const optionalTexts = (path: string) =>
  ({ type: ["array", "null"], items: text, ...errorMessageOf(path) }) as const;
const optionalText = (path: string) => ({ type: ["string", "null"], ...errorMessageOf(path) }) as const;

/** Makes an error message for editors: yaml-language-server and VS Code support the keyword `errorMessage`. */
function errorMessageOf(path: string): { readonly errorMessage: string } {
  const { expected, example } = fieldForm(path.split("/"));
  const label = path.endsWith("/*") ? `Each item of ${path.slice(0, -2)}` : path;
  return { errorMessage: `${label} must be ${expected.en}; write ${example}` };
}

const column = {
  type: ["string", "object"],
  minLength: 1,
  required: ["name"],
  // The message also covers an object without a name.
  errorMessage:
    "Each item of columns must be a column name or an object with a name; write - ticker or - name: ticker",
  properties: {
    name: { ...text, description: "The column's name in the database." },
    description: { ...optionalText("columns/*/description"), description: "What it contains." },
    alias: { ...optionalText("columns/*/alias"), description: "The display name of the column." },
    type: {
      description: "What its values are, such as text, date or numeric. Any value is kept.",
      examples: ["text", "date", "timestamp", "integer", "numeric", "boolean"],
    },
    unit: {
      description: "The unit of its values, such as R$, % or days. Any value is kept.",
      examples: ["R$", "%"],
    },
  },
} as const;

const weightMessages = {
  ...errorMessageOf("ask/weights/*"),
  patternErrorMessage: "A weight must be a number; write keywords: 1.0",
} as const;
const number = {
  examples: [1.5],
  type: ["number", "string"],
  pattern: NUMERIC_TEXT.source,
  ...weightMessages,
} as const;

/** A number. A numeric string or a list of one number is accepted with a warning. */
const weight = {
  ...number,
  type: ["number", "string", "array", "null"],
  minItems: 1,
  maxItems: 1,
  items: number,
} as const;

/** Synonyms; a single string is accepted with a warning. */
const synonymList = {
  ...errorMessageOf("ask/synonyms/*"),
  type: ["array", "string", "null"],
  items: text,
  minLength: 1,
} as const;

const ask = {
  type: ["object", "null"],
  ...errorMessageOf("ask"),
  description: "Search words of this view.",
  properties: {
    intents: { ...optionalTexts("ask/intents"), description: "Intents of questions about this view." },
    keywords: { ...optionalTexts("ask/keywords"), description: "Keywords of this view." },
    synonyms: {
      type: ["object", "null"],
      ...errorMessageOf("ask/synonyms"),
      additionalProperties: synonymList,
      description: "Synonyms, by keyword.",
    },
    latest_words: {
      ...optionalTexts("ask/latest_words"),
      description: "Words that mean the newest row.",
    },
    weights: {
      type: ["object", "null"],
      ...errorMessageOf("ask/weights"),
      additionalProperties: weight,
      description:
        "How much each kind of match counts, such as keywords: 1.0; the kinds are intents, keywords, synonyms and latest_words.",
    },
    top_k: {
      type: ["integer", "null"],
      minimum: 1,
      ...errorMessageOf("ask/top_k"),
      description: "Maximum number of rows in an answer.",
    },
  },
} as const;

const ENTITY_FORM = "letters, digits and _ with no digit first, or schema.name";

/**
 * The JSON Schema of a view, for editors. It accepts the views in which `checkView` finds no error. It is draft 7,
 * which all editors support.
 *
 * The alternative types of a value are a list in one schema. With `oneOf`, editors would guess one alternative and show
 * only its errors; generators ignore `if`.
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
      ...errorMessageOf("entity"),
      description: "The view's name, such as view_fiis_info or schema.name; without it, the file's name.",
      // Editors do not show custom messages for `not`.
      pattern: `^(?!(?:${[...RESERVED_ENTITIES].join("|")})$)${ENTITY_PATTERN.source.slice(1)}`,
      patternErrorMessage: `A view's name is ${ENTITY_FORM}, such as view_fiis_info, but not ${[...RESERVED_ENTITIES].join(", ")}`,
      maxLength: ENTITY_LENGTH_MAX,
      examples: ["view_fiis_info"],
    },
    description: { ...optionalText("description"), description: "What one row of the view represents." },
    identifiers: { ...texts("identifiers"), description: "The columns that identify a row." },
    default_date_field: {
      ...optionalText("default_date_field"),
      minLength: 1,
      description: "The default column of questions about time.",
    },
    order_by_whitelist: {
      type: ["array", "null"],
      ...errorMessageOf("order_by_whitelist"),
      items: {
        ...errorMessageOf("order_by_whitelist/*"),
        type: ["string", "object"],
        minLength: 1,
        required: ["name"],
        properties: { name: text },
      },
      description: "The columns that rows may be sorted by.",
    },
    columns: {
      type: "array",
      minItems: 1,
      ...errorMessageOf("columns"),
      items: column,
      description: "The view's columns: names, or objects with a name.",
    },
    ask,
  },
} as const;
