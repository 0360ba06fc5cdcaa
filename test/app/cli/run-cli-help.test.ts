import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import type { CommandDeps, ProcessIo } from "../../../src/app/cli/commands/command.ts";
import { runCli } from "../../../src/app/cli/run-cli.ts";

/** Runs what needs nothing but the arguments. */
async function mosaic(args: readonly string[]) {
  const said: { readonly stdout: string[]; readonly stderr: string[] } = { stdout: [], stderr: [] };
  const output = (name: keyof typeof said) => ({
    write: (text: string) => void said[name].push(text),
    terminal: false,
  });
  const io: ProcessIo = {
    env: {},
    stdout: output("stdout"),
    stderr: output("stderr"),
    untilStopped: () => Promise.reject(new Error("Nothing waits for this")),
  };
  const exitCode = await runCli(args, io, async () => ({}) as CommandDeps);
  return { exitCode, stdout: said.stdout.join(""), stderr: said.stderr.join("") };
}

const { stdout: GENERAL } = await mosaic(["help"]);
const NAMES = new Set([...GENERAL.matchAll(/^ {2}mosaic ([a-z]+)/gm)].map(([, name]) => name ?? ""));

describe("runCli() of help", () => {
  test.each(["--version", "-V"])("B8: mosaic %s prints the version of package.json", async (flag) => {
    const { version } = JSON.parse(await readFile(new URL("../../../package.json", import.meta.url), "utf8"));
    expect(await mosaic([flag])).toEqual({ exitCode: 0, stdout: `mosaic ${version}\n`, stderr: "" });
  });

  test.each([...NAMES])(
    "B11: the usage of %s has each of its options, and the parser takes them",
    async (name) => {
      const { stdout } = await mosaic(["help", name]);
      for (const part of stdout.split("Usage: ").slice(1)) {
        const [usage = ""] = part.split("\n", 1);
        const options = new Map(
          [...part.matchAll(/^ {2}--([a-z-]+)( \S+)? {2}/gm)].map(([, each, value]) => [each, value]),
        );
        const inUsage = new Set([...usage.matchAll(/--([a-z-]+)/g)].map(([, each]) => each));
        expect([...options.keys()]).toEqual([...inUsage]);
        for (const [option, value] of options) {
          const typed = value === undefined ? [`--${option}`] : [`--${option}`, value.trim()];
          expect((await mosaic([name, ...typed, "--help"])).exitCode, option).toBe(0);
        }
      }
    },
  );

  test.each([...NAMES])("the exit codes of %s name a folder only if it takes one", async (name) => {
    const { stdout } = await mosaic(["help", name]);
    for (const part of stdout.split("Usage: ").slice(1)) {
      const [usage = ""] = part.split("\n", 1);
      expect(/^ {2}2 {2}.*folder/m.test(part), usage).toBe(/DIR|OLD/.test(usage));
    }
  });

  test("B11: the example of diff names the live folder as the old one", async () => {
    const { stdout } = await mosaic(["help", "diff"]);
    expect(stdout).toMatch(
      /mosaic diff \.\.\/live\/views data\/views +what a deploy of data\/views would change/,
    );
  });

  test("runCli() lists every command", () => {
    expect([...NAMES].sort()).toEqual([
      ...[
        "complete",
        "diff",
        "fix",
        "hash",
        "history",
        "inspect",
        "keygen",
        "new",
        "reload",
        "schema",
        "serve",
        "sign",
        "status",
      ],
      ...["tickers", "validate", "verify"],
    ]);
  });

  test.each([...NAMES])(
    "runCli() explains %s, with every option and examples that it takes",
    async (name) => {
      const { exitCode, stdout, stderr } = await mosaic(["help", name]);
      expect([exitCode, stderr]).toEqual([0, ""]);
      expect((await mosaic([name, "--help"])).stdout).toBe(stdout);
      for (const [option] of stdout.matchAll(/--[a-z-]+/g)) {
        const isExplained = new RegExp(`^ {2}${option}[ \\n]`, "m").test(stdout);
        expect(isExplained, option).toBe(true);
      }
      const examples = stdout.split("Examples:\n").slice(1);
      const lines = examples.flatMap((text) => (text.split("\n\n", 1)[0] ?? "").split("\n"));
      expect(lines.length).toBeGreaterThan(0);
      for (const line of lines) {
        const typed = /mosaic (.*?)(?: {2}| [|>] )/.exec(line)?.[1] ?? "";
        const run = await mosaic([...typed.split(" "), "--help"]);
        expect(run, line).toEqual({ exitCode: 0, stdout, stderr: "" });
      }
    },
  );
});
