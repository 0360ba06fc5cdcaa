import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { createSqliteDatabase } from "../../src/adapters/sqlite/database.ts";
import type { BreakDatabase } from "../../src/conformance/broken-databases.ts";
import type { StoredDatabaseHarness } from "../../src/conformance/database-conformance.ts";
import type { DescribedDatabaseHarness } from "../../src/conformance/database-relation-cases.ts";
import type { DescribedDatabase } from "../../src/ports/database-port.ts";
import { createGuardedDirectory } from "./guarded-directory.ts";

export interface SqliteFile {
  readonly path: string;
  run(sql: string): void;
  remove(): Promise<void>;
}

/** An SQLite file with nothing in it. */
export async function createSqliteFile(): Promise<SqliteFile> {
  const directory = await createGuardedDirectory("mosaic-sqlite-");
  const path = join(directory.path, "funds.db");
  runSqlite(path, "VACUUM");
  return { path, run: (sql) => runSqlite(path, sql), remove: directory.remove };
}

export function runSqlite(path: string, sql: string): void {
  const database = new DatabaseSync(path);
  try {
    database.exec(sql);
  } finally {
    database.close();
  }
}

export async function openSqliteHarness(
  decorate: BreakDatabase = ({ inner }) => inner,
): Promise<StoredDatabaseHarness> {
  const { path, run, remove } = await createSqliteFile();
  return {
    schema: "main",
    open: (query) => decorate({ inner: createSqliteDatabase({ location: path, query }), path, query }),
    run: async (sql) => run(sql),
    async read(sql) {
      const database = new DatabaseSync(path, { readOnly: true });
      const rows = database.prepare(sql).all();
      database.close();
      return rows.map((row) => ({ ...row }));
    },
    close: remove,
  };
}

/** The harness of a database that catalogs can be drafted from. */
export async function openDescribedSqliteHarness(
  decorate: (inner: DescribedDatabase) => DescribedDatabase = (inner) => inner,
): Promise<DescribedDatabaseHarness> {
  let path = "";
  const stored = await openSqliteHarness((parts) => {
    path = parts.path;
    return parts.inner;
  });
  return {
    ...stored,
    commentedFunds: `CREATE TABLE funds ( -- Listed funds
      id INTEGER PRIMARY KEY,
      ticker TEXT -- Trading code
    )`,
    open(query) {
      const opened = stored.open(query);
      return decorate({ ...createSqliteDatabase({ location: path, query }), name: opened.name });
    },
  };
}
