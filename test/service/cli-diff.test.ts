import { dirname, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { type MainOptions, type MainRun, runMain } from "../support/run-main.ts";
import { RUNTIMES } from "../support/runtimes.ts";
import { createViewsDirectory, viewYaml } from "../support/views-directory.ts";

const PROJECT = resolve(import.meta.dirname, "../..");
const BIG = "12345678901234567890";

const OLD = {
  "old/view_a.yaml": viewYaml("x", "y"),
  "old/view_b.yaml": `${viewYaml("x")}big: ${BIG}\nask:\n  top_k: 5\n`,
  "old/view_c.yaml": viewYaml("x"),
  "new/view_a.yaml": viewYaml("x", "y"),
  "new/view_b.yaml": `${viewYaml("x")}description: ${"d".repeat(80)}\nbig: 1.0\nask:\n  top_k: 6\n`,
  "new/view_d.yaml": viewYaml("x"),
  "broken/view_a.yaml": "columns: [x]\n",
};

describe.each(RUNTIMES)("mosaic diff on $name", (runtime) => {
  const mosaic = (args: readonly string[], options: Partial<MainOptions> = {}): Promise<MainRun> =>
    runMain(runtime, { args, directory: PROJECT, ...options });

  test("mosaic diff tells view by view and place by place what another folder changes", async () => {
    await using views = await createViewsDirectory(OLD);
    const directory = views.path;
    expect(await mosaic(["diff", "old", "new"], { directory })).toEqual({
      exitCode: 1,
      stdout: [
        "+ view_d",
        "- view_c",
        "~ view_b",
        "    ~ /ask/top_k: 5 -> 6",
        `    ~ /big: ${BIG} -> 1.0`,
        `    + /description: "${"d".repeat(59)}…`,
        "",
      ].join("\n"),
      stderr: "",
    });
    const json = await mosaic(["diff", "--format", "json", "old", "new"], { directory });
    expect([json.exitCode, json.stderr]).toEqual([1, ""]);
    expect(json.stdout).toContain(`"before": ${BIG}, `);
    expect(JSON.parse(json.stdout)).toMatchObject({
      status: "different",
      old: { directory: "old", hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
      new: { directory: "new" },
      added: ["view_d"],
      removed: ["view_c"],
      changed: [
        {
          entity: "view_b",
          changes: [{ kind: "changed", pointer: "/ask/top_k", before: 5, after: 6 }, {}, {}],
        },
      ],
    });
  });

  test("mosaic diff marks the words that changed in a text", async () => {
    await using views = await createViewsDirectory({
      "old/view_a.yaml": `${viewYaml("x")}description: Dividends of listed funds in reais\n`,
      "new/view_a.yaml": `${viewYaml("x")}description: Dividends of all listed funds in dollars\n`,
    });
    expect((await mosaic(["diff", "old", "new"], { directory: views.path })).stdout).toBe(
      '~ view_a\n    ~ /description: "Dividends of {+all +}listed funds in [-reais-]{+dollars+}"\n',
    );
  });

  test("mosaic diff exits with 0 for folders that say the same in other files", async () => {
    await using views = await createViewsDirectory({
      "old/view_a.yaml": viewYaml("x"),
      "new/sub/other.yaml": '# the same\nidentifiers: ["x"]\ncolumns:\n  - x\n',
    });
    const renamed = {
      "old/view_a.yaml": `entity: v\n${viewYaml("x")}`,
      "new/sub/other.yaml": `${viewYaml("x")}entity: "v"\n`,
    };
    await views.replace(renamed);
    const same = await mosaic(["diff", `${views.path}/old`, `${views.path}/new`]);
    expect(same).toEqual({ exitCode: 0, stdout: "", stderr: "" });
  });

  test("mosaic diff exits with 2 for what cannot be compared", async () => {
    await using views = await createViewsDirectory(OLD);
    const run = (...args: readonly string[]) => mosaic(["diff", ...args], { directory: views.path });
    const usage = (stderr: string): MainRun => ({ exitCode: 2, stdout: "", stderr });
    expect(await run("old", "broken")).toEqual(
      usage("mosaic: the catalog of broken is invalid; mosaic validate broken shows why\n"),
    );
    expect(await run("old", "nowhere")).toEqual(
      usage(`Cannot load catalog "nowhere": folder not found: "${views.path}/nowhere"\n`),
    );
    expect(await run("old")).toEqual(usage("mosaic: diff needs two folders, OLD and NEW, or --database\n"));
    expect(await run("--format", "xml", "old", "new")).toEqual(
      usage('mosaic: --format is "xml": expected text or json\n'),
    );
  });

  test("mosaic schema prints the schema of a view", async () => {
    const { exitCode, stdout, stderr } = await mosaic(["schema"], { directory: dirname(PROJECT) });
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(JSON.parse(stdout)).toMatchObject({
      $schema: "http://json-schema.org/draft-07/schema#",
      required: ["columns", "identifiers"],
    });
  });
});
