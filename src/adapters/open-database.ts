import type { DescribedDatabase } from "../ports/database-port.ts";
import { createSqliteDatabase } from "./sqlite/database.ts";

export interface DatabaseOptions {
  /** `sqlite:PATH`, `sqlite::memory:`, `postgres://…`; undefined for the embedded sample database. */
  readonly url: string | undefined;
  readonly query: string;
  /** The URL as messages may show it. */
  readonly name: string;
  /** Called for connections that break while idle. */
  readonly onIdleError: (error: Error) => void;
}

/**
 * Returns the database at `url`, or the embedded sample without one. Nothing connects before the first query. The
 * client of PostgreSQL is loaded only for PostgreSQL.
 */
export async function openDatabase({
  url,
  query,
  name,
  onIdleError,
}: DatabaseOptions): Promise<DescribedDatabase> {
  if (url === undefined) return createSqliteDatabase({ location: "sample", query });
  if (url.startsWith("sqlite:")) {
    const path = url.slice("sqlite:".length);
    // `sqlite:sample` is a file named `sample`. The location `sample` alone would mean the embedded database.
    return createSqliteDatabase({ location: path === "sample" ? "./sample" : path, query });
  }
  const { createPostgresDatabase } = await import("./postgres/database.ts");
  return createPostgresDatabase({ url, name, query, onIdleError });
}
