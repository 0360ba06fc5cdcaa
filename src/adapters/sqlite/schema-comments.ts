/** The comments of a statement, about the table or view and about its columns. */
export interface SchemaComments {
  readonly relation: string | undefined;
  readonly columns: ReadonlyMap<string, string>;
}

/** Quoted strings and names, in which a comment cannot begin, and comments. */
const TOKEN = /'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|\[[^\]]*\]|--[^\n]*|\/\*[\s\S]*?\*\//g;
/** A name as a line of a definition begins or ends with it, quoted or not. */
const FIRST_NAME = /^[\s(,]*(?:"((?:[^"]|"")+)"|`([^`]+)`|\[([^\]]+)\]|([\p{L}_$][\p{L}\p{N}_$]*))/u;
const LAST_NAME = /(?:"((?:[^"]|"")+)"|`([^`]+)`|\[([^\]]+)\]|([\p{L}_$][\p{L}\p{N}_$]*))[\s,)]*$/u;

/**
 * Reads the comments of a `CREATE TABLE` or `CREATE VIEW` statement: one after a column's definition, on its
 * line, is about that column; the first one before all columns is about the table or view.
 *
 * @param sql the statement as it is stored; its beginning up to `AS` or `(` included
 * @param columns the names of all columns
 */
export function readSchemaComments(sql: string, columns: readonly string[]): SchemaComments {
  const known = new Map(columns.map((name) => [name.toLowerCase(), name]));
  const found = new Map<string, string>();
  let relation: string | undefined;
  for (const match of sql.matchAll(TOKEN)) {
    const comment = textOf(match[0]);
    if (comment === undefined || comment === "") continue;
    const line = sql.slice(sql.lastIndexOf("\n", match.index - 1) + 1, match.index);
    const column = known.get(nameIn(line, LAST_NAME)) ?? known.get(nameIn(line, FIRST_NAME));
    if (column !== undefined) {
      if (!found.has(column)) found.set(column, comment);
    } else if (found.size === 0 && !mentionsColumn(sql.slice(0, match.index), known)) relation ??= comment;
  }
  return { relation, columns: found };
}

function textOf(token: string): string | undefined {
  if (token.startsWith("--")) return token.slice(2).trim();
  if (!token.startsWith("/*")) return undefined;
  return token
    .slice(2, -2)
    .replaceAll(/\s*\n[\s*]*/g, " ")
    .trim();
}

function nameIn(line: string, pattern: RegExp): string {
  const [, quoted, ticked, bracketed, plain] = pattern.exec(line) ?? [];
  return (quoted?.replaceAll('""', '"') ?? ticked ?? bracketed ?? plain ?? "").toLowerCase();
}

/** Whether a line of the text so far defines a column. */
function mentionsColumn(sql: string, known: ReadonlyMap<string, string>): boolean {
  return sql
    .split("\n")
    .slice(1)
    .some((line) => known.has(nameIn(line, FIRST_NAME)) || known.has(nameIn(line, LAST_NAME)));
}
