import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createFilesystemSource } from "../../../src/adapters/filesystem/source.ts";
import { openDatabase } from "../../../src/adapters/open-database.ts";
import { diffColumns } from "../../../src/domain/catalog/value-diff.ts";
import { normalizeTicker, parseTickerRows } from "../../../src/domain/tickers/ticker.ts";
import { listColumnNames, parseView } from "../../../src/domain/view/view.ts";
import type { Database } from "../../../src/ports/database-port.ts";
import { startPostgres } from "../../support/postgres-server.ts";
import { createSqliteFile } from "../../support/sqlite-database-harness.ts";

const DATA = resolve(import.meta.dirname, "../../../data");
const query = "SELECT ticker FROM view_fiis_info";

function open(url: string | undefined, text = query): Promise<Database> {
  return openDatabase({ url, query: text, name: "the database", onIdleError: () => undefined });
}

async function loadCatalog() {
  const load = await createFilesystemSource(resolve(DATA, "views")).load();
  if (load.kind === "invalid") throw new Error(JSON.stringify(load.diagnostics));
  return load.catalog;
}

async function readSample(): Promise<string> {
  const read = (name: string) => readFile(resolve(DATA, "sample", name), "utf8");
  return `${await read("schema.sql")}\n${await read("data.sql")}`;
}

describe("openDatabase()", () => {
  let sample: Database;
  beforeEach(async () => {
    sample = await open(undefined);
  });
  afterEach(() => sample.close());

  test("openDatabase() without a URL holds 320 tickers, each in its normal form and once", async () => {
    const rows = await sample.load();
    const tickers = parseTickerRows(rows);
    expect(rows).toHaveLength(320);
    expect(tickers).toEqual([...new Set(rows.map(String))].toSorted());
    expect(tickers.filter((ticker) => normalizeTicker(ticker) !== ticker)).toEqual([]);
    expect(tickers.filter((ticker) => !/^[A-Z][A-Z0-9]{3}[0-9]{1,2}[A-Z]?$/.test(ticker))).toEqual([]);
    expect(tickers.filter((ticker) => ticker.endsWith("11"))).toHaveLength(308);
  });

  test("openDatabase() without a URL has the columns of data/views, in their order", async () => {
    const catalog = await loadCatalog();
    const columns = await sample.columns([...catalog.views.keys()]);
    const authored = [...catalog.views].map(([entity, view]) => [entity, listColumnNames(parseView(view))]);
    expect([...columns]).toEqual(authored);
    expect(diffColumns(catalog, columns).map(({ entity, state }) => [entity, state])).toEqual(
      authored.map(([entity]) => [entity, "same"]),
    );
  });

  test("openDatabase() without a URL makes a database of its own each time", async () => {
    const other = await open(undefined);
    await sample.load();
    await other.close();
    expect(await sample.load()).toHaveLength(320);
  });

  test("openDatabase() gives the sample alike from memory, from a file and from PostgreSQL", async () => {
    const sql = await readSample();
    const catalog = await loadCatalog();
    const file = await createSqliteFile();
    file.run(sql);
    await using postgres = await startPostgres();
    await postgres.sql(sql);
    const ask = async (database: Database) => ({
      tickers: parseTickerRows(await database.load()),
      columns: Object.fromEntries(await database.columns([...catalog.views.keys()])),
    });
    const expected = await ask(sample);
    for (const url of [`sqlite:${file.path}`, postgres.url]) {
      const database = await open(url);
      expect(await ask(database)).toEqual(expected);
      await database.close();
    }
    await file.remove();
  });

  test("openDatabase() takes a memory of its own, with nothing in it", async () => {
    const memory = await open("sqlite::memory:", "SELECT 'HGLG11' AS ticker");
    expect(await memory.load()).toEqual(["HGLG11"]);
    expect(await memory.columns(["view_fiis_info", "funds"])).toEqual(new Map());
    await memory.close();
  });
});
