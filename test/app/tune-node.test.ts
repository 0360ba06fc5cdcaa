import { chmod, lstat, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findCompileCacheFolder } from "../../src/app/tune-node.ts";
import { runMainProcess, runToEnd } from "../support/run-main.ts";
import { MAIN, RUNTIMES } from "../support/runtimes.ts";

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "mosaic-compiled-"));
});
afterEach(() => rm(home, { recursive: true }));

describe("findCompileCacheFolder()", () => {
  test("findCompileCacheFolder() makes a folder of this user alone, and takes it again", async () => {
    const folder = findCompileCacheFolder({ XDG_CACHE_HOME: home });
    expect(folder).toBe(join(home, "mosaic", "compiled"));
    expect((await lstat(folder ?? "")).mode & 0o777).toBe(0o700);
    expect(findCompileCacheFolder({ XDG_CACHE_HOME: home })).toBe(folder);
  });

  test.each([
    ["others can write to", async (at: string) => mkdir(at).then(() => chmod(at, 0o777))],
    ["is a link", async (at: string) => symlink(home, at)],
    ["is a file", async (at: string) => writeFile(at, "")],
  ])("findCompileCacheFolder() takes nothing that %s", async (_, put) => {
    await mkdir(join(home, "mosaic"));
    await put(join(home, "mosaic", "compiled"));
    expect(findCompileCacheFolder({ XDG_CACHE_HOME: home })).toBeUndefined();
  });

  test("findCompileCacheFolder() is undefined where no folder can be made", () => {
    expect(findCompileCacheFolder({ XDG_CACHE_HOME: join(MAIN, "below-a-file") })).toBeUndefined();
  });
});

function nodeRuntime(): (typeof RUNTIMES)[number] {
  const node = RUNTIMES.find(({ name }) => name === "node");
  if (node === undefined) throw new Error("Cannot test without Node");
  return node;
}

describe("main.ts", () => {
  const runHelp = (runtime: (typeof RUNTIMES)[number], env: Readonly<Record<string, string>>) =>
    runMainProcess(runtime, {
      args: ["help"],
      directory: home,
      env: { NODE_COMPILE_CACHE: "", XDG_CACHE_HOME: home, ...env },
    });

  test.each(RUNTIMES)(
    "main.ts keeps compiled modules between runs where $name needs that",
    async (runtime) => {
      for (let run = 0; run < 2; run++) {
        const { exitCode, stdout } = await runHelp(runtime, {});
        expect(exitCode).toBe(0);
        expect(stdout).toContain("mosaic hash");
      }
      // Deno keeps its own cache beside it.
      expect((await readdir(home)).includes("mosaic")).toBe(runtime.name === "node");
    },
  );

  test("enableCompileCache() reaches the threads that begin afterwards", async () => {
    const script = `
      import process from "node:process";
      import { Worker } from "node:worker_threads";
      const { enableCompileCache } = await import(${JSON.stringify(new URL("tune-node.ts", pathToFileURL(MAIN)).href)});
      enableCompileCache(process.env);
      new Worker("import('node:module').then((module) => console.log(module.getCompileCacheDir()))", { eval: true });`;
    const node = nodeRuntime();
    const { stdout, stderr } = await runToEnd(node.command, {
      args: ["--input-type=module", "--eval", script],
      directory: home,
      env: { NODE_COMPILE_CACHE: "", XDG_CACHE_HOME: home },
    });
    expect([stderr, stdout]).toEqual(["", expect.stringContaining(join(home, "mosaic", "compiled"))]);
  });

  test.each([{ NODE_DISABLE_COMPILE_CACHE: "1" }, { NODE_COMPILE_CACHE: "elsewhere" }])(
    "main.ts leaves the decision to %o",
    async (env) => {
      const elsewhere =
        env.NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE: join(home, "else") };
      expect((await runHelp(nodeRuntime(), { ...env, ...elsewhere })).exitCode).toBe(0);
      expect(await readdir(home)).not.toContain("mosaic");
    },
  );
});
