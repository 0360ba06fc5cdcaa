import { ENTITY_LENGTH_MAX, ENTITY_PATTERN, RESERVED_ENTITIES } from "./entity.ts";

const text = { type: "string", minLength: 1 } as const;
const texts = { type: "array", items: text } as const;

const columnObject = {
  type: "object",
  required: ["name"],
  properties: {
    name: { ...text, description: "The column's name in the database." },
    description: { type: "string", description: "What it holds, and in which unit." },
    alias: { type: "string", description: "How people are shown it." },
  },
} as const;

const ask = {
  type: "object",
  description: "The words that people ask for this view with.",
  properties: {
    intents: { ...texts, description: "What questions to this view are about." },
    keywords: { ...texts, description: "Words that point to this view." },
    synonyms: {
      type: "object",
      additionalProperties: texts,
      description: "For a keyword, the other ways in which people say it.",
    },
    latest_words: { ...texts, description: "Words that ask for the newest row." },
    weights: {
      type: "object",
      additionalProperties: { type: "number" },
      description: "How much each kind of match counts, such as keywords: 1.0.",
    },
    top_k: { type: "integer", minimum: 1, description: "How many rows an answer takes at most." },
  },
} as const;

/**
 * A view as JSON Schema, for editors: what it accepts is what `checkView` finds no error in.
 *
 * Draft 7, which all editors know. What JSON Schema cannot say: `top_k: 5.0` is no integer here; names that refer to
 * columns are checked, with warnings, against the columns; a view without an `entity` takes its file's name.
 *
 * @see https://json-schema.org/draft-07
 */
export const VIEW_JSON_SCHEMA = {
  $schema: "http://json-schema.org/draft-07/schema#",
  title: "Mosaic view",
  description: "Metadata of one SQL view. Fields that are not named here are kept as they are.",
  type: "object",
  required: ["columns", "identifiers"],
  properties: {
    entity: {
      type: "string",
      description: "The view's name, such as view_fiis_info or schema.name; without it, the file's name.",
      pattern: ENTITY_PATTERN.source,
      maxLength: ENTITY_LENGTH_MAX,
      not: { enum: [...RESERVED_ENTITIES] },
    },
    description: { type: "string", description: "What one row of the view is." },
    identifiers: { ...texts, description: "The columns that tell one row from another." },
    default_date_field: { ...text, description: "The column that a question about time means." },
    order_by_whitelist: { ...texts, description: "The columns that rows may be sorted by." },
    columns: {
      type: "array",
      minItems: 1,
      items: {
        if: { type: "object" },
        // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema; this object is never awaited
        then: columnObject,
        else: { ...text, description: "The column's name in the database." },
      },
      description: "The view's columns: names, or objects with a name.",
    },
    ask,
  },
} as const;
