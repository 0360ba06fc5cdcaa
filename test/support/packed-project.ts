import { cp, readdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import process from "node:process";
import { createGuardedDirectory, type GuardedDirectory } from "./guarded-directory.ts";
import { findNode22 } from "./node22.ts";
import { type MainRun, runToEnd } from "./run-main.ts";
import type { Runtime } from "./runtimes.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const BIN = join(ROOT, "node_modules/.bin");
const CONSUMER = join(ROOT, "test/packages/consumer");
const TIMEOUT_MS = 240_000;

/** A folder of somebody who has never seen the repository, with the packed package installed. */
export interface PackedProject {
  readonly path: string;
  /** The installed command, as its runtime finds it. */
  readonly main: string;
  /** The names of the files in the package. */
  readonly files: readonly string[];
  /** Runs a program of the repository's development dependencies there, or one that a path names. */
  run(program: string, ...args: readonly string[]): Promise<MainRun>;
  readonly node22: Runtime;
  /** The folder of the JSR package, and a project that imports it from elsewhere. */
  readonly jsr: { readonly path: string; readonly user: string };
  /** Runs Deno in one of these, with what this machine's registry needs. */
  runDeno(directory: string, ...args: readonly string[]): Promise<MainRun>;
  remove(): Promise<void>;
}

const JSR_USER = {
  links: ["../jsr"],
  lock: false,
  imports: Object.fromEntries(
    ["", "/client", "/conformance"].map((entry) => [`mosaic${entry}`, `jsr:@mosaic/mosaic@*${entry}`]),
  ),
};

/** Builds, packs and installs the package, and copies the programs of its user. */
export async function createPackedProject(): Promise<PackedProject> {
  const directory = await createGuardedDirectory("mosaic-packed-");
  const { path, remove } = directory;
  const files = await pack(directory);
  const archive = (await readdir(path)).find((name) => name.endsWith(".tgz")) ?? "";
  await writeFile(
    join(path, "package.json"),
    JSON.stringify({ name: "user", private: true, type: "module" }),
  );
  const args = ["install", "--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts", `./${archive}`];
  const [node22, jsr] = await Promise.all([
    findNode22(npmEnvironment()),
    prepareJsr(path),
    succeed("npm", args, path),
    cp(CONSUMER, path, { recursive: true }),
  ]);
  return {
    path,
    files,
    node22,
    main: join(path, "node_modules/mosaic/dist/app/main.js"),
    run: (program, ...rest) =>
      runToEnd(resolve(BIN, program), { args: rest, directory: path, timeoutMs: TIMEOUT_MS }),
    jsr,
    runDeno: (cwd, ...args) =>
      runToEnd(join(BIN, "deno"), { args, directory: cwd, env: npmEnvironment(), timeoutMs: TIMEOUT_MS }),
    remove,
  };
}

/** From what `npm pack` has built. */
async function prepareJsr(path: string): Promise<PackedProject["jsr"]> {
  const jsr = { path: join(path, "jsr"), user: join(path, "jsr-user") };
  await succeed(join(BIN, "node"), ["scripts/build-jsr.ts"], ROOT);
  await cp(join(ROOT, "dist-jsr"), jsr.path, { recursive: true });
  await cp(CONSUMER, jsr.user, { recursive: true });
  await writeFile(join(jsr.user, "deno.json"), JSON.stringify(JSR_USER));
  return jsr;
}

async function pack({ path }: GuardedDirectory): Promise<readonly string[]> {
  const { stdout } = await succeed("npm", ["pack", "--json", "--pack-destination", path], ROOT);
  const [packed] = Object.values(JSON.parse(stdout)) as readonly {
    readonly files: readonly { path: string }[];
  }[];
  return packed?.files.map((file) => file.path) ?? [];
}

/** What this machine's npm is set to, without what an npm that runs the tests adds for the project. */
function npmEnvironment(): Readonly<Record<string, string>> {
  const entries = Object.entries(process.env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && !/^npm_(?:config_local_prefix|package_|lifecycle_)/.test(entry[0]),
  );
  return Object.fromEntries(entries);
}

async function succeed(command: string, args: readonly string[], directory: string): Promise<MainRun> {
  const run = await runToEnd(command, { args, directory, env: npmEnvironment(), timeoutMs: TIMEOUT_MS });
  if (run.exitCode !== 0) throw new Error(`${command} ${args.join(" ")} failed:\n${run.stdout}${run.stderr}`);
  return run;
}
