/**
 * Checks that a setting holds one read-only query, so that a mistake is found at start. What the query may do is enforced
 * by the adapters, in a read-only transaction: this check is no substitute.
 *
 * @param sql a statement, with or without a semicolon at its end
 * @returns what is wrong with it, or undefined
 */
export function tickerQueryProblem(sql: string): string | undefined {
  const bare = (AMBIGUOUS.test(sql) ? sql : withoutTexts(sql)).trim();
  if (bare === "") return "it is empty";
  const statements = bare.replace(/;\s*$/, "");
  if (statements.includes(";")) return "it holds several statements";
  if (!/^[\s(]*(?:select|with|values|table)\b/i.test(statements)) return "it is no query";
  return undefined;
}

/**
 * What databases take for different things: a backslash may escape a quote, a dollar may begin a text, a carriage return may
 * end a comment, and a comment may hold another. Where a text ends is then not known, and a semicolon counts anywhere.
 */
const AMBIGUOUS = /[\\$]|\r(?!\n)|\/\*(?:(?!\*\/)[\s\S])*\/\*/;

/** Leaves out what may hold any character: quoted texts and names, and comments. */
function withoutTexts(sql: string): string {
  return sql.replaceAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\//g, (part) =>
    part.startsWith("-") || part.startsWith("/") ? " " : "''",
  );
}
