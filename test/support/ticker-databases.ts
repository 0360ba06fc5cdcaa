import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { createGuardedDirectory } from "./guarded-directory.ts";
import { startPostgres } from "./postgres-server.ts";
import { COMBINATIONS, type Combination } from "./service-combinations.ts";

/** A database that holds the sample's tables and rows, for a service in another process. */
export interface TickerDatabase extends AsyncDisposable {
  readonly url: string;
  /** Runs statements, one or more, that may write. */
  run(sql: string): Promise<void>;
  /** Tells whether anything in it has changed. */
  fingerprint(): Promise<string>;
  /** From then on no question is answered, until it comes back. */
  goDown(): Promise<void>;
  comeBack(): Promise<void>;
}

export const DATABASE_KINDS = ["sqlite", "postgres"] as const;
export type DatabaseKind = (typeof DATABASE_KINDS)[number];

export interface TickerCombination extends Combination {
  readonly database: DatabaseKind;
}

/** Of the combinations in their order: each kind meets each runtime and each backend. */
const KINDS_IN_TURN: readonly DatabaseKind[] = [
  "sqlite",
  "postgres",
  "postgres",
  "sqlite",
  "sqlite",
  "postgres",
];

/** Every kind of database on every runtime, and with every cache backend on one: how Redis is reached matters to neither. */
export const TICKER_COMBINATIONS: readonly TickerCombination[] = COMBINATIONS.map((combination, index) => {
  const database = KINDS_IN_TURN[index];
  if (database === undefined) throw new RangeError(`No database for ${combination.name}`);
  return { ...combination, database, name: `${database} and ${combination.name}` };
});

/** The password in the URL of a PostgreSQL. */
export const DATABASE_PASSWORD = "s3cret-of-the-tests";
const SAMPLE = new URL("../../data/sample/", import.meta.url);

/** The statements that make the sample's tables and views. */
export const readSampleSchema = (): Promise<string> => readFile(new URL("schema.sql", SAMPLE), "utf8");

export async function openTickerDatabase(kind: DatabaseKind): Promise<TickerDatabase> {
  const database = await (kind === "sqlite" ? openSqliteFile() : openPostgres());
  await database.run(await readSampleSchema());
  await database.run(await readFile(new URL("data.sql", SAMPLE), "utf8"));
  return database;
}

/** The tickers of the sample, in order, as the database itself sorts them. */
export async function readSampleTickers(): Promise<readonly string[]> {
  const database = new DatabaseSync(":memory:");
  database.exec(await readSampleSchema());
  database.exec(await readFile(new URL("data.sql", SAMPLE), "utf8"));
  const rows = database.prepare("SELECT ticker FROM view_fiis_info ORDER BY ticker").all();
  database.close();
  return rows.map(({ ticker }) => String(ticker));
}

async function openSqliteFile(): Promise<TickerDatabase> {
  const directory = await createGuardedDirectory("mosaic-sqlite-");
  const path = join(directory.path, "tickers.db");
  let lock: DatabaseSync | undefined;
  return {
    url: `sqlite:${path}`,
    async run(sql) {
      const database = new DatabaseSync(path, { timeout: 5000 });
      database.exec(`PRAGMA synchronous = OFF; BEGIN; ${sql}; COMMIT`);
      database.close();
    },
    async fingerprint() {
      return createHash("sha256")
        .update(await readFile(path))
        .digest("hex");
    },
    // What answers no reader is a file that another process has locked for itself.
    async goDown() {
      lock = new DatabaseSync(path, { timeout: 5000 });
      lock.exec("BEGIN EXCLUSIVE");
    },
    async comeBack() {
      lock?.close();
      lock = undefined;
    },
    async [Symbol.asyncDispose]() {
      lock?.close();
      await directory.remove();
    },
  };
}

const FINGERPRINT = `
SELECT md5(schema_to_xml_and_xmlschema('public', true, false, '')::text
  || (SELECT count(*) FROM pg_class) || (SELECT count(*) FROM pg_largeobject_metadata)) AS fingerprint`;

async function openPostgres(): Promise<TickerDatabase> {
  const server = await startPostgres();
  // The server trusts everybody, so that any password opens it.
  const url = new URL(server.url);
  url.password = DATABASE_PASSWORD;
  return {
    url: url.href,
    async run(sql) {
      await server.sql(sql);
    },
    async fingerprint() {
      const [row] = await server.sql(FINGERPRINT);
      return String((row as { readonly fingerprint: unknown }).fingerprint);
    },
    goDown: () => server.kill(),
    comeBack: () => server.restart(),
    [Symbol.asyncDispose]: () => server.stop(),
  };
}
