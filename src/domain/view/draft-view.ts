import { asYamlText } from "../json/describe-value.ts";
import { ENTITY_LENGTH_MAX, type Entity, isEntity } from "./entity.ts";
import type { Relation, RelationColumn } from "./relation.ts";

/** Begins the comments that mark what an author still has to decide. */
const PLACEHOLDER_MARK = "# mosaic new: ";
const PLACEHOLDER = /^[ \t]*# mosaic new: (.*?)\r?$/;

/** A position in a view file that an author still has to edit. */
export interface Placeholder {
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
  readonly message: string;
}

/** Finds the placeholders that {@link draftView} and {@link blankView} left in a view file. */
export function findPlaceholders(text: string): readonly Placeholder[] {
  if (!text.includes(PLACEHOLDER_MARK)) return [];
  return text.split("\n").flatMap((line, index) => {
    const [, message] = PLACEHOLDER.exec(line) ?? [];
    return message === undefined ? [] : [{ line: index + 1, column: line.indexOf("#") + 1, message }];
  });
}

/**
 * The entity for a table or view: its own name where that can be one, else the nearest name.
 *
 * @param taken entities that other views have
 */
export function draftEntity(name: string, taken: ReadonlySet<string> = new Set()): Entity {
  const wanted = isEntity(name) ? name : nearestEntity(name);
  for (let count = 1; ; count += 1) {
    const numbered = count === 1 ? wanted : `${wanted.slice(0, ENTITY_LENGTH_MAX - 6)}_${count}`;
    if (isEntity(numbered) && !taken.has(numbered)) return numbered;
  }
}

function nearestEntity(name: string): string {
  const ascii = name.normalize("NFD").replaceAll(/\p{M}/gu, "");
  const plain = ascii.replaceAll(/[^A-Za-z0-9_]+/g, "_").replaceAll(/^_+|_+$/g, "");
  const named = /^[A-Za-z_]/.test(plain) && isEntity(plain) ? plain : `view_${plain}`;
  return named.slice(0, ENTITY_LENGTH_MAX);
}

/** Options of {@link draftView}. */
export interface DraftOptions {
  /** The name of the relation in its database. */
  readonly name: string;
  readonly entity: Entity;
}

/**
 * Writes the view file of a table or view. What the database does not know is guessed, and marked by a
 * comment; the words that people ask with are left as a comment to fill in.
 *
 * @returns YAML that loads without a warning; undefined when no column has a name
 */
export function draftView(relation: Relation, { name, entity }: DraftOptions): string | undefined {
  const columns = [...new Map(relation.columns.map((column) => [column.name, column])).values()].filter(
    (column) => column.name !== "",
  );
  if (columns.length === 0) return undefined;
  const names = new Set(columns.map((column) => column.name));
  const known = [...new Set(relation.key)].filter((column) => names.has(column));
  const identifiers = known.length > 0 ? known : guessIdentifiers(columns);
  const dates = columns
    .filter(isDate)
    .flatMap((column) => (isNoBookkeeping(column.name) ? [column.name] : []));
  const date = dates.find((column) => identifiers.includes(column)) ?? dates[0];
  const orderBy = [...new Set([...identifiers, ...(date === undefined ? [] : [date])])];
  const described = visible(relation.comment ?? "");
  return [
    ...marked(entity !== name, `the database's name is ${JSON.stringify(visible(name))}; is this one right?`),
    `entity: ${yamlText(entity)}`,
    ...marked(described === "", "what is one row of it? Write it in the words of those who ask"),
    `description: ${yamlText(described === "" ? titleOf(entity) : described)}`,
    ...marked(
      known.length === 0,
      "guessed: the table has no primary or unique key. Which columns identify a row?",
    ),
    ...listOf("identifiers", identifiers),
    ...(date === undefined
      ? []
      : [
          ...marked(dates.length > 1, `which date is meant, if none is named: ${dates.join(", ")}?`),
          `default_date_field: ${yamlText(date)}`,
        ]),
    ...listOf("order_by_whitelist", orderBy),
    ...marked(
      columns.some(({ comment }) => visible(comment ?? "") === ""),
      "add a description to the columns that have none, with its unit",
    ),
    "columns:",
    ...columns.flatMap(columnLines),
    ...ASK_LINES,
    "",
  ].join("\n");
}

/** The view file of an author who begins without a database. */
export function blankView(entity: Entity): string {
  return [
    `entity: ${yamlText(entity)}`,
    `${PLACEHOLDER_MARK}what is one row of it? Write it in the words of those who ask`,
    `description: ${yamlText(titleOf(entity))}`,
    `${PLACEHOLDER_MARK}which columns identify a row?`,
    "identifiers:",
    "  - id",
    "# The date that a question is about when it names none; remove the # if there is one.",
    "# default_date_field: reference_date",
    "# The columns that answers may be sorted by.",
    "order_by_whitelist:",
    "  - id",
    `${PLACEHOLDER_MARK}list the columns as the database names them`,
    "columns:",
    "  - name: id",
    "    description: What the column contains, with its unit",
    "    alias: Id",
    "    type: text",
    ...ASK_LINES,
    "",
  ].join("\n");
}

const ASK_LINES = [
  `${PLACEHOLDER_MARK}write the words that people ask with, and remove the # of each line`,
  "# ask:",
  "#   intents: [what people want to know]",
  "#   keywords: [a word of their questions]",
  "#   synonyms:",
  "#     a word of their questions: [another word for it]",
  "#   latest_words: [latest, current]",
];

function marked(isOpen: boolean, message: string): readonly string[] {
  return isOpen ? [`${PLACEHOLDER_MARK}${visible(message)}`] : [];
}

function listOf(field: string, items: readonly string[]): readonly string[] {
  return [`${field}:`, ...items.map((item) => `  - ${yamlText(item)}`)];
}

/** The lines of a column in a block list, indented by two spaces. */
export function columnLines({ name, type, comment }: RelationColumn): readonly string[] {
  const described = visible(comment ?? "");
  const plainType = visible(typeWord(type));
  const unit = /(?:^|_)(?:pct|percent|percentual)(?:$|_)/i.test(name) ? ['    unit: "%"'] : [];
  return [
    `  - name: ${yamlText(name)}`,
    ...(described === "" ? [] : [`    description: ${yamlText(described)}`]),
    `    alias: ${yamlText(titleOf(name))}`,
    ...(plainType === "" ? [] : [`    type: ${yamlText(plainType)}`]),
    ...unit,
  ];
}

/** The columns that mostly identify a row: a first column that is a key by its name, and a date beside it. */
function guessIdentifiers(columns: readonly RelationColumn[]): readonly string[] {
  const own = columns.find(({ name }) => name.toLowerCase() === "id");
  if (own !== undefined) return [own.name];
  const key = columns.slice(0, FIRST_COLUMNS).find(({ name }) => KEY_NAME.test(name)) ?? columns[0];
  const date = columns.slice(0, FIRST_COLUMNS).find(isDate);
  return [...new Set([key, date].flatMap((column) => (column === undefined ? [] : [column.name])))];
}

const FIRST_COLUMNS = 3;
const KEY_NAME = /(?:^|_)(?:id|key|code|codigo|ticker|symbol|uuid|cnpj|cpf|isin|slug|chave)$/i;

function isDate({ type }: RelationColumn): boolean {
  return /^(?:date|timestamp)/i.test(type);
}

function isNoBookkeeping(name: string): boolean {
  return !/^(?:created|updated|inserted|loaded|modified)_/i.test(name);
}

/** The words of the sample catalog for the types that databases name in several ways. */
const TYPE_WORDS: readonly (readonly [RegExp, string])[] = [
  [/^(?:character|varchar|char|bpchar|text|clob|nvarchar|citext)\b(?!.*\[)/, "text"],
  [/^(?:integer|int\d*|bigint|smallint|tinyint|mediumint)\b(?!.*\[)/, "integer"],
  [/^(?:numeric|decimal)\b(?!.*\[)/, "numeric"],
  [/^(?:bool|boolean)$/, "boolean"],
  [/^(?:timestamp|datetime)\b(?!.*\[)/, "timestamp"],
];

function typeWord(type: string): string {
  const plain = type.trim().toLowerCase();
  return TYPE_WORDS.find(([pattern]) => pattern.test(plain))?.[1] ?? plain;
}

/** `record_date` as `Record date`, `view_fiis_prices` as `Fiis prices`. */
function titleOf(name: string): string {
  const words = name
    .replace(/^[^.]*\./, "")
    .replace(/^(?:view|vw|v|tbl|tb)_(?=.)/i, "")
    .replaceAll(/[_\s]+/g, " ")
    .trim();
  const title = words === "" ? name : words;
  const [first = ""] = title;
  return first.toUpperCase() + title.slice(first.length);
}

/** Characters that YAML allows only as escapes: controls, line separators and noncharacters. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u2028\u2029\ufeff\ufffe\uffff]/gu;

/** A text of the database on one line. */
function visible(text: string): string {
  return text.replaceAll(UNPRINTABLE, " ").trim();
}

/** A text as a plain or a quoted scalar, with its exact value. */
export function yamlText(text: string): string {
  return asYamlText(text).replaceAll(
    UNPRINTABLE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
