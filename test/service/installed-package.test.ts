import { readFile, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import process from "node:process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createPackedProject, type PackedProject } from "../support/packed-project.ts";
import { runToEnd } from "../support/run-main.ts";
import { said } from "../support/running-fleet.ts";
import { BUN, RUNTIMES, type Runtime } from "../support/runtimes.ts";
import { sendRequest } from "../support/send-request.ts";
import { startService } from "../support/service-process.ts";

const TIMEOUT_MS = 240_000;
const ROOT = resolve(import.meta.dirname, "../..");

/** What the program of a user prints when all of it works. */
const WORKS = '{"tests":true,"failures":[],"caught":true,"columns":["a"]}\n';

const MANUALS = ["README.md", "CHANGELOG.md", "SECURITY.md", "docs/embedding.md", "docs/ops/signing.md"];

const SAMPLE = { VIEWS_DIR: "node_modules/mosaic/data/views" };

const TSC_OPTIONS = [
  ...["--ignoreConfig", "--noEmit", "--strict", "--exactOptionalPropertyTypes", "--target", "es2024"],
  ...["--module", "nodenext", "--verbatimModuleSyntax", "--allowImportingTsExtensions"],
  ...["--types", "node", "--typeRoots", join(ROOT, "node_modules/@types")],
];

/** Node 22 prints one for every program that opens SQLite. */
function withoutNotice(stderr: string): string {
  return stderr.replace(/^\(node:\d+\) ExperimentalWarning: SQLite .*\n\(Use `node --trace-warnings.*\n/, "");
}

/** The service and the client of the manual as one program, which ends. */
async function embeddingProgram(): Promise<string> {
  const manual = await readFile(join(ROOT, "docs/embedding.md"), "utf8");
  const [service = "", client = ""] = [...manual.matchAll(/```ts\n([\s\S]*?)```/g)].map(
    ([, code = ""]) => code,
  );
  const started = service.replace("console.log(service.url)", 'console.log("started")');
  const asked = client
    .replace('"http://127.0.0.1:8000"', "service.url")
    .replace(".columns)", ".columns.length > 1)");
  return [started, "await service.loaded;", asked, "await service.stop();"].join("\n");
}

let project: PackedProject;
beforeAll(async () => {
  project = await createPackedProject();
}, TIMEOUT_MS);
afterAll(() => project?.remove());

/** What the package runs on; a runtime of the project is installed only with it. */
const CONSUMERS: readonly (readonly [string, () => Runtime])[] = [
  ["node 22", () => project.node22],
  ...[...RUNTIMES, BUN].map((runtime) => [runtime.name, () => runtime] as const),
];

// Most of each test is waiting for another process.
describe.concurrent.each(CONSUMERS)("the package on %s", (title, runtimeOf) => {
  test("F4: runs a service inside a program, checks its adapters and asks it", {
    timeout: TIMEOUT_MS,
  }, async () => {
    const { name, command } = runtimeOf();
    const args = name === "deno" ? ["run", "--allow-all"] : [];
    const run = await project.run(command, ...args, "program.mts");
    expect([withoutNotice(run.stderr), run.stdout, run.exitCode]).toEqual(["", WORKS, 0]);
  });

  test("runs the lines of docs/embedding.md", { timeout: TIMEOUT_MS }, async () => {
    const { name, command } = runtimeOf();
    const file = `embedding-${title.replace(" ", "-")}.mts`;
    await writeFile(join(project.path, file), await embeddingProgram());
    const args = name === "deno" ? ["run", "--allow-all"] : [];
    const run = await project.run(command, ...args, file);
    expect([run.stdout, run.exitCode]).toEqual(["started\ntrue\n", 0]);
  });

  test("serves views, tickers from SQLite, console and reference", { timeout: TIMEOUT_MS }, async () => {
    await using service = await startService({
      runtime: runtimeOf(),
      cwd: project.path,
      main: project.main,
      env: SAMPLE,
    });
    await service.waitForLog(said("Catalog published"));
    const paths = ["/", "/console/assets/main.js", "/console/assets/lib/lit-html.js", "/docs/swagger-ui.css"];
    for (const path of ["/views", "/tickers", "/readyz", ...paths])
      expect([path, (await sendRequest(service.url, path)).status]).toEqual([path, 200]);
    expect([await service.stop(), withoutNotice(service.stderr())]).toEqual([{ code: 0, signal: null }, ""]);
  });
});

describe.concurrent.each(CONSUMERS.slice(0, 2))("npx mosaic on %s", (_name, runtimeOf) => {
  test("serves until it is stopped", { timeout: TIMEOUT_MS }, async () => {
    // The shell that npm starts a command in ends by a signal of its own, without a word to the command.
    const shell = join(project.path, "replaced-shell.sh");
    const env = {
      ...SAMPLE,
      PATH: `${dirname(runtimeOf().command)}:${process.env.PATH}`,
      npm_config_script_shell: shell,
    };
    const npx: Runtime = { name: "node", command: "npx", args: [] };
    await using service = await startService({ runtime: npx, cwd: project.path, main: "mosaic", env });
    await service.waitForLog(said("Catalog published"));
    expect((await sendRequest(service.url, "/views")).status).toBe(200);
    expect(await service.stop()).toEqual({ code: 0, signal: null });
  });
});

describe.concurrent("the package", () => {
  test("holds compiled code, types, maps, the console and the sample, and no source", () => {
    const { files } = project;
    const wanted = [
      "client.js",
      "client.d.ts",
      "conformance.js",
      "mod.d.ts",
      "mod.js.map",
      "app/console/main.js",
    ];
    expect(files).toEqual(expect.arrayContaining(wanted.map((name) => `dist/${name}`)));
    expect(files).toEqual(expect.arrayContaining([...MANUALS, "LICENSE", "package.json"]));
    expect(files.filter((name) => /(?<!\.d)\.ts$|^(?:src|test)\//.test(name))).toEqual([]);
  });

  test("could be published on JSR, without slow types", { timeout: TIMEOUT_MS }, async () => {
    const run = await project.runDeno(project.jsr.path, "publish", "--dry-run", "--allow-dirty");
    expect([run.exitCode, run.stderr.includes("error[")]).toEqual([0, false]);
    expect(run.stderr).toContain("Success Dry run complete");
  });

  test("is imported from JSR by a project elsewhere, and its types fit", {
    timeout: TIMEOUT_MS,
  }, async () => {
    const check = await project.runDeno(project.jsr.user, "check", "program.mts", "browser.mts");
    expect([check.exitCode, check.stdout]).toEqual([0, ""]);
    const run = await project.runDeno(project.jsr.user, "run", "--allow-all", "program.mts");
    expect([run.stdout, run.exitCode]).toEqual([WORKS, 0]);
  });

  test("brings the command mosaic", { timeout: TIMEOUT_MS }, async () => {
    const options = {
      args: ["mosaic", "validate", "node_modules/mosaic/data/views"],
      directory: project.path,
    };
    const run = await runToEnd("npx", { ...options, timeoutMs: TIMEOUT_MS });
    expect([run.stderr.endsWith("views valid\n"), run.exitCode]).toEqual([true, 0]);
  });

  test("compiles in a strict project that checks the types of libraries", {
    timeout: TIMEOUT_MS,
  }, async () => {
    const run = await project.run("tsc", ...TSC_OPTIONS, "program.mts", "browser.mts");
    expect([run.stdout, run.exitCode]).toEqual(["", 0]);
    await writeFile(join(project.path, "wrong.mts"), 'import { nothing } from "mosaic";\nnothing();\n');
    expect((await project.run("tsc", ...TSC_OPTIONS, "wrong.mts")).exitCode).not.toBe(0);
  });

  test("is bundled by esbuild and by vite", { timeout: TIMEOUT_MS }, async () => {
    const common = ["--bundle", "--format=esm", "--log-level=warning"];
    const client = ["browser.mts", "--platform=browser", "--outfile=esbuild-browser.js"];
    const program = ["program.mts", "--platform=node", "--packages=external", "--outfile=esbuild-program.js"];
    for (const args of [client, program]) {
      const run = await project.run("esbuild", ...common, ...args);
      expect([run.stderr, run.exitCode]).toEqual(["", 0]);
    }
    const vite = await project.run(
      "vite",
      "build",
      "--ssr",
      "program.mts",
      "--outDir",
      "vite",
      "--logLevel",
      "warn",
    );
    expect([vite.stderr, vite.exitCode]).toEqual(["", 0]);
    for (const file of ["esbuild-program.js", "vite/program.js"])
      expect((await project.run("node", file)).stdout).toBe(WORKS);
    expect((await project.run("node", "esbuild-browser.js")).stdout).toBe("function\n");
    expect(await readFile(join(project.path, "esbuild-browser.js"), "utf8")).not.toContain('from "node:');
  });
});
