import type { DatabaseSync } from "node:sqlite";
import type { Relation } from "../../domain/view/relation.ts";
import { readSchemaComments } from "./schema-comments.ts";

/** Tables and views of the main schema, without those of the library and of virtual tables. */
const NAMES = `
SELECT name FROM pragma_table_list
WHERE schema = 'main' AND type IN ('table', 'view', 'virtual') AND substr(name, 1, 7) <> 'sqlite_'
ORDER BY name`;

/** SQLite compares names without regard to case: the spelling of the schema is the one that counts. */
const RELATION = `
SELECT list.schema, list.name, list.type FROM pragma_table_list AS list
WHERE list.name = ?1 COLLATE NOCASE AND list.schema = coalesce(?2, 'main') COLLATE NOCASE
  AND list.type IN ('table', 'view', 'virtual')`;

const COLUMNS = "SELECT name, type, pk FROM pragma_table_xinfo(?, ?) WHERE hidden <> 1 ORDER BY cid";

/** The columns of the first unique index, by its own order; an index on an expression has no column's name. */
const UNIQUE_COLUMNS = `
SELECT part.name, list.name AS index_name
FROM pragma_index_list(?1, ?2) AS list, pragma_index_info(list.name, ?2) AS part
WHERE list."unique" = 1 AND list.partial = 0
ORDER BY list.seq DESC, part.seqno`;

export function relationNames(database: DatabaseSync): readonly string[] {
  return database
    .prepare(NAMES)
    .all()
    .map(({ name }) => String(name));
}

/** Makes a function that describes a table or view by `name` or `schema.name`; undefined if the database has no such relation. */
export function createRelationReader(database: DatabaseSync): (name: string) => Relation | undefined {
  const relation = database.prepare(RELATION);
  const columns = database.prepare(COLUMNS);
  const uniqueColumns = database.prepare(UNIQUE_COLUMNS);
  return (given) => {
    const parts = given.split(".");
    const found =
      (parts.length === 2 ? relation.get(parts[1] ?? "", parts[0] ?? "") : undefined) ??
      relation.get(given, null);
    if (found === undefined) return undefined;
    const [schema, name] = [String(found.schema), String(found.name)];
    const rows = columns.all(name, schema);
    if (rows.length === 0) return undefined;
    const sql = sqlOf(database, schema, name);
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
      key: primaryKey(rows) ?? firstUniqueIndex(uniqueColumns.all(name, schema)),
    };
  };
}

type Row = Readonly<Record<string, unknown>>;

function primaryKey(rows: readonly Row[]): readonly string[] | undefined {
  const parts = rows.filter(({ pk }) => Number(pk) > 0);
  if (parts.length === 0) return undefined;
  return parts.toSorted((left, right) => Number(left.pk) - Number(right.pk)).map(({ name }) => String(name));
}

function firstUniqueIndex(rows: readonly Row[]): readonly string[] {
  for (const index of new Set(rows.map((row) => row.index_name))) {
    const names = rows.filter((row) => row.index_name === index).map(({ name }) => name);
    if (names.every((name) => typeof name === "string")) return names;
  }
  return [];
}

/** The statement that made it: SQLite keeps no comments but those inside. */
function sqlOf(database: DatabaseSync, schema: string, name: string): string {
  const quoted = `"${schema.replaceAll('"', '""')}"`;
  const row = database.prepare(`SELECT sql FROM ${quoted}.sqlite_schema WHERE name = ?`).get(name);
  return typeof row?.sql === "string" ? row.sql : "";
}
