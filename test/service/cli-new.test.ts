import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createGuardedDirectory } from "../support/guarded-directory.ts";
import { runMain } from "../support/run-main.ts";
import { RUNTIMES, type Runtime } from "../support/runtimes.ts";
import { DATABASE_KINDS, openTickerDatabase, type TickerDatabase } from "../support/ticker-databases.ts";

const COMMENTS = `
COMMENT ON TABLE funds IS 'Listed funds: one row a fund';
COMMENT ON COLUMN funds.fund_name IS 'Name, as registered';
CREATE SCHEMA other; CREATE TABLE other.rates (rate_date DATE, code TEXT);`;
const databases = new Map<string, TickerDatabase>();

beforeAll(async () => {
  for (const kind of DATABASE_KINDS) databases.set(kind, await openTickerDatabase(kind));
  await databases.get("postgres")?.run(COMMENTS);
});
afterAll(async () => {
  for (const database of databases.values()) await database[Symbol.asyncDispose]();
});

const writable = (runtime: Runtime): Runtime =>
  runtime.name === "deno" ? { ...runtime, args: [...runtime.args, "--allow-write"] } : runtime;

describe.each(RUNTIMES.map(writable))("mosaic new on $name", (runtime) => {
  test.each(DATABASE_KINDS)("mosaic new --all drafts a valid catalog of %s, twice the same", async (kind) => {
    await using directory = await workingDirectory();
    const env = { DATABASE_URL: databases.get(kind)?.url ?? "" };
    const mosaic = (...args: readonly string[]) => runMain(runtime, { args, directory: directory.path, env });
    const made = await mosaic("new", "--all", "views");
    expect([made.exitCode, made.stdout.trim().split("\n").length]).toEqual([0, 8]);
    expect(made.stderr).toMatch(
      /^mosaic: 8 views written, \d+ places to fill in: mosaic validate views lists them\n$/,
    );
    const validated = await mosaic("validate", "--strict", "views");
    expect([validated.exitCode, validated.stderr]).toEqual([0, "views: 8 views valid\n"]);
    expect(validated.stdout).toContain(
      "views/view_fiis_info.yaml:2:1: note: to fill in: what is one row of this view? Write it in the words of those who ask\n",
    );
    expect((await mosaic("diff", "--database", "views")).exitCode).toBe(0);

    const file = join(directory.path, "views/view_fiis_info.yaml");
    await writeFile(file, "identifiers: [ticker]\ncolumns: [ticker]\n");
    await rm(join(directory.path, "views/view_fiis_news.yaml"));
    expect(await mosaic("new", "--all", "views")).toMatchObject({
      exitCode: 0,
      stdout: "views/view_fiis_news.yaml\n",
    });
    expect(await readFile(file, "utf8")).toBe("identifiers: [ticker]\ncolumns: [ticker]\n");
    expect((await readdir(join(directory.path, "views"))).length).toBe(8);
  });

  test("mosaic new writes no second view of an entity, although another view or this one is invalid", async () => {
    await using directory = await workingDirectory();
    const mosaic = (...args: readonly string[]) => runMain(runtime, { args, directory: directory.path });
    const views = join(directory.path, "views");
    await mosaic("new", "--all", "views");
    const info = await readFile(join(views, "view_fiis_info.yaml"), "utf8");
    await rm(join(views, "view_fiis_info.yaml"));
    await rm(join(views, "view_fiis_news.yaml"));
    await writeFile(join(views, "funds.yaml"), info.replace("identifiers:", "identifier:"));
    expect(await mosaic("new", "--all", "views")).toMatchObject({
      exitCode: 0,
      stdout: "views/view_fiis_news.yaml\n",
    });
    expect(await mosaic("new", "view_fiis_info", "views")).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: "mosaic: view_fiis_info exists already in views, and is left as it is\n",
    });
    expect((await mosaic("new", "--all", "views", "--lang", "pt")).stderr).toBe(
      "mosaic: views já tem as 8 views; o banco de exemplo embutido não tem outras\n",
    );
  });

  test("mosaic new VIEW --database writes comments, types and the key of PostgreSQL", async () => {
    await using directory = await workingDirectory();
    const env = { DATABASE_URL: databases.get("postgres")?.url ?? "", VIEWS_DIR: "views" };
    const mosaic = (...args: readonly string[]) => runMain(runtime, { args, directory: directory.path, env });
    expect(await mosaic("new", "funds", "--database")).toMatchObject({
      exitCode: 0,
      stdout: "views/funds.yaml\n",
    });
    const text = await readFile(join(directory.path, "views/funds.yaml"), "utf8");
    expect(text).toContain('description: "Listed funds: one row a fund"\nidentifiers:\n  - ticker\n');
    expect(text).toContain('  - name: fund_name\n    description: "Name, as registered"\n');
    expect(text).toContain("  - name: ipo_date\n    alias: Ipo date\n    type: date\n");
    expect((await mosaic("new", "other.rates", "--database")).stdout).toBe("views/other.rates.yaml\n");
    expect(await mosaic("validate", "--strict")).toMatchObject({
      exitCode: 0,
      stderr: "views: 2 views valid\n",
    });
    expect(await mosaic("diff", "--database")).toMatchObject({
      exitCode: 0,
      stdout: "funds: same\nother.rates: same\n",
    });
  });

  test("mosaic new, fix and complete write in Portuguese with --lang pt and in a Portuguese locale", async () => {
    await using directory = await workingDirectory();
    const mosaic = (args: readonly string[], env = {}) =>
      runMain(runtime, { args, directory: directory.path, env });
    expect(await mosaic(["new", "view_rates", "views", "--lang", "pt"])).toMatchObject({
      exitCode: 0,
      stderr: "mosaic: 1 view escrita, 5 pontos a preencher: mosaic validate views mostra cada um\n",
    });
    const locale = { LANG: "pt_BR.UTF-8" };
    const written = await mosaic(["new", "view_fiis_info", "views", "--database"], locale);
    expect(written.stderr).toMatch(/^mosaic: 1 view escrita, \d+ pontos a preencher/);
    const text = await readFile(join(directory.path, "views/view_fiis_info.yaml"), "utf8");
    expect(text).toContain("# mosaic new: o que é uma linha desta view?");
    expect((await mosaic(["validate", "--strict", "views"], locale)).stdout).toContain(
      "nota: a preencher: o que é uma linha desta view?",
    );
    const doubtful = `${text.replace(/^description: .*$/m, "description: no")}since: 2024-01-01\n`;
    await writeFile(
      join(directory.path, "views/view_fiis_info.yaml"),
      doubtful.replace(/ {2}- name: ticker\n(?: {4}.*\n)+/, ""),
    );
    const runs = [
      await mosaic(["fix", "views"], locale),
      await mosaic(["complete", "views", "--dry-run", "--lang", "pt"]),
    ];
    expect(runs.map(({ stderr }) => stderr)).toEqual([
      expect.stringMatching(/^mosaic: aspas postas em 1 arquivo\n$/m),
      expect.stringMatching(/^mosaic: (?:1 arquivo seria completado|views\/\S+ fica como está)/m),
    ]);
    expect(await mosaic(["new", "x", "views", "--lang", "de"])).toMatchObject({
      exitCode: 2,
      stderr: 'mosaic: --lang is "de": expected en or pt\n',
    });
  });

  test("mosaic new refuses what exists, what the database lacks, and what can be no view", async () => {
    await using directory = await workingDirectory();
    const mosaic = (...args: readonly string[]) => runMain(runtime, { args, directory: directory.path });
    expect(await mosaic("new", "view_rates", "views")).toEqual({
      exitCode: 0,
      stdout: "views/view_rates.yaml\n",
      stderr: "mosaic: 1 view written, 5 places to fill in: mosaic validate views lists them\n",
    });
    const before = await readFile(join(directory.path, "views/view_rates.yaml"), "utf8");
    expect(await mosaic("new", "view_rates", "views")).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: "mosaic: view_rates exists already in views, and is left as it is\n",
    });
    expect(await readFile(join(directory.path, "views/view_rates.yaml"), "utf8")).toBe(before);
    expect(await mosaic("new", "view_fiis_inf", "views", "--database")).toEqual({
      exitCode: 1,
      stdout: "",
      stderr:
        'mosaic: the embedded sample database has no table or view "view_fiis_inf" that may be read; did you mean view_fiis_info?\n',
    });
    expect((await mosaic("new", "view_fiis_inf", "views", "--database", "--lang", "pt")).stderr).toBe(
      'mosaic: o banco de exemplo embutido não tem tabela nem view "view_fiis_inf" que se possa ler; você quis dizer view_fiis_info?\n',
    );
    for (const args of [["new"], ["new", "../x", "views"], ["new", "x", "postgres://u:secret@h/d"]]) {
      const { exitCode, stdout, stderr } = await mosaic(...args);
      expect([exitCode, stdout, stderr.includes("secret")]).toEqual([2, "", false]);
    }
    expect(await readdir(join(directory.path, "views"))).toEqual(["view_rates.yaml"]);
  });
});

async function workingDirectory() {
  const { path, remove } = await createGuardedDirectory("mosaic-new-");
  return { path, [Symbol.asyncDispose]: remove };
}
