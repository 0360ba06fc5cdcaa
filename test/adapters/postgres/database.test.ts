import { afterAll, beforeAll } from "vitest";
import { describeDescribedDatabase, describeStoredDatabase } from "../../support/describe-conformance.ts";
import { describeDatabaseSentences } from "../../support/describe-sentences.ts";
import { openPostgresHarness } from "../../support/postgres-database-harness.ts";
import { type PostgresServer, startPostgres } from "../../support/postgres-server.ts";

let postgres: PostgresServer;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

describeStoredDatabase({ name: "createPostgresDatabase()", open: () => openPostgresHarness(postgres) });
describeDescribedDatabase({ name: "createPostgresDatabase()", open: () => openPostgresHarness(postgres) });
describeDatabaseSentences({ name: "createPostgresDatabase()", open: () => openPostgresHarness(postgres) });
