import { chmod, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { runMain } from "../support/run-main.ts";
import { RUNTIMES, type Runtime } from "../support/runtimes.ts";
import { createViewsDirectory } from "../support/views-directory.ts";

const NEWS =
  "\ufeff# Kept\r\nidentifiers: [news_id]\r\ncolumns:\r\n  - news_id # the key\r\n  - title\r\nrating: no\r\n";
const writable = (runtime: Runtime): Runtime =>
  runtime.name === "deno" ? { ...runtime, args: [...runtime.args, "--allow-write"] } : runtime;

describe.each(RUNTIMES.map(writable))("mosaic fix and complete on $name", (runtime) => {
  test("mosaic fix quotes what validate advises to quote, and nothing else", async () => {
    await using views = await createViewsDirectory({
      "view_fiis_news.yaml": NEWS,
      "right.yaml": "identifiers: [a]\ncolumns: [a]\n",
      "open.yaml": "identifiers: [a]\ncolumns: [a]\nx: 012\n",
    });
    const mosaic = (...args: readonly string[]) => runMain(runtime, { args, directory: views.path });
    const file = join(views.path, "view_fiis_news.yaml");
    await chmod(file, 0o600);
    const left = "./open.yaml:3:4: warning: YAML 1.1 readers read 012 as the integer 10; quote it";
    const dry = await mosaic("fix", "--dry-run", ".");
    expect([dry.exitCode, dry.stdout]).toEqual([
      0,
      '--- ./view_fiis_news.yaml\n+++ ./view_fiis_news.yaml\n@@ -6 +6 @@\n-rating: no\n+rating: "no"\n',
    ]);
    expect(dry.stderr).toContain(left);
    expect(dry.stderr).toContain("mosaic: 1 file would be quoted; 1 place left for you to decide\n");
    expect(await readFile(file, "utf8")).toBe(NEWS);

    expect((await mosaic("fix", ".")).stdout).toBe("./view_fiis_news.yaml: 1 text\n");
    expect(await readFile(file, "utf8")).toBe(NEWS.replace("no\r", '"no"\r'));
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await mosaic("fix", ".")).toMatchObject({ exitCode: 0, stdout: "" });
    expect((await mosaic("fix", "nowhere")).exitCode).toBe(2);
  });

  test("mosaic complete adds the columns of the database, each in its place", async () => {
    await using views = await createViewsDirectory({
      "view_fiis_news.yaml": NEWS,
      "elsewhere.yaml": "identifiers: [a]\ncolumns: [a]\n",
    });
    const mosaic = (...args: readonly string[]) => runMain(runtime, { args, directory: views.path });
    // Writable for a group, which the usual umask does not permit for new files.
    await chmod(join(views.path, "view_fiis_news.yaml"), 0o664);
    const dry = await mosaic("complete", "--dry-run", ".");
    expect(dry.stdout).toContain("@@ -4,0 +5,2 @@\n+  - ticker\n+  - published_at\n@@ -5,0 +8,");
    expect(await readFile(join(views.path, "view_fiis_news.yaml"), "utf8")).toBe(NEWS);

    expect(await mosaic("complete", "--database", ".")).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining("./view_fiis_news.yaml: ticker, published_at, summary, "),
      stderr: "mosaic: 1 file completed\n",
    });
    expect((await stat(join(views.path, "view_fiis_news.yaml"))).mode & 0o777).toBe(0o664);
    const text = await readFile(join(views.path, "view_fiis_news.yaml"), "utf8");
    expect(text).toMatch(/^\ufeff# Kept\r\n.*\r\n.*\r\n {2}- news_id # the key\r\n {2}- ticker\r\n/);
    const diff = await mosaic("diff", "--database", ".");
    expect([diff.exitCode, diff.stdout]).toEqual([
      0,
      "elsewhere: not in the database\nview_fiis_news: same\n",
    ]);
    expect(await mosaic("complete", ".")).toMatchObject({ exitCode: 0, stdout: "" });
  });

  test("mosaic complete names the columns of a file that the database does not have", async () => {
    const yaml = "identifiers: [news_id]\ncolumns: [news_id, sumary, rating]\n";
    await using views = await createViewsDirectory({ "view_fiis_news.yaml": yaml });
    const mosaic = (...args: readonly string[]) => runMain(runtime, { args, directory: views.path });
    const portuguese = await mosaic("complete", "--dry-run", "--lang", "pt", ".");
    expect(portuguese.stderr).toBe(
      "mosaic: ./view_fiis_news.yaml: o banco não tem a coluna sumary (quis dizer summary?), rating\nmosaic: 1 arquivo seria completado\n",
    );
    expect(await mosaic("complete", ".")).toMatchObject({
      exitCode: 0,
      stderr:
        "mosaic: ./view_fiis_news.yaml: the database has no column sumary (did you mean summary?), rating\nmosaic: 1 file completed\n",
    });
  });

  test("mosaic fix prints that errors are left, and quotes a text that begins with %", async () => {
    await using views = await createViewsDirectory({ "a.yaml": "identifiers: [a]\n" });
    const mosaic = (...args: readonly string[]) => runMain(runtime, { args, directory: views.path });
    expect(await mosaic("fix", ".")).toMatchObject({
      exitCode: 0,
      stderr: "mosaic: 0 files quoted\nmosaic: the catalog still has errors: see mosaic validate .\n",
    });
    expect((await mosaic("fix", "--lang", "pt", ".")).stderr).toContain(
      "mosaic: o catálogo ainda tem erros: veja mosaic validate .\n",
    );
    const vacancy = "identifiers: [a]\ncolumns: [a]\ndescription: % de vacância\n";
    await views.replace({ "a.yaml": vacancy });
    expect((await mosaic("fix", ".")).stderr).toBe("mosaic: 1 file quoted\n");
    expect(await readFile(join(views.path, "a.yaml"), "utf8")).toBe(
      vacancy.replace("% de vacância", '"% de vacância"'),
    );
  });

  test("mosaic complete says which view it leaves as it is", async () => {
    const alias = "x: &x [news_id]\nidentifiers: [news_id]\ncolumns: *x\n";
    await using views = await createViewsDirectory({
      "view_fiis_news.yaml": alias,
      "broken.yaml": "columns: [",
    });
    const run = await runMain(runtime, { args: ["complete", "."], directory: views.path });
    expect(run).toMatchObject({ exitCode: 1, stdout: "" });
    expect(run.stderr).toContain(
      "./view_fiis_news.yaml is left as it is: its columns are an alias of another list\n",
    );
    expect(run.stderr).toContain(
      "./broken.yaml is left as it is: the view does not load; mosaic validate shows why\n",
    );
    expect(await readFile(join(views.path, "view_fiis_news.yaml"), "utf8")).toBe(alias);
  });
});
