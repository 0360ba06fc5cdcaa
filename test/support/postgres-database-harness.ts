import { createPostgresDatabase } from "../../src/adapters/postgres/database.ts";
import type { StoredDatabaseHarness } from "../../src/conformance/database-conformance.ts";
import type { PostgresServer } from "./postgres-server.ts";

/** On a machine that is busy with other tests the default deadlines would be a second subject. */
export const PATIENT = { statementTimeoutMs: 20_000, connectTimeoutMs: 20_000 } as const;

/** The server, emptied. */
export async function openPostgresHarness({ url, sql }: PostgresServer): Promise<StoredDatabaseHarness> {
  await sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
  return {
    schema: "public",
    open: (query) => createPostgresDatabase({ url, name: "PostgreSQL", query, ...PATIENT }),
    run: async (text) => {
      await sql(text);
    },
    read: sql,
    close: async () => undefined,
  };
}
