import { createSqliteDatabase } from "../../../src/adapters/sqlite/database.ts";
import {
  describeDatabase,
  describeDescribedDatabase,
  describeStoredDatabase,
} from "../../support/describe-conformance.ts";
import { describeDatabaseSentences } from "../../support/describe-sentences.ts";
import { openDescribedSqliteHarness, openSqliteHarness } from "../../support/sqlite-database-harness.ts";

describeStoredDatabase({ name: "createSqliteDatabase() of a file", open: () => openSqliteHarness() });
describeDescribedDatabase({
  name: "createSqliteDatabase() of a file",
  open: () => openDescribedSqliteHarness(),
});
describeDatabaseSentences({ name: "createSqliteDatabase()", open: () => openSqliteHarness() });

for (const location of [":memory:", "sample"]) {
  describeDatabase({
    name: `createSqliteDatabase() of ${location}`,
    open: async () => ({
      open: (query) => createSqliteDatabase({ location, query }),
      close: async () => undefined,
    }),
  });
}
