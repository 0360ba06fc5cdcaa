import { readdir } from "node:fs/promises";
import { resolve } from "node:path";
import process from "node:process";
import { describe, expect, test } from "vitest";
import { GOLDEN_CATALOGS } from "../support/golden-catalogs.ts";
import { type MainOptions, type MainRun, runMain, runMainProcess, runToEnd } from "../support/run-main.ts";
import { RUNTIMES } from "../support/runtimes.ts";
import { createViewsDirectory, viewYaml } from "../support/views-directory.ts";

const PROJECT = resolve(import.meta.dirname, "../..");
const HASH_OF_SAMPLE = "abd0d8ba1d0d63c0e2bc3acd78d539b92e301c7cc91e7b00b877e49dba9b4b9c";

const HELP = `Usage:
  mosaic serve [--watch]                                                                       Serve the catalog over HTTP; the settings come from the environment
  mosaic new [--database] [--lang en|pt] VIEW [DIR]                                            Write a first file for a view into DIR, or into VIEWS_DIR; comments mark what is left to decide
  mosaic new --all [--database] [--lang en|pt] [DIR]                                           Write a file for each view of DATABASE_URL that DIR, or VIEWS_DIR, does not have
  mosaic validate [--strict] [--format text|json|sarif] [--lang en|pt] [--readers LIST] [DIR]  Check the views of DIR, or of VIEWS_DIR, and suggest corrections
  mosaic fix [--dry-run] [--lang en|pt] [DIR]                                                  Quote what validate advises to quote in the views of DIR, or of VIEWS_DIR; the rest of a file stays as it is
  mosaic complete [--dry-run] [--database] [--lang en|pt] [DIR]                                Add the columns that the database of DATABASE_URL has and the views of DIR, or of VIEWS_DIR, lack
  mosaic schema                                                                                Print the JSON Schema of a view, for editors
  mosaic hash [--format json] [--lang en|pt] [DIR]                                             Print the catalog hash of DIR, or of VIEWS_DIR
  mosaic diff [--format json] [--lang en|pt] OLD NEW                                           Compare the views of two folders; exit code 0 same, 1 different, 2 not comparable
  mosaic diff --database [--format json] [--lang en|pt] [DIR]                                  Compare the columns of the views in DIR, or VIEWS_DIR, with the database of DATABASE_URL
  mosaic tickers [--format json] [--lang en|pt]                                                Print the valid tickers in the database of DATABASE_URL
  mosaic keygen [--keyid ID] [--format json]                                                   Print a new key for VIEWS_SIGNATURE_KEY; with json, an entry of a keyring
  mosaic sign [--generation N] [--keyid ID] [--format json] [--lang en|pt] [DIR]               Sign the catalog of DIR, or of VIEWS_DIR, under the next generation or N
  mosaic verify [--format json] [--lang en|pt] [DIR]                                           Check the views of DIR, or of VIEWS_DIR, against their manifest and its signature
  mosaic status [--exit-code] [--format json] [--lang en|pt] [URL]                             Show the replicas of the service at URL, or at HOST and PORT; needs its ADMIN_TOKEN
  mosaic history [--format json] [--lang en|pt] [URL]                                          Show the history of the fleet's catalogs from the service at URL, or at HOST and PORT; needs its ADMIN_TOKEN
  mosaic reload [--dry-run] [--force] [--format json] [--lang en|pt] [URL]                     Reload the views of the service at URL, or at HOST and PORT; needs its ADMIN_TOKEN
  mosaic inspect [--format json] [--lang en|pt]                                                Show the content of the shared cache, and verify it
  mosaic --version                                                                             Print the version

mosaic help COMMAND, or mosaic COMMAND --help, shows its options and examples
Exit codes: 0 done or valid, 1 invalid or failed, 2 wrong usage, setting or folder
`;

const HELP_VALIDATE = `Usage: mosaic validate [--strict] [--format text|json|sarif] [--lang en|pt] [--readers LIST] [DIR]

Check the views of DIR, or of VIEWS_DIR, and suggest corrections

Options:
  --strict        fail on warnings too
  --format text   one line for each diagnostic, with the source lines (default)
  --format json   one JSON object, for programs
  --format sarif  a SARIF 2.1.0 log, for code hosts and editors
  --lang en       messages in English (default)
  --lang pt       messages in Portuguese, as with LANG=pt_BR.UTF-8
  --readers LIST  also warn where YAML readers of ruby, php, r, java or go differ (comma-separated)

Examples:
  mosaic validate data/views                               what is wrong, where, and what to write instead
  mosaic validate --strict                                 the views of VIEWS_DIR; fails on warnings
  mosaic validate --format sarif data/views > views.sarif  diagnostics for a code host

Exit codes:
  0  done
  1  a view is invalid, or --strict is set and there is a warning
  2  wrong usage, setting or folder
`;

const lines = (...texts: readonly string[]): string => texts.map((text) => `${text}\n`).join("");

const WARNED = `${viewYaml("x")}default_date_field: d\nflag: no\n`;
const WARNINGS = [
  '3:21: warning: "default_date_field" names "d", which is not a column of this view; ' +
    "write the name of a column of this view, or add the column [column-unknown at /default_date_field]",
  '4:7: warning: YAML 1.1 readers read no as the boolean false; quote it if it is text: "no", ' +
    "or write it so that all readers read the same value [yaml-ambiguous at /flag]",
];
const FRAMES = [
  lines(
    "    1 | identifiers: [x]",
    "    2 | columns: [x]",
    "  > 3 | default_date_field: d",
    "      |                     ^",
    "    4 | flag: no",
    "",
  ),
  lines("    2 | columns: [x]", "    3 | default_date_field: d", "  > 4 | flag: no", "      |       ^", ""),
];
const FIX = (directory: string): string =>
  `mosaic fix ${directory} can correct some of this; with --dry-run it prints the changes as a diff\n`;
const MISSING =
  '1:1: error: "columns" is missing; add columns: [ticker, close_price] [field-missing at /columns]';
const UNREAD =
  "1:1: error: the file contains no view; write the view's fields at the top level, such as columns: [ticker] [view-type]";

const ok = (stdout: string, stderr = ""): MainRun => ({ exitCode: 0, stdout, stderr });
const invalid = (stdout: string, stderr: string): MainRun => ({ exitCode: 1, stdout, stderr });
const usage = (stderr: string): MainRun => ({ exitCode: 2, stdout: "", stderr });

describe.each(RUNTIMES)("mosaic on $name", (runtime) => {
  const mosaic = (args: readonly string[], options: Partial<MainOptions> = {}): Promise<MainRun> =>
    runMain(runtime, { args, directory: PROJECT, ...options });

  test.each(GOLDEN_CATALOGS)("mosaic hash prints the hash of $sha256 and nothing else", async (golden) => {
    expect(await mosaic(["hash", golden.directory])).toEqual(ok(lines(golden.sha256)));
  });

  test("mosaic hash takes the argument, else VIEWS_DIR, else data/views", async () => {
    const [first, second] = GOLDEN_CATALOGS;
    const env = { VIEWS_DIR: first?.directory ?? "" };
    expect(await mosaic(["hash"], { env })).toEqual(ok(lines(first?.sha256 ?? "")));
    expect(await mosaic(["hash", second?.directory ?? ""], { env })).toEqual(ok(lines(second?.sha256 ?? "")));
    expect(await mosaic(["hash"])).toEqual(ok(lines(HASH_OF_SAMPLE)));
    for (const VIEWS_DIR of ["", " ", " data/views\t"])
      expect(await mosaic(["hash"], { env: { VIEWS_DIR } })).toEqual(ok(lines(HASH_OF_SAMPLE)));
  });

  test("mosaic hash says on stderr alone why there is no hash", async () => {
    await using views = await createViewsDirectory({
      "a.yaml": "identifiers: [x]\n",
      "b.yaml": WARNED,
      "c.yaml": "",
    });
    const findings = [
      `a.yaml:${MISSING}`,
      ...WARNINGS.map((warning) => `b.yaml:${warning}`),
      `c.yaml:${UNREAD}`,
    ];
    expect(await mosaic(["hash", views.path])).toEqual(
      invalid(
        "",
        lines(
          ...findings.map((finding) => `${views.path}/${finding}`),
          `Cannot load catalog "${views.path}": 2 views are invalid`,
        ),
      ),
    );
    expect(await mosaic(["hash", "nowhere"])).toEqual(
      usage(`Cannot load catalog "nowhere": folder not found: "${PROJECT}/nowhere"\n`),
    );
  });

  test("mosaic hash ignores warnings", async () => {
    await using views = await createViewsDirectory({ "a.yaml": WARNED });
    const { exitCode, stdout, stderr } = await mosaic(["hash", views.path]);
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^[0-9a-f]{64}\n$/);
  });

  test("a command that mosaic suggests has the folder as a shell needs it", async () => {
    const folder = "Kátia's views";
    const files = { "a.yaml": `${viewYaml("x")}ask: {keywords: [1]}\n`, "b.yaml": "x: 1\n" };
    await using views = await createViewsDirectory(
      Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text])),
    );
    const inShell = "'Kátia'\\''s views'";
    const run = (...args: readonly string[]) => mosaic(args, { directory: views.path });
    expect((await run("validate", folder)).stderr).toContain(`\nmosaic fix ${inShell} can correct `);
    expect((await run("fix", "--dry-run", folder)).stderr).toContain(`: see mosaic validate ${inShell}\n`);
    expect((await run("diff", folder, folder)).stderr).toContain(`; mosaic validate ${inShell} shows why\n`);
  });

  test("mosaic validate sums up valid views, with or without warnings", async () => {
    await using views = await createViewsDirectory({ "a.yaml": viewYaml("x") });
    expect(await mosaic(["validate"], { directory: views.path, env: { VIEWS_DIR: "." } })).toEqual(
      ok("", ".: 1 view valid\n"),
    );
    await views.replace({ "a.yaml": viewYaml("x"), "sub/b.yaml": WARNED });
    expect(await mosaic(["validate", "views/"], { directory: resolve(views.path, "..") })).toEqual(
      ok(
        WARNINGS.map((warning, index) => `views/sub/b.yaml:${warning}\n${FRAMES[index]}`).join(""),
        `views: 2 views valid, with 2 warnings\n${FIX("views")}`,
      ),
    );
  });

  test("mosaic validate shows the lines of a file whose lines end in carriage returns alone", async () => {
    await using views = await createViewsDirectory({ "a.yaml": WARNED.replaceAll("\n", "\r") });
    const { stdout } = await mosaic(["validate", views.path]);
    expect(stdout).toBe(
      WARNINGS.map((warning, index) => `${views.path}/a.yaml:${warning}\n${FRAMES[index]}`).join(""),
    );
  });

  test("mosaic validate prints every finding of invalid views and fails", async () => {
    await using views = await createViewsDirectory({ "a.yaml": "identifiers: [x]\n", "b.yaml": WARNED });
    const findings = [
      `a.yaml:${MISSING}\n${lines("  > 1 | identifiers: [x]", "      | ^", "")}`,
      ...WARNINGS.map((warning, index) => `b.yaml:${warning}\n${FRAMES[index]}`),
    ];
    expect(await mosaic(["validate", views.path])).toEqual(
      invalid(
        findings.map((finding) => `${views.path}/${finding}`).join(""),
        `Cannot load catalog "${views.path}": 1 view is invalid\n${FIX(views.path)}`,
      ),
    );
  });

  test("mosaic validate tells a folder that is not there from one that is wrong", async () => {
    await using views = await createViewsDirectory({ file: "" });
    expect(await mosaic(["validate", "nowhere"])).toEqual(
      usage(`Cannot load catalog "nowhere": folder not found: "${PROJECT}/nowhere"\n`),
    );
    expect(await mosaic(["validate", `${views.path}/file`])).toEqual(
      usage(`Cannot load catalog "${views.path}/file": it is not a folder\n`),
    );
  });

  test("mosaic validate prints every one of very many findings into a pipe", async () => {
    const files = Object.fromEntries(
      Array.from({ length: 500 }, (_, index) => [`v${1000 + index}.yaml`, "x: 1\n"]),
    );
    await using views = await createViewsDirectory(files);
    const { exitCode, stdout, stderr } = await runMainProcess(runtime, {
      args: ["validate", views.path],
      directory: PROJECT,
    });
    expect([exitCode, stderr]).toEqual([1, `Cannot load catalog "${views.path}": 500 views are invalid\n`]);
    expect(stdout.match(/ error: /g)).toHaveLength(2 * 500);
    expect(stdout.match(/^ {2}> 1 \| x: 1$/gm)).toHaveLength(2 * 500);
  });

  test.each([["--help"], ["-h"], ["help"]])("mosaic %s helps", async (...args) => {
    expect(await mosaic(args)).toEqual(ok(HELP));
  });

  test.each([
    ["validate", "--help"],
    ["validate", "-h", "a", "b"],
    ["help", "validate"],
  ])("mosaic %s helps with that command", async (...args) => {
    expect(await mosaic(args)).toEqual(ok(HELP_VALIDATE));
  });

  test("mosaic help diff helps with both of its forms", async () => {
    const { exitCode, stdout } = await mosaic(["help", "diff"]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("Usage: mosaic diff [--format json] [--lang en|pt] OLD NEW\n");
    expect(stdout).toContain("\n\nUsage: mosaic diff --database [--format json] [--lang en|pt] [DIR]\n");
  });

  test.each<[args: readonly string[], detail: string]>([
    [[], "missing command"],
    [["publish"], 'unknown command "publish"'],
    [["help", "publish"], 'unknown command "publish"'],
    [["publish", "--help"], 'unknown command "publish"'],
    [[""], 'unknown command ""'],
    [["validat", "views"], 'unknown command "validat"; did you mean validate?'],
    [["help", "Sign"], 'unknown command "Sign"; did you mean sign?'],
    [["hash", "a", "b"], "too many arguments: mosaic hash [--format json] [--lang en|pt] [DIR]"],
    [
      ["validate", "a", "b"],
      "too many arguments: mosaic validate [--strict] [--format text|json|sarif] [--lang en|pt] [--readers LIST] [DIR]",
    ],
    [["tickers", "now"], "too many arguments: mosaic tickers [--format json] [--lang en|pt]"],
    [["tickers", "--database"], "unknown option --database"],
    [
      ["diff", "--database", "a", "b"],
      "too many arguments: mosaic diff --database [--format json] [--lang en|pt] [DIR]",
    ],
    [["diff", "a", "b", "c"], "too many arguments: mosaic diff [--format json] [--lang en|pt] OLD NEW"],
    [["schema", "view"], "too many arguments: mosaic schema"],
    [
      ["reload", "a", "b"],
      "too many arguments: mosaic reload [--dry-run] [--force] [--format json] [--lang en|pt] [URL]",
    ],
    [["inspect", "a"], "too many arguments: mosaic inspect [--format json] [--lang en|pt]"],
    [["validate", "--strict=yes"], "--strict takes no value"],
    [["diff", "--database=yes"], "--database takes no value"],
    [["serve", "now"], "too many arguments: mosaic serve [--watch]"],
    [["sign", "--generation"], "--generation needs a value"],
    [["sign", "--generation", "-1"], "--generation needs a value"],
    [
      ["sign", "a", "b"],
      "too many arguments: mosaic sign [--generation N] [--keyid ID] [--format json] [--lang en|pt] [DIR]",
    ],
    [["hash", "--generation", "7"], "unknown option --generation"],
    [["verify", "a", "b"], "too many arguments: mosaic verify [--format json] [--lang en|pt] [DIR]"],
    [["keygen", "a"], "too many arguments: mosaic keygen [--keyid ID] [--format json]"],
    [["hash", "--all"], "unknown option --all"],
    [["-x"], "unknown option -x"],
    [["--help=yes"], "--help takes no value"],
    [["hash", "--formt", "json"], "unknown option --formt; did you mean --format?"],
    [["validate", "--Format=json"], "unknown option --Format; did you mean --format?"],
    [["hash", "-lang", "pt"], "unknown option -lang; did you mean --lang?"],
    [["new", "--al", "views"], "unknown option --al; did you mean --all?"],
    [["diff", "--databse"], "unknown option --databse; did you mean --database?"],
    [["--versoin"], "unknown option --versoin; did you mean --version?"],
    [["validate", "--halp"], "unknown option --halp; did you mean --help?"],
    [["--constructor"], "unknown option --constructor"],
    [["validat", "--strict", "views"], 'unknown command "validat"; did you mean validate?'],
  ])("mosaic %j is wrong usage", async (args, detail) => {
    expect(await mosaic(args)).toEqual(usage(`mosaic: ${detail}\n\n${HELP}`));
  });

  test.each<[args: readonly string[], detail: string]>([
    [[], "falta o comando"],
    [["validat", "views"], 'comando desconhecido "validat"; você quis dizer validate?'],
    [["schema", "view"], "argumentos demais: mosaic schema"],
    [["hash", "--generation", "7"], "opção desconhecida --generation"],
    [["hash", "--formt", "json"], "opção desconhecida --formt; você quis dizer --format?"],
    [["-x"], "opção desconhecida -x"],
    [["validate", "--strict=yes"], "--strict não recebe valor"],
    [["sign", "--generation"], "falta o valor de --generation"],
    [["sign", "--generation", "-1"], "falta o valor de --generation"],
  ])("mosaic %j is wrong usage in Portuguese too", async (args, detail) => {
    const env = { LANG: "pt_BR.UTF-8" };
    expect(await mosaic(args, { env })).toEqual(usage(`mosaic: ${detail}\n\n${HELP}`));
  });

  test("mosaic prints every option that is wrong, in the order of the arguments", async () => {
    expect(await mosaic(["sign", "--strict", "--keyid", "--format"])).toEqual(
      usage(`mosaic: unknown option --strict\nmosaic: --keyid needs a value\n\n${HELP}`),
    );
    expect(await mosaic(["sign", "--generatoin=1", "--keyid", "--lang=pt"])).toEqual(
      usage(
        `mosaic: opção desconhecida --generatoin; você quis dizer --generation?\nmosaic: falta o valor de --keyid\n\n${HELP}`,
      ),
    );
    const [lang, format] = [
      'mosaic: --lang is "fr": expected en or pt',
      'mosaic: --format is "xml": expected text or json',
    ];
    expect(await mosaic(["hash", "--lang", "fr", "--format", "xml"])).toEqual(usage(lines(lang, format)));
    expect(await mosaic(["hash", "--format", "xml", "--lang", "fr"])).toEqual(usage(lines(format, lang)));
    expect(await mosaic(["sign", "--generation", "0", "--format", "xml"])).toEqual(
      usage(lines('mosaic: --generation is "0": expected a whole number from 1 to 9007199254740991', format)),
    );
    expect(await mosaic(["validate", "--readers", "perl", "--lang", "fr"])).toEqual(
      usage(lines('mosaic: --readers is "perl": expected ruby, php, r, java, go, separated by commas', lang)),
    );
    expect(await mosaic(["keygen", "--format", "xml", "--keyid", "a b"])).toEqual(
      usage(
        lines(
          format,
          'mosaic: --keyid is "a b": expected 1 to 64 letters, digits, dots, hyphens or underscores',
        ),
      ),
    );
  });

  test("mosaic keygen prints in Portuguese what a key id may be", async () => {
    expect(await mosaic(["keygen", "--keyid", "a b"], { env: { LANG: "pt_BR.UTF-8" } })).toEqual(
      usage(
        'mosaic: --keyid é "a b": o esperado é de 1 a 64 letras, dígitos, pontos, hifens ou sublinhados\n',
      ),
    );
  });

  test.each([
    ["new", "view_a", ""],
    ["new", "", "views"],
    ["new", "--all", ""],
    ["validate", ""],
    ["fix", ""],
    ["complete", ""],
    ["hash", ""],
    ["diff", "", "views"],
    ["diff", "--database", ""],
    ["sign", ""],
    ["verify", ""],
    ["status", ""],
    ["history", ""],
    ["reload", ""],
  ])("mosaic %s %j %j is wrong usage: an argument is empty", async (...args) => {
    await using views = await createViewsDirectory({ "a.yaml": viewYaml("x") });
    const { exitCode, stdout, stderr } = await mosaic(args, { directory: views.path });
    expect([exitCode, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(new RegExp(`^mosaic: an argument is empty: mosaic ${args[0]} `));
    expect(await readdir(views.path)).toEqual(["a.yaml"]);
  });

  test("mosaic prints in Portuguese that an argument is empty", async () => {
    expect(await mosaic(["new", "view_a", ""], { env: { LANG: "pt_BR.UTF-8" } })).toEqual(
      usage(`mosaic: um argumento está vazio: mosaic new [--database] [--lang en|pt] VIEW [DIR]\n\n${HELP}`),
    );
  });

  test.each([
    ["new", "--all"],
    ["new", "view_a", "--database"],
    ["complete"],
    ["diff", "--database"],
    ["tickers"],
    ["sign"],
    ["verify"],
    ["status"],
    ["history"],
    ["reload"],
    ["inspect"],
    ["serve"],
    ["serve", "--watch"],
  ])("mosaic %s %s names wrong settings in Portuguese", async (...args) => {
    await using views = await createViewsDirectory({ "a.yaml": viewYaml("x") });
    const env = { LANG: "pt_BR.UTF-8", VIEWS_DIR: views.path, DATABASE_URL: "funds.db" };
    const { exitCode, stdout, stderr } = await mosaic(args, { env });
    expect([exitCode, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(
      /^Não é possível iniciar: 1 configuração está errada\n {2}DATABASE_URL é "funds.db": o esperado é sqlite:PATH/,
    );
  });

  test("mosaic warns in Portuguese of a misspelt setting", async () => {
    const env = { LANG: "pt_BR.UTF-8", TICKERS_SQLL: "x" };
    expect((await mosaic(["tickers"], { env })).stderr).toBe(
      "mosaic: aviso: TICKERS_SQLL não é uma configuração conhecida; você quis dizer TICKERS_SQL?\n",
    );
  });

  test("mosaic prints in Portuguese what an option takes, and why there is no hash", async () => {
    await using views = await createViewsDirectory({ "a.yaml": "identifiers: [x]\n" });
    const rows: readonly (readonly [args: readonly string[], stderr: string])[] = [
      [["hash", "--format", "xml", "--lang", "pt"], '--format é "xml": o esperado é text ou json'],
      [["validate", "--format", "xml", "--lang=pt"], '--format é "xml": o esperado é text, json ou sarif'],
      [
        ["validate", "--readers", "perl", "--lang=pt"],
        '--readers é "perl": o esperado é ruby, php, r, java, go, separados por vírgulas',
      ],
    ];
    for (const [args, text] of rows) expect(await mosaic(args)).toEqual(usage(`mosaic: ${text}\n`));
    const env = { LANG: "pt_BR.UTF-8" };
    expect(await mosaic(["hash", "--lang", "fr"], { env })).toEqual(
      usage('mosaic: --lang é "fr": o esperado é en ou pt\n'),
    );
    const { exitCode, stderr } = await mosaic(["hash", views.path], { env });
    expect([exitCode, stderr.trim().split("\n").at(-1)]).toEqual([
      1,
      `Não é possível carregar o catálogo "${views.path}": 1 view é inválida`,
    ]);
  });
});

describe("mosaic on deno without permission", () => {
  test("mosaic hash says that it may not read the folder", async () => {
    await using views = await createViewsDirectory({ "a.yaml": viewYaml("x") });
    const deno = RUNTIMES.filter(({ name }) => name === "deno");
    const [runtime] = deno.map(({ args, ...rest }) => ({
      ...rest,
      args: args.map((arg) => (arg === "--allow-read" ? `--allow-read=${PROJECT}` : arg)),
    }));
    if (runtime === undefined) throw new Error("there is no Deno to run");
    expect(await runMain(runtime, { args: ["hash", views.path], directory: PROJECT })).toEqual(
      usage(`Cannot load catalog "${views.path}": permission denied\n`),
    );
  });
});

describe("npm run mosaic", () => {
  test("npm run mosaic prints what the command prints", async () => {
    const [golden] = GOLDEN_CATALOGS;
    const args = ["run", "-s", "mosaic", "--", "hash", golden?.directory ?? ""];
    expect(await runToEnd("npm", { args, directory: PROJECT })).toMatchObject({
      exitCode: 0,
      stdout: lines(golden?.sha256 ?? ""),
    });
  });
});

const NPM_BENCH = ["run", "-s", "bench", "--"];

describe("npm run bench", () => {
  test.each([
    [["--help"], 0, ""],
    [["-h"], 0, ""],
    [["nothing"], 2, 'Unknown part "nothing"\n\n'],
    [["--nothing"], 2, "Unknown option '--nothing'"],
  ])("npm run bench -- %j prints its usage and measures nothing", async (args, exitCode, detail) => {
    // npm takes longer than the program: one case shows that it passes the words on.
    const [command, words] =
      args[0] === "--help" ? ["npm", NPM_BENCH] : [process.execPath, ["bench/main.ts"]];
    const run = await runToEnd(command, { args: [...words, ...args], directory: PROJECT });
    const printed = exitCode === 0 ? run.stdout : run.stderr;
    expect([run.exitCode, printed.startsWith(detail)]).toEqual([exitCode, true]);
    expect(printed).toContain("Usage: npm run bench -- [--json] [--large] [PART...]\n");
  });
});
