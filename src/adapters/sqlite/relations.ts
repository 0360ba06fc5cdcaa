import type { DatabaseSync } from "node:sqlite";
import type { Relation } from "../../domain/view/relation.ts";

/** Selects the tables and views of the main schema, without SQLite's own tables and without shadow tables. */
const NAMES_QUERY = `
SELECT name FROM pragma_table_list
WHERE schema = 'main' AND type IN ('table', 'view', 'virtual') AND substr(name, 1, 7) <> 'sqlite_'
ORDER BY name`;

const RELATIONS_QUERY =
  "SELECT schema, name, type FROM pragma_table_list WHERE type IN ('table', 'view', 'virtual')";

const COLUMNS_QUERY = "SELECT name, type, pk FROM pragma_table_xinfo(?, ?) WHERE hidden <> 1 ORDER BY cid";

/** Selects the columns of unique indexes that are not partial, the oldest index first. The name of an expression is NULL. */
const UNIQUE_COLUMNS_QUERY = `
SELECT part.name, list.name AS index_name
FROM pragma_index_list(?1, ?2) AS list, pragma_index_info(list.name, ?2) AS part
WHERE list."unique" = 1 AND list.partial = 0
ORDER BY list.seq DESC, part.seqno`;

export function readRelationNames(database: DatabaseSync): readonly string[] {
  return database
    .prepare(NAMES_QUERY)
    .all()
    .map(({ name }) => String(name));
}

/**
 * Makes a function that describes a table or view by `name` or `schema.name` in any case, as SQLite does;
 * undefined if the database has no such relation. The tables are listed once, because SQLite would list all
 * of them to find one.
 */
export function createRelationReader(database: DatabaseSync): (name: string) => Relation | undefined {
  const listed = new Map(
    database
      .prepare(RELATIONS_QUERY)
      .all()
      .map((row) => [listKey(String(row.schema), String(row.name)), row]),
  );
  const columns = database.prepare(COLUMNS_QUERY);
  const uniqueColumns = database.prepare(UNIQUE_COLUMNS_QUERY);
  const readSql = createSqlReader(database);
  return (given) => {
    const [first = "", second, ...others] = given.split(".");
    const inSchema =
      second !== undefined && others.length === 0 ? listed.get(listKey(first, second)) : undefined;
    const found = inSchema ?? listed.get(listKey("main", given));
    if (found === undefined) return undefined;
    const [schema, name] = [String(found.schema), String(found.name)];
    const rows = columns.all(name, schema);
    if (rows.length === 0) return undefined;
    const sql = readSql(schema, name);
    const comments = readSchemaComments(
      sql,
      rows.map((row) => String(row.name)),
    );
    return {
      kind: found.type === "view" ? "view" : "table",
      comment: comments.relation,
      columns: rows.map((row) => ({
        name: String(row.name),
        type: String(row.type),
        comment: comments.columns.get(String(row.name)),
      })),
      key: findPrimaryKey(rows) ?? findFirstUniqueIndex(uniqueColumns.all(name, schema)),
    };
  };
}

/** Folds the case of ASCII letters only, as SQLite does for names. */
function listKey(schema: string, name: string): string {
  return JSON.stringify(
    [schema, name].map((part) => part.replace(/[A-Z]/g, (letter) => letter.toLowerCase())),
  );
}

type ResultRow = Readonly<Record<string, unknown>>;

function findPrimaryKey(rows: readonly ResultRow[]): readonly string[] | undefined {
  const parts = rows.filter(({ pk }) => Number(pk) > 0);
  if (parts.length === 0) return undefined;
  return parts.toSorted((left, right) => Number(left.pk) - Number(right.pk)).map(({ name }) => String(name));
}

function findFirstUniqueIndex(rows: readonly ResultRow[]): readonly string[] {
  for (const index of new Set(rows.map((row) => row.index_name))) {
    const names = rows.filter((row) => row.index_name === index).map(({ name }) => name);
    if (names.every((name) => typeof name === "string")) return names;
  }
  return [];
}

/**
 * Makes a function that reads the statement that created a table or view: SQLite stores comments only inside this
 * statement. The statements of a schema are read once, because they have no index.
 */
function createSqlReader(database: DatabaseSync): (schema: string, name: string) => string {
  const bySchema = new Map<string, ReadonlyMap<string, string>>();
  return (schema, name) => {
    let statements = bySchema.get(schema);
    if (statements === undefined) {
      const quoted = `"${schema.replaceAll('"', '""')}"`;
      const rows = database
        .prepare(`SELECT name, sql FROM ${quoted}.sqlite_schema WHERE type IN ('table', 'view')`)
        .all();
      statements = new Map(rows.map((row) => [String(row.name), typeof row.sql === "string" ? row.sql : ""]));
      bySchema.set(schema, statements);
    }
    return statements.get(name) ?? "";
  };
}

/** The comments of a statement, about the table or view and about its columns. */
export interface SchemaComments {
  readonly relation: string | undefined;
  readonly columns: ReadonlyMap<string, string>;
}

/** Matches comments. Also matches quoted text, so that `--` inside quotes begins no comment. */
const SQL_TOKEN = /'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|\[[^\]]*\]|--[^\n]*|\/\*[\s\S]*?\*\//g;
/** Matches a name at the beginning of a line of a definition, quoted or not. */
const FIRST_NAME = /^[\s(,]*(?:"((?:[^"]|"")+)"|`([^`]+)`|\[([^\]]+)\]|([\p{L}_$][\p{L}\p{N}_$]*))/u;
/** Matches a name at the end of a line of a definition, quoted or not. */
const LAST_NAME = /(?:"((?:[^"]|"")+)"|`([^`]+)`|\[([^\]]+)\]|([\p{L}_$][\p{L}\p{N}_$]*))[\s,)]*$/u;

/**
 * Reads the comments of a `CREATE TABLE` or `CREATE VIEW` statement. A comment on the line of a column's definition
 * is about this column. If comments precede all columns, the first of them is about the table or view.
 *
 * @param sql the whole statement as it is stored, from `CREATE` on
 * @param columns the names of all columns
 */
export function readSchemaComments(sql: string, columns: readonly string[]): SchemaComments {
  const known = new Map(columns.map((name) => [name.toLowerCase(), name]));
  const found = new Map<string, string>();
  let relation: string | undefined;
  for (const match of sql.matchAll(SQL_TOKEN)) {
    const comment = readCommentText(match[0]);
    if (comment === undefined || comment === "") continue;
    const line = sql.slice(sql.lastIndexOf("\n", match.index - 1) + 1, match.index);
    const column = known.get(findName(line, LAST_NAME)) ?? known.get(findName(line, FIRST_NAME));
    if (column !== undefined) {
      if (!found.has(column)) found.set(column, comment);
    } else if (found.size === 0 && !definesColumn(sql.slice(0, match.index), known)) relation ??= comment;
  }
  return { relation, columns: found };
}

function readCommentText(token: string): string | undefined {
  if (token.startsWith("--")) return token.slice(2).trim();
  if (!token.startsWith("/*")) return undefined;
  return token
    .slice(2, -2)
    .replaceAll(/\s*\n[\s*]*/g, " ")
    .trim();
}

function findName(line: string, pattern: RegExp): string {
  const [, quoted, backquoted, bracketed, plain] = pattern.exec(line) ?? [];
  return (quoted?.replaceAll('""', '"') ?? backquoted ?? bracketed ?? plain ?? "").toLowerCase();
}

/**
 * Whether any line but the first begins or ends with the name of a column. The first line has the name of the table.
 *
 * @param sql the beginning of a `CREATE` statement
 */
function definesColumn(sql: string, known: ReadonlyMap<string, string>): boolean {
  return sql
    .split("\n")
    .slice(1)
    .some((line) => known.has(findName(line, FIRST_NAME)) || known.has(findName(line, LAST_NAME)));
}
