import type { Language } from "../../lib/language.ts";
import { toYamlText } from "../json/describe-value.ts";
import { LINE_BREAK } from "./code-frame.ts";
import { ENTITY_LENGTH_MAX, type Entity, isEntity } from "./entity.ts";
import type { Relation, RelationColumn } from "./relation.ts";

/** The beginning of a YAML comment about something that the author has to decide. */
const PLACEHOLDER_MARK = "# mosaic new: ";
const PLACEHOLDER_PATTERN = /^[ \t]*# mosaic new: (.*)$/;

/** A position in a view file that the author has to edit. */
export interface Placeholder {
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
  readonly message: string;
}

/** Finds the placeholders and the example texts of {@link draftView} and {@link draftBlankView} in a view file. */
export function findPlaceholders(text: string): readonly Placeholder[] {
  const left = TEMPLATE_TEXTS.filter((template) => text.includes(template.text));
  if (left.length === 0 && !text.includes(PLACEHOLDER_MARK)) return [];
  return text.split(LINE_BREAK).flatMap((line, index) => {
    const [, message] = PLACEHOLDER_PATTERN.exec(line) ?? [];
    if (message !== undefined) return [{ line: index + 1, column: line.indexOf("#") + 1, message }];
    const found = left.flatMap((template) => {
      const column = findTextColumn(line, template.text);
      return column === undefined ? [] : [{ line: index + 1, column, message: template.message }];
    });
    return found.slice(0, 1);
  });
}

/** Returns the column, from 1, at which a line has this text as a whole value or key; undefined otherwise. */
function findTextColumn(line: string, text: string): number | undefined {
  const start = line.indexOf(text);
  if (start === -1 || /^\s*#/.test(line)) return undefined;
  const isWhole =
    /(?:^|[[,:"'-])\s*["']?$/.test(line.slice(0, start)) &&
    /^["']?\s*(?:$|[\],:])/.test(line.slice(start + text.length));
  return isWhole ? start + 1 : undefined;
}

/**
 * Chooses the entity of a table or view: its own name if that is valid and not taken, else a similar name.
 *
 * @param taken the entities of other views
 */
export function draftEntity(name: string, taken: ReadonlySet<string> = new Set()): Entity {
  const wanted = isEntity(name) ? name : deriveEntity(name);
  for (let count = 1; ; count += 1) {
    const numbered = count === 1 ? wanted : `${wanted.slice(0, ENTITY_LENGTH_MAX - 6)}_${count}`;
    if (isEntity(numbered) && !taken.has(numbered)) return numbered;
  }
}

function deriveEntity(name: string): string {
  const ascii = name.normalize("NFD").replaceAll(/\p{M}/gu, "");
  const plain = ascii.replaceAll(/[^A-Za-z0-9_]+/g, "_").replaceAll(/^_+|_+$/g, "");
  const named = /^[A-Za-z_]/.test(plain) && isEntity(plain) ? plain : `view_${plain}`;
  return named.slice(0, ENTITY_LENGTH_MAX);
}

export interface DraftOptions {
  /** The name of the relation in its database. */
  readonly name: string;
  readonly entity: Entity;
  /** The language of the comments; English by default. */
  readonly language?: Language;
}

/**
 * Drafts the view file of a relation. Comments mark what the author has to check, such as guessed identifiers.
 * The block `ask` is a comment that the author has to complete.
 *
 * @returns YAML that loads without a warning; undefined when no column has a name
 */
export function draftView(
  relation: Relation,
  { name, entity, language = "en" }: DraftOptions,
): string | undefined {
  const columns = [...new Map(relation.columns.map((column) => [column.name, column])).values()].filter(
    (column) => column.name !== "",
  );
  if (columns.length === 0) return undefined;
  const names = new Set(columns.map((column) => column.name));
  const known = [...new Set(relation.key)].filter((column) => names.has(column));
  const identifiers = known.length > 0 ? known : guessIdentifiers(columns);
  const dates = columns
    .filter(isDateColumn)
    .flatMap((column) => (isBusinessDateName(column.name) ? [column.name] : []));
  const date = dates.find((column) => identifiers.includes(column)) ?? dates[0];
  const orderBy = [...new Set([...identifiers, ...(date === undefined ? [] : [date])])];
  const described = toOneLine(relation.comment ?? "");
  const notes = DRAFT_TEXTS[language];
  return [
    ...writePlaceholder(entity !== name, notes.otherName(JSON.stringify(toOneLine(name)))),
    `entity: ${toYamlScalar(entity)}`,
    ...writePlaceholder(described === "", notes.row),
    `description: ${toYamlScalar(described === "" ? toTitle(entity) : described)}`,
    ...writePlaceholder(known.length === 0, relation.kind === "view" ? notes.noViewKey : notes.noTableKey),
    ...writeList("identifiers", identifiers),
    ...(date === undefined
      ? []
      : [
          ...writePlaceholder(
            true,
            dates.length > 1 ? notes.whichDate(dates.join(", ")) : notes.isDate(date),
          ),
          `default_date_field: ${toYamlScalar(date)}`,
        ]),
    ...writeList("order_by_whitelist", orderBy),
    ...writePlaceholder(
      columns.some(({ comment }) => toOneLine(comment ?? "") === ""),
      notes.describe,
    ),
    "columns:",
    ...columns.flatMap(writeColumn),
    ...writeAskExample(language),
    "",
  ].join("\n");
}

/** Writes a view file as a form to complete, for an author without a database. */
export function draftBlankView(entity: Entity, language: Language = "en"): string {
  const notes = DRAFT_TEXTS[language];
  return [
    `entity: ${toYamlScalar(entity)}`,
    ...writePlaceholder(true, notes.row),
    `description: ${toYamlScalar(toTitle(entity))}`,
    ...writePlaceholder(true, notes.identifiers),
    "identifiers:",
    "  - id",
    `# ${notes.dateField}`,
    `#default_date_field: ${notes.dateName}`,
    `# ${notes.orderBy}`,
    "order_by_whitelist:",
    "  - id",
    ...writePlaceholder(true, notes.columns),
    "columns:",
    "  - name: id",
    `    description: ${notes.column}`,
    "    alias: Id",
    "    type: text",
    ...writeAskExample(language),
    "",
  ].join("\n");
}

/** The comments of a draft, and the words of its examples. */
const DRAFT_TEXTS = {
  en: {
    otherName: (name: string) => `the name in the database is ${name}; is this entity right?`,
    row: "what is one row of this view? Write it in the words of those who ask",
    noTableKey: "guessed: the table has no primary or unique key. Which columns identify a row?",
    noViewKey: "guessed: the database has no key for this view. Which columns identify a row?",
    isDate: (date: string) => `guessed: is ${date} the date of questions that name no date?`,
    whichDate: (dates: string) => `which is the date of questions that name no date: ${dates}?`,
    describe: "describe each column that has no description, and name its unit",
    identifiers: "which columns identify a row?",
    dateField: "The date of questions that name no date. Remove the # if the view has such a date.",
    dateName: "reference_date",
    orderBy: "The columns that answers may be sorted by.",
    columns: "list the columns as the database names them",
    column: "What the column contains, with its unit",
    ask: "write the words that people ask with, and remove the # of each line",
    intents: "what people want to know",
    word: "a word of their questions",
    otherWord: "another word for it",
    latest: "latest, current",
    template: "this text is from the template: replace it by your own words",
  },
  pt: {
    otherName: (name: string) => `o nome no banco é ${name}; esta entidade está certa?`,
    row: "o que é uma linha desta view? Escreva com as palavras de quem pergunta",
    noTableKey: "suposição: a tabela não tem chave primária nem única. Quais colunas identificam uma linha?",
    noViewKey: "suposição: o banco não tem chave para esta view. Quais colunas identificam uma linha?",
    isDate: (date: string) => `suposição: ${date} é a data que vale quando a pergunta não diz nenhuma?`,
    whichDate: (dates: string) => `que data vale quando a pergunta não diz nenhuma: ${dates}?`,
    describe: "acrescente às colunas que não têm uma descrição, com a unidade",
    identifiers: "quais colunas identificam uma linha?",
    dateField: "A data das perguntas que não dizem nenhuma. Remova o # se a view tiver essa data.",
    dateName: "data_referencia",
    orderBy: "As colunas pelas quais as respostas podem ser ordenadas.",
    columns: "liste as colunas com os nomes que têm no banco",
    column: "O que a coluna contém, com a unidade",
    ask: "escreva as palavras com que as pessoas perguntam, e remova o # de cada linha",
    intents: "o que as pessoas querem saber",
    word: "uma palavra das perguntas",
    otherWord: "outra palavra para ela",
    latest: "último, atual",
    template: "este texto é do modelo: troque pelas suas palavras",
  },
};

/** The example texts of a template. They load without a diagnostic, so a note has to remind the author to replace them. */
const TEMPLATE_TEXTS = Object.values(DRAFT_TEXTS).flatMap(({ column, intents, otherWord, template, word }) =>
  [column, intents, word, otherWord].map((text) => ({ text, message: template })),
);

function writeAskExample(language: Language): readonly string[] {
  const { ask, intents, word, otherWord, latest } = DRAFT_TEXTS[language];
  return [
    ...writePlaceholder(true, ask),
    // The lines are valid YAML without their "#", and also if an editor removes one space after each "#".
    "#ask:",
    `#  intents: [${intents}]`,
    `#  keywords: [${word}]`,
    "#  synonyms:",
    `#    ${word}: [${otherWord}]`,
    `#  latest_words: [${latest}]`,
  ];
}

function writePlaceholder(isNeeded: boolean, message: string): readonly string[] {
  return isNeeded ? [`${PLACEHOLDER_MARK}${toOneLine(message)}`] : [];
}

function writeList(field: string, items: readonly string[]): readonly string[] {
  return [`${field}:`, ...items.map((item) => `  - ${toYamlScalar(item)}`)];
}

/** Writes a column as an item of a block list that is indented by two spaces. */
export function writeColumn({ name, type, comment }: RelationColumn): readonly string[] {
  const described = toOneLine(comment ?? "");
  const plainType = toOneLine(toTypeWord(type));
  const unit = /(?:^|_)(?:pct|percent|percentual)(?:$|_)/i.test(name) ? ['    unit: "%"'] : [];
  return [
    `  - name: ${toYamlScalar(name)}`,
    ...(described === "" ? [] : [`    description: ${toYamlScalar(described)}`]),
    `    alias: ${toYamlScalar(toTitle(name))}`,
    ...(plainType === "" ? [] : [`    type: ${toYamlScalar(plainType)}`]),
    ...unit,
  ];
}

/**
 * Guesses the columns that identify a row: `id` if it exists. Else, among the first columns, one named like a key (or
 * simply the first), and a date.
 */
function guessIdentifiers(columns: readonly RelationColumn[]): readonly string[] {
  const own = columns.find(({ name }) => name.toLowerCase() === "id");
  if (own !== undefined) return [own.name];
  const key = columns.slice(0, GUESSED_KEYS_MAX).find(({ name }) => KEY_NAME.test(name)) ?? columns[0];
  const date = columns.slice(0, GUESSED_KEYS_MAX).find(isDateColumn);
  return [...new Set([key, date].flatMap((column) => (column === undefined ? [] : [column.name])))];
}

const GUESSED_KEYS_MAX = 3;
const KEY_NAME = /(?:^|_)(?:id|key|code|codigo|ticker|symbol|uuid|cnpj|cpf|isin|slug|chave)$/i;

function isDateColumn({ type }: RelationColumn): boolean {
  return /^(?:date|timestamp)/i.test(type);
}

function isBusinessDateName(name: string): boolean {
  return !/^(?:created|updated|inserted|loaded|modified)_/i.test(name);
}

/** Patterns of type names in databases, each with the type name that the sample catalog uses. */
const TYPE_WORDS: readonly (readonly [RegExp, string])[] = [
  [/^(?:character|varchar|char|bpchar|text|clob|nvarchar|citext)\b(?!.*\[)/, "text"],
  [/^(?:integer|int\d*|bigint|smallint|tinyint|mediumint)\b(?!.*\[)/, "integer"],
  [/^(?:numeric|decimal)\b(?!.*\[)/, "numeric"],
  [/^(?:bool|boolean)$/, "boolean"],
  [/^(?:timestamp|datetime)\b(?!.*\[)/, "timestamp"],
];

function toTypeWord(type: string): string {
  const plain = type.trim().toLowerCase();
  return TYPE_WORDS.find(([pattern]) => pattern.test(plain))?.[1] ?? plain;
}

/** `record_date` as `Record date`, `view_fiis_prices` as `Fiis prices`. */
function toTitle(name: string): string {
  const words = name
    .replace(/^[^.]*\./, "")
    .replace(/^(?:view|vw|v|tbl|tb)_(?=.)/i, "")
    .replaceAll(/[_\s]+/g, " ")
    .trim();
  const title = words === "" ? name : words;
  const [first = ""] = title;
  return first.toUpperCase() + title.slice(first.length);
}

/** Characters that YAML forbids, or that a reader may take for a line break or a byte order mark. */
const UNPRINTABLE_CHARACTER = /[\p{Cc}\p{Cs}\u2028\u2029\ufeff\ufffe\uffff]/gu;

function toOneLine(text: string): string {
  return text.replaceAll(UNPRINTABLE_CHARACTER, " ").trim();
}

/** Writes a text as a plain or a quoted YAML scalar that has exactly this value. */
export function toYamlScalar(text: string): string {
  return toYamlText(text).replaceAll(
    UNPRINTABLE_CHARACTER,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
