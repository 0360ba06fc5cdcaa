import type { Database } from "../ports/database-port.ts";
import { createPostgresDatabase } from "./postgres/database.ts";
import { createSqliteDatabase } from "./sqlite/database.ts";

/** What {@link Database} is made from, whatever its kind. */
export interface DatabaseOptions {
  /** `sqlite:PATH`, `sqlite::memory:`, `postgres://…`; undefined for the embedded sample database. */
  readonly url: string | undefined;
  /** The ticker query. */
  readonly query: string;
  /** The URL as messages may show it. */
  readonly name: string;
  /** Told of connections that break while nobody uses them. */
  readonly onIdleError: (error: Error) => void;
}

/** Makes the database that a URL names; nothing is opened before it is asked. */
export function openDatabase({ url, query, name, onIdleError }: DatabaseOptions): Database {
  if (url === undefined) return createSqliteDatabase({ location: "sample", query });
  if (url.startsWith("sqlite:")) {
    const path = url.slice("sqlite:".length);
    // A file of this name is a file; the embedded database has no URL.
    return createSqliteDatabase({ location: path === "sample" ? "./sample" : path, query });
  }
  return createPostgresDatabase({ url, name, query, onIdleError });
}
