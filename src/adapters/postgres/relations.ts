import type { Relation, RelationColumn } from "../../domain/view/relation.ts";
import { type DatabaseColumns, DatabaseError } from "../../ports/database-port.ts";

/**
 * Selects a row for each column of the named relations, or of all relations that the user may read. Partitions are left
 * out, because they belong to a table. `key_position` is the position of the column in the primary key; without a
 * primary key, its position in the oldest unique index.
 */
export const RELATIONS_QUERY = `
SELECT wanted.name, class.relkind IN ('m', 'v') AS is_view,
  pg_catalog.obj_description(class.oid, 'pg_class') AS comment,
  attribute.attname AS column,
  pg_catalog.format_type(attribute.atttypid, attribute.atttypmod) AS type,
  pg_catalog.col_description(class.oid, attribute.attnum) AS column_comment,
  key.position AS key_position
FROM pg_catalog.pg_class AS class
JOIN pg_catalog.pg_namespace AS namespace ON namespace.oid = class.relnamespace
JOIN pg_catalog.pg_attribute AS attribute
  ON attribute.attrelid = class.oid AND attribute.attnum > 0 AND NOT attribute.attisdropped
CROSS JOIN LATERAL (
  SELECT CASE WHEN pg_catalog.pg_table_is_visible(class.oid) THEN class.relname
    ELSE namespace.nspname || '.' || class.relname END AS name
  WHERE $1::text[] IS NULL
    AND namespace.nspname NOT IN ('information_schema', 'pg_catalog') AND namespace.nspname !~ '^pg_t'
  UNION ALL
  SELECT given.name FROM unnest($1::text[], $2::text[], $3::text[]) AS given (name, schema, relation)
  WHERE given.relation = class.relname AND CASE WHEN given.schema IS NULL
    THEN pg_catalog.pg_table_is_visible(class.oid) ELSE given.schema = namespace.nspname END
) AS wanted
LEFT JOIN LATERAL (
  SELECT index.indkey::int2[] AS columns, index.indnkeyatts AS count
  FROM pg_catalog.pg_index AS index
  WHERE index.indrelid = class.oid AND index.indisunique AND index.indpred IS NULL AND index.indexprs IS NULL
  ORDER BY index.indisprimary DESC, index.indexrelid
  LIMIT 1
) AS unique_index ON true
LEFT JOIN LATERAL unnest(unique_index.columns[0:unique_index.count - 1]) WITH ORDINALITY AS key (number, position)
  ON key.number = attribute.attnum
WHERE class.relkind IN ('f', 'm', 'p', 'r', 'v') AND NOT class.relispartition
  AND pg_catalog.has_schema_privilege(namespace.oid, 'USAGE')
  AND pg_catalog.has_any_column_privilege(class.oid, 'SELECT')
ORDER BY wanted.name, attribute.attnum`;

type ResultRow = Readonly<Record<string, unknown>>;

export function groupRelationsByName(rows: readonly ResultRow[]): ReadonlyMap<string, Relation> {
  const grouped = Map.groupBy(rows, ({ name }) => String(name));
  return new Map([...grouped].map(([name, columns]) => [name, toRelation(columns)]));
}

function toRelation(rows: readonly ResultRow[]): Relation {
  const key = rows
    .filter(({ key_position: position }) => position !== null)
    .toSorted((left, right) => Number(left.key_position) - Number(right.key_position));
  return {
    kind: rows[0]?.is_view === true ? "view" : "table",
    comment: toNonEmptyText(rows[0]?.comment),
    columns: rows.map(toRelationColumn),
    key: key.map(({ column }) => String(column)),
  };
}

function toRelationColumn({ column, type, column_comment: comment }: ResultRow): RelationColumn {
  return { name: String(column), type: String(type), comment: toNonEmptyText(comment) };
}

function toNonEmptyText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/**
 * Selects a row for each column of the named relations. A name in a schema that the user may not use gets
 * `is_denied` and is not resolved: `to_regclass` of such a name fails the whole query.
 */
export const COLUMNS_QUERY = `
SELECT wanted.name, wanted.is_denied, attribute.attname AS column
FROM (
  SELECT given.name, given.quoted,
    coalesce(NOT pg_catalog.has_schema_privilege(namespace.oid, 'USAGE'), false) AS is_denied
  FROM unnest($1::text[], $2::text[], $3::text[]) AS given (name, quoted, schema)
  LEFT JOIN pg_catalog.pg_namespace AS namespace ON namespace.nspname = given.schema::name
) AS wanted
LEFT JOIN pg_catalog.pg_class AS class
  ON class.oid = CASE WHEN NOT wanted.is_denied THEN pg_catalog.to_regclass(wanted.quoted) END
  AND class.relkind IN ('f', 'm', 'p', 'r', 'v')
LEFT JOIN pg_catalog.pg_attribute AS attribute
  ON attribute.attrelid = class.oid AND attribute.attnum > 0 AND NOT attribute.attisdropped
WHERE wanted.is_denied OR attribute.attname IS NOT NULL
ORDER BY wanted.name, attribute.attnum`;

export function groupColumnsByName(rows: readonly Readonly<Record<string, unknown>>[]): DatabaseColumns {
  const byName = new Map<string, string[] | DatabaseError>();
  for (const { name, is_denied: isDenied, column } of rows) {
    const key = String(name);
    const columns = byName.get(key);
    if (isDenied === true)
      byName.set(
        key,
        new DatabaseError("rejected", {
          en: "the user may not use the schema",
          pt: "o usuário não pode usar o schema",
        }),
      );
    else if (Array.isArray(columns)) columns.push(String(column));
    else byName.set(key, [String(column)]);
  }
  return byName;
}
