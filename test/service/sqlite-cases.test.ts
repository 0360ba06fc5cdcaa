import { chmod } from "node:fs/promises";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { type MainRun, runMain } from "../support/run-main.ts";
import { RUNTIMES } from "../support/runtimes.ts";
import { createSqliteFile } from "../support/sqlite-database-harness.ts";
import { unprivileged } from "../support/unprivileged.ts";

describe.each(RUNTIMES)("a SQLite database on $name", (runtime) => {
  const tickers = (url: string, run = runtime, sql = "SELECT ticker FROM t"): Promise<MainRun> =>
    runMain(run, { args: ["tickers"], directory: ".", env: { DATABASE_URL: url, TICKERS_SQL: sql } });

  it("D6: in WAL mode in a folder that cannot be written to is named, and read as immutable", async () => {
    const file = await createSqliteFile();
    const database = new DatabaseSync(file.path);
    database.exec("PRAGMA journal_mode = WAL; CREATE TABLE t (ticker TEXT); INSERT INTO t VALUES ('HGLG11')");
    database.close();
    const folder = dirname(file.path);
    await chmod(file.path, 0o444);
    await chmod(folder, 0o555);
    const reader = { ...runtime, ...unprivileged(runtime) };
    try {
      const refused = await tickers(`sqlite:${file.path}`, reader);
      expect([refused.exitCode, refused.stdout]).toEqual([1, ""]);
      expect(refused.stderr).toContain(
        "a WAL database needs a writable folder; if no program writes to the database, use sqlite:file:PATH?immutable=1",
      );
      // Deno takes a URI for a path unless it may do everything.
      const all = runtime.name === "deno" ? { ...runtime, args: ["run", "--allow-all"] } : runtime;
      const read = await tickers(`sqlite:file:${file.path}?immutable=1`, { ...all, ...unprivileged(all) });
      expect(read).toEqual({ exitCode: 0, stdout: "HGLG11\n", stderr: "" });
    } finally {
      await chmod(folder, 0o755);
      await file.remove();
    }
  });

  it("D7: a text with U+0000 is read up to it, on both runtimes", async () => {
    const sql = "SELECT 'HGLG11' || char(0) || 'X' AS ticker UNION ALL SELECT char(0) || 'KNRI11'";
    const { exitCode, stdout } = await tickers("sqlite::memory:", runtime, sql);
    expect([exitCode, stdout]).toEqual([0, "HGLG11\n"]);
  });
});
