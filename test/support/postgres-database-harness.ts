import { createPostgresDatabase } from "../../src/adapters/postgres/database.ts";
import type { DescribedDatabaseHarness } from "../../src/conformance/database-relation-cases.ts";
import type { PostgresServer } from "./postgres-server.ts";

/** On a machine that is busy with other tests the default deadlines would be a second subject. */
export const PATIENT = { statementTimeoutMs: 20_000, connectTimeoutMs: 20_000 } as const;

/** The server, emptied. */
export async function openPostgresHarness({ url, sql }: PostgresServer): Promise<DescribedDatabaseHarness> {
  await sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
  return {
    schema: "public",
    commentedFunds: `CREATE TABLE funds (id INTEGER PRIMARY KEY, ticker TEXT);
      COMMENT ON TABLE funds IS 'Listed funds'; COMMENT ON COLUMN funds.ticker IS 'Trading code'`,
    open: (query) => createPostgresDatabase({ url, name: "PostgreSQL", query, ...PATIENT }),
    run: async (text) => {
      await sql(text);
    },
    read: sql,
    close: async () => undefined,
  };
}
