/**
 * Checks that a setting contains one query. A mistake is then found at start, and a statement that a
 * read-only mode does not stop is refused. In addition, the adapters run the query read-only.
 *
 * @param sql a statement, with or without a semicolon at its end
 * @returns the fault, or undefined
 */
export function findTickerQueryFault(sql: string): string | undefined {
  const bare = (AMBIGUOUS_SQL.test(sql) ? sql : removeTextsAndComments(sql)).trim();
  if (bare === "") return "it is empty";
  const statements = bare.replace(/;\s*$/, "");
  if (statements.includes(";")) return "it has several statements";
  if (!/^[\s(]*(?:select|with|values|table)\b/i.test(statements))
    return "it does not begin with SELECT, WITH, VALUES or TABLE";
  return undefined;
}

/**
 * Constructs that databases read differently: a backslash may escape a quote, a dollar sign may begin a string, a
 * carriage return may end a comment, and comments may be nested. With one of them, the end of a string is unknown,
 * so any semicolon counts.
 */
const AMBIGUOUS_SQL = /[\\$]|\r(?!\n)|\/\*(?:(?!\*\/)[\s\S])*\/\*/;

/** Removes the parts that may contain any character: quoted texts and names, and comments. */
function removeTextsAndComments(sql: string): string {
  return sql.replaceAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\//g, (part) =>
    part.startsWith("-") || part.startsWith("/") ? " " : "''",
  );
}
