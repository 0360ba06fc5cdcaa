import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { createGuardedDirectory } from "../support/guarded-directory.ts";
import { type MainRun, runToEnd } from "../support/run-main.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const EXAMPLE = join(ROOT, "docs/examples/client.ts");
const BIN = join(ROOT, "node_modules/.bin");

/** What a client's own project might ask of its compiler. */
const TSC_OPTIONS = [
  ...["--ignoreConfig", "--noEmit", "--strict", "--exactOptionalPropertyTypes", "--skipLibCheck"],
  ...["--target", "es2024", "--lib", "es2024", "--module", "nodenext", "--types", "node"],
  ...["--allowImportingTsExtensions", "--verbatimModuleSyntax"],
];

function tsc(...files: readonly string[]): Promise<MainRun> {
  return runToEnd(join(BIN, "tsc"), { args: [...TSC_OPTIONS, ...files], directory: ROOT });
}

test("the example of the typed client compiles on Deno", { timeout: 60_000 }, async () => {
  const args = ["check", "--quiet", EXAMPLE];
  const run = await runToEnd(join(BIN, "deno"), { args, directory: ROOT, timeoutMs: 55_000 });
  expect([run.exitCode, run.stderr]).toEqual([0, ""]);
});

/** Misuse, and what a compiler complains of. */
const MISUSES = [
  ["a body whose status was not looked at", "(await (await client.views.$get()).json()).hash", "unknown"],
  ["a route that there is not", "await client.nowhere.$get()", "nowhere"],
  ["a parameter of another name", 'client.views[":entity"].$get({ param: { name: "a" } })', "name"],
  ["a body that the route does not take", "client.tickers.extract.$post({ json: { text: 1 } })", "number"],
] as const;

test("the example of the typed client compiles, and the client lets no misuse compile", async () => {
  const directory = await createGuardedDirectory("mosaic-client-");
  try {
    const client = JSON.stringify(join(ROOT, "src/client.ts"));
    const head = `import { createMosaicClient } from ${client};\nconst client = createMosaicClient("http://a");\n`;
    const files = MISUSES.map((_, index) => join(directory.path, `misuse-${index}.mts`));
    await Promise.all(files.map((file, index) => writeFile(file, `${head}${MISUSES[index]?.[1]};\n`)));
    // One run, whose errors name their file: most of a run is the types of the sources.
    const { stdout } = await tsc(EXAMPLE, ...files);
    const errors = stdout.split("\n").filter((line) => !/^(?: |$)/.test(line));
    expect(errors).toEqual(
      MISUSES.map(([, , word], index) =>
        expect.stringMatching(new RegExp(`misuse-${index}\\.mts\\(3,\\d+\\): error .*${word}`)),
      ),
    );
  } finally {
    await directory.remove();
  }
});
