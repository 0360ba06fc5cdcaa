import * as v from "valibot";

const textSchema = v.pipe(v.string(), v.nonEmpty());
const textListSchema = v.array(textSchema);
/** The fields of a column. `type` and `unit` are for people, so any value is valid. */
const columnObjectSchema = v.looseObject({
  name: textSchema,
  description: v.nullish(v.string()),
  alias: v.nullish(v.string()),
  type: v.optional(v.unknown()),
  unit: v.optional(v.unknown()),
});

/**
 * A column: its bare name, or an object with a `name`. The form is chosen before validation, so that an error names the
 * field inside an object.
 */
const columnSchema = v.lazy((input) => (isMapping(input) ? columnObjectSchema : textSchema));

/** A reference to a column: its name. An object with the name is accepted with a warning. */
const columnReferenceSchema = v.lazy((input) =>
  isMapping(input) ? v.looseObject({ name: textSchema }) : textSchema,
);

export const NUMERIC_TEXT_PATTERN = /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?$/;

const numberSchema = v.union([v.bigint(), v.number(), v.pipe(v.string(), v.regex(NUMERIC_TEXT_PATTERN))]);
/** A number. A numeric string or a list of one number is accepted with a warning. */
const weightSchema = v.nullable(
  v.lazy((input) => (Array.isArray(input) && input.length === 1 ? v.array(numberSchema) : numberSchema)),
);
/** Synonyms; a single string is accepted with a warning. */
const synonymsSchema = v.nullable(
  v.lazy((input) => (typeof input === "string" ? textSchema : textListSchema)),
);

/** An object. Valibot itself would also accept a list, as an object whose keys are indexes. */
const mappingSchema = v.custom<Readonly<Record<string, unknown>>>(isMapping);

/** An object with any keys. Valibot's own record skips `constructor` and similar keys, which are data here. */
function createMapSchema<Item extends v.GenericSchema>(item: Item) {
  return v.pipe(
    mappingSchema,
    v.rawCheck(({ dataset, config, addIssue }) => {
      if (!dataset.typed) return;
      const input = dataset.value;
      for (const [key, value] of Object.entries(input)) {
        const { issues = [] } = v.safeParse(item, value, { abortEarly: config.abortEarly });
        for (const issue of issues) {
          const step = { type: "object", origin: "value", input, key, value } as const;
          addIssue({ input: issue.input, message: issue.message, path: [step, ...(issue.path ?? [])] });
        }
        if (config.abortEarly && issues.length > 0) return;
      }
    }),
  );
}

const askSchema = v.looseObject({
  intents: v.nullish(textListSchema),
  keywords: v.nullish(textListSchema),
  synonyms: v.nullish(createMapSchema(synonymsSchema)),
  latest_words: v.nullish(textListSchema),
  weights: v.nullish(createMapSchema(weightSchema)),
  top_k: v.nullish(v.pipe(v.bigint(), v.minValue(1n))),
});

/**
 * The schema of a view, checked on the value that keeps integers (`bigint`) and floats (`number`) apart.
 * Unknown fields are kept, and so are empty optional ones.
 */
export const viewSchema = v.looseObject({
  entity: v.nullish(v.string()),
  description: v.nullish(v.string()),
  identifiers: textListSchema,
  default_date_field: v.nullish(textSchema),
  order_by_whitelist: v.nullish(v.array(columnReferenceSchema)),
  columns: v.pipe(v.array(columnSchema), v.nonEmpty()),
  ask: v.nullish(v.pipe(mappingSchema, askSchema)),
});

export const FIELD_NAMES = {
  view: Object.keys(viewSchema.entries),
  column: Object.keys(columnObjectSchema.entries),
  ask: Object.keys(askSchema.entries),
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** A column as authored: its name, or an object with a name. */
export type ViewColumn = string | { readonly name: string; readonly [field: string]: unknown };

/** A view as parsed from its canonical JSON; all numbers are of type `number`. */
export interface View {
  /** Null if the author left the field empty: the entity is then the file's name. */
  readonly entity?: string | null;
  readonly description?: string | null;
  readonly identifiers: readonly string[];
  readonly columns: readonly ViewColumn[];
  readonly [field: string]: unknown;
}

/**
 * Parses a view of a verified catalog.
 *
 * @param canonicalJson the view's canonical JSON in UTF-8; it was checked when the catalog was made
 */
export function parseView(canonicalJson: Uint8Array): View {
  return JSON.parse(new TextDecoder().decode(canonicalJson)) as View;
}

export function listColumnNames(view: Pick<View, "columns">): readonly string[] {
  return view.columns.map((entry) => (typeof entry === "string" ? entry : entry.name));
}

function isMapping(input: unknown): boolean {
  return typeof input === "object" && input !== null && !Array.isArray(input);
}
