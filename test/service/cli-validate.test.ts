import { symlink, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import type { BrokenView } from "../support/broken-view.ts";
import { BROKEN_VIEW_FIELDS } from "../support/broken-view-fields.ts";
import { BROKEN_VIEW_YAML } from "../support/broken-view-yaml.ts";
import { DOUBTFUL_VIEWS } from "../support/doubtful-views.ts";
import { type MainOptions, type MainRun, runMain } from "../support/run-main.ts";
import { RUNTIMES } from "../support/runtimes.ts";
import { createViewsDirectory, viewYaml } from "../support/views-directory.ts";

const PROJECT = resolve(import.meta.dirname, "../..");
const BROKEN_VIEWS = [...BROKEN_VIEW_FIELDS, ...BROKEN_VIEW_YAML, ...DOUBTFUL_VIEWS];
const fileOf = (index: number): string => `view_${100 + index}.yaml`;

/** What is printed of one file: each finding, with its frame. */
function blocksOf(stdout: string, file: string): readonly string[] {
  return stdout.split("\n\n").filter((block) => block.startsWith(`${file}:`));
}

/** The frame of a place, made in another way than the program makes it. */
function frameOf({ yaml, line, at }: BrokenView): readonly string[] {
  const lines = yaml.split("\n");
  const marked = lines[line - 1] ?? "";
  const clipped = marked.length > 100 ? `${marked.slice(0, 100)}…` : marked;
  return [
    `  > ${line} | ${clipped.replaceAll("\t", "→")}`,
    `      | ${" ".repeat(marked.length - at.length)}^`,
  ];
}

describe.each(RUNTIMES)("mosaic validate on $name", (runtime) => {
  const mosaic = (args: readonly string[], options: Partial<MainOptions> = {}): Promise<MainRun> =>
    runMain(runtime, { args: ["validate", ...args], directory: PROJECT, ...options });

  test(`mosaic validate names the line and says what to write for ${BROKEN_VIEWS.length} kinds of broken view`, async () => {
    await using views = await createViewsDirectory(
      Object.fromEntries(BROKEN_VIEWS.map(({ yaml }, index) => [fileOf(index), yaml])),
    );
    const { exitCode, stdout, stderr } = await mosaic([views.path]);
    expect(exitCode).toBe(1);
    const errors = BROKEN_VIEWS.filter(({ severity }) => severity === undefined);
    expect(errors.length).toBeGreaterThanOrEqual(30);
    const fix = `mosaic fix ${views.path} can correct some of this; with --dry-run it prints the changes as a diff`;
    expect(stderr).toBe(`Cannot load catalog "${views.path}": ${errors.length} views are invalid\n${fix}\n`);
    for (const [index, view] of BROKEN_VIEWS.entries()) {
      const { kind, line, at, message, hint, severity = "error", yaml } = view;
      const column = (yaml.split("\n")[line - 1]?.length ?? 0) - at.length + 1;
      const file = `${views.path}/${fileOf(index)}`;
      const [block = ""] = blocksOf(stdout, file);
      const [finding, ...frame] = block.split("\n");
      expect(finding, kind).toMatch(`${file}:${line}:${column}: ${severity}: ${message}; ${hint} [`);
      const mark = frame.findIndex((text) => text.startsWith("  >"));
      expect(frame.slice(mark, mark + 2), kind).toEqual(frameOf(view));
    }
  });

  test("mosaic validate has Portuguese messages by --lang or by the locale, and English ones by --lang en", async () => {
    await using views = await createViewsDirectory({
      "a.yaml": "identifiers: [a]\n",
      "b.yaml": `${viewYaml("x")}flag: no\n`,
    });
    const english = await mosaic([views.path]);
    const portuguese = await mosaic(["--lang", "pt", views.path]);
    expect(portuguese.exitCode).toBe(1);
    expect(portuguese.stderr).toBe(
      `Não é possível carregar o catálogo "${views.path}": 1 view é inválida\n` +
        `mosaic fix ${views.path} corrige parte disso; com --dry-run, mostra as mudanças como um diff\n`,
    );
    expect(portuguese.stdout).toContain(
      `${views.path}/a.yaml:1:1: erro: falta "columns"; acrescente columns: [ticker, close_price] [field-missing em /columns]\n`,
    );
    expect(portuguese.stdout).toContain(": aviso: leitores de YAML 1.1 leem no como o booleano false; ");
    for (const locale of ["pt", "pt_BR.UTF-8", "pt_PT@euro", "PT-br"])
      expect(await mosaic([views.path], { env: { LANG: locale } })).toEqual(portuguese);
    expect(await mosaic([views.path], { env: { LANG: "en_US.UTF-8", LC_ALL: "pt_BR.UTF-8" } })).toEqual(
      portuguese,
    );
    for (const env of [{ LANG: "C.UTF-8" }, { LANG: "pt_BR.UTF-8", LC_MESSAGES: "C" }, { LANG: "ptx" }])
      expect(await mosaic([views.path], { env })).toEqual(english);
    expect(await mosaic(["--lang", "en", views.path], { env: { LANG: "pt_BR.UTF-8" } })).toEqual(english);
    const json = JSON.parse((await mosaic(["--lang", "pt", "--format", "json", views.path])).stdout);
    expect(json).toMatchObject({
      language: "pt",
      diagnostics: [{ code: "field-missing", message: 'falta "columns"' }, {}],
    });
    const sarif = JSON.parse((await mosaic(["--lang", "pt", "--format", "sarif", views.path])).stdout);
    expect(sarif.runs[0]).toMatchObject({
      language: "pt-BR",
      results: [{ message: { text: 'Falta "columns"; acrescente columns: [ticker, close_price].' } }, {}],
    });
    expect(await mosaic(["--lang", "fr", views.path])).toEqual({
      exitCode: 2,
      stdout: "",
      stderr: 'mosaic: --lang is "fr": expected en or pt\n',
    });
  });

  test("mosaic validate shows nothing of a file that it must not, or cannot, read as text", async () => {
    await using views = await createViewsDirectory({
      "a.yaml": viewYaml("x"),
      "../secret.yaml": "secret: 1\n",
    });
    await symlink(join(views.path, "../secret.yaml"), join(views.path, "b.yaml"));
    await writeFile(join(views.path, "d.yaml"), new Uint8Array([0xff, 0xfe, 0x41]));
    await writeFile(join(views.path, "e.yaml"), "x: \u001b[31mred\u0007\n");
    const { exitCode, stdout } = await mosaic([views.path]);
    expect(exitCode).toBe(1);
    expect(stdout).not.toContain("secret: 1");
    expect(stdout).not.toContain("\u001b");
    expect(stdout).toContain("  > 1 | x: ␛[31mred␇\n      |    ^\n");
    expect(stdout).toMatch(/b\.yaml:1:1: error: .* \[link-outside\]\n/);
  });

  test("mosaic validate --strict fails on warnings, and only then", async () => {
    await using views = await createViewsDirectory({ "a.yaml": `${viewYaml("x")}flag: no\n` });
    const lax = await mosaic([views.path]);
    const strict = await mosaic(["--strict", views.path]);
    expect([lax.exitCode, strict.exitCode]).toEqual([0, 1]);
    expect(strict.stdout).toBe(lax.stdout);
    const fix = `mosaic fix ${views.path} can correct some of this; with --dry-run it prints the changes as a diff\n`;
    expect(lax.stderr).toBe(`${views.path}: 1 view valid, with 1 warning\n${fix}`);
    expect(strict.stderr).toBe(
      `${views.path}: 1 view valid, but --strict fails on warnings: 1 warning\n${fix}`,
    );
    await views.replace({ "a.yaml": `${viewYaml("x")}other: 012\n` });
    expect((await mosaic([views.path])).stderr).toBe(`${views.path}: 1 view valid, with 1 warning\n`);
    await views.replace({ "a.yaml": viewYaml("x") });
    expect(await mosaic(["--strict", views.path])).toEqual({
      exitCode: 0,
      stdout: "",
      stderr: `${views.path}: 1 view valid\n`,
    });
  });

  test("mosaic validate --format json prints one object that says all", async () => {
    await using views = await createViewsDirectory({ "a.yaml": `${viewYaml("x")}flag: no\n` });
    const valid = await mosaic(["--format", "json", views.path]);
    const finding = { severity: "warning", code: "yaml-ambiguous", line: 3, column: 7, pointer: "/flag" };
    expect(valid.exitCode).toBe(0);
    expect(JSON.parse(valid.stdout)).toMatchObject({
      status: "passed",
      directory: views.path,
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      views: 1,
      errors: 0,
      warnings: 1,
      diagnostics: [{ ...finding, file: `${views.path}/a.yaml` }],
    });
    const strict = await mosaic(["--format", "json", "--strict", views.path]);
    expect([strict.exitCode, JSON.parse(strict.stdout).status]).toEqual([1, "failed"]);
    await views.replace({ "a.yaml": "columns: [a]\n" });
    const invalid = await mosaic(["--format=json", views.path]);
    expect([invalid.exitCode, JSON.parse(invalid.stdout)]).toMatchObject([
      1,
      { status: "failed", hash: null, views: null, errors: 1, diagnostics: [{ code: "field-missing" }] },
    ]);
  });

  test("mosaic validate --format sarif names files as a code host finds them", async () => {
    await using views = await createViewsDirectory({ "sub folder/ç.yaml": "columns: [a]\n" });
    const outside = await mosaic(["--format", "sarif", views.path]);
    expect(outside.exitCode).toBe(1);
    const inside = await mosaic(["--format", "sarif", "views"], { directory: dirname(views.path) });
    const location = (run: MainRun) =>
      JSON.parse(run.stdout).runs[0].results[0].locations[0].physicalLocation;
    expect(location(inside)).toEqual({
      artifactLocation: { uri: "views/sub%20folder/%C3%A7.yaml" },
      region: { startLine: 1, startColumn: 1 },
    });
    expect(location(outside).artifactLocation).toEqual({
      uri: "sub%20folder/%C3%A7.yaml",
      uriBaseId: "VIEWSROOT",
    });
  });

  test("mosaic validate refuses a format that it does not have", async () => {
    expect(await mosaic(["--format", "xml"])).toEqual({
      exitCode: 2,
      stdout: "",
      stderr: 'mosaic: --format is "xml": expected text, json or sarif\n',
    });
  });

  test("mosaic validate --readers warns of the readers that it names, and fails on them with --strict", async () => {
    await using views = await createViewsDirectory({
      "a.yaml": `columns: [a, b]\nidentifiers: [a, b]\nrate: 1,5\n`,
    });
    const path = `${views.path}/a.yaml`;
    const quiet = await mosaic(["--strict", views.path]);
    expect(quiet).toEqual({ exitCode: 0, stdout: "", stderr: `${views.path}: 1 view valid\n` });
    const lax = await mosaic(["--readers", "php, Ruby", views.path]);
    expect([lax.exitCode, lax.stderr]).toEqual([0, `${views.path}: 1 view valid, with 1 warning\n`]);
    expect(lax.stdout).toContain(
      `${path}:3:7: warning: Ruby reads the integer 15 here; PHP reads the integer 15 here; ` +
        "quote it if it is text, or write it so that all readers read the same value [yaml-readers-differ at /rate]\n",
    );
    expect((await mosaic(["--readers=java,go", "--strict", views.path])).exitCode).toBe(0);
    const strict = await mosaic(["--readers", "r", "--strict", "--format", "json", views.path]);
    expect(strict.exitCode).toBe(1);
    expect(JSON.parse(strict.stdout)).toMatchObject({
      status: "failed",
      errors: 0,
      warnings: 1,
      diagnostics: [
        { code: "yaml-readers-differ", severity: "warning", line: 3, column: 7, message: "R reads NA here" },
      ],
    });
  });

  test.each(["perl", "ruby,perl", "python", "ruby,", ""])(
    "mosaic validate refuses the reader %j",
    async (readers) => {
      expect(await mosaic([`--readers=${readers}`])).toEqual({
        exitCode: 2,
        stdout: "",
        stderr: `mosaic: --readers is ${JSON.stringify(readers)}: expected ruby, php, r, java, go, separated by commas\n`,
      });
    },
  );
});
