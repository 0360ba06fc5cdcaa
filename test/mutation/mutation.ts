import { readFile } from "node:fs/promises";
import { relative, resolve } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { Stryker } from "@stryker-mutator/core";
import { EQUIVALENT_MUTANTS } from "./equivalent-mutants.ts";
import { judgeMutants, type TestedMutant } from "./judge-mutants.ts";
import { MUTATED_FILES } from "./mutated-files.ts";

/**
 * Changes the code that hashes, signs and verifies in every small way there is, one at a time, and fails if the tests of
 * the domain pass with any of them.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { concurrency: { type: "string", default: "2" } },
});
const print = (line: string): void => void process.stdout.write(`${line}\n`);
const root = resolve(import.meta.dirname, "../..");

const stryker = new Stryker({
  mutate: positionals.length === 0 ? [...MUTATED_FILES] : positionals,
  testRunner: "vitest",
  plugins: ["@stryker-mutator/vitest-runner"],
  vitest: { configFile: "test/mutation/vitest.config.ts" },
  coverageAnalysis: "perTest",
  concurrency: Number(values.concurrency),
  incremental: false,
  tempDirName: ".tmp/mutation",
  cleanTempDir: "always",
  ignorePatterns: ["bench", "deploy", "docs"],
  // It would be read by an interface that TypeScript 7 no longer has; nothing here is compiled.
  tsconfigFile: "none",
  reporters: ["progress-append-only"],
});
const results = await stryker.runMutationTest();

const sources = new Map<string, readonly string[]>();
for (const { fileName } of results) {
  if (!sources.has(fileName)) sources.set(fileName, (await readFile(fileName, "utf8")).split("\n"));
}
const tested = results.map(({ fileName, location: { start, end }, replacement, status }): TestedMutant => {
  const lines = sources.get(fileName) ?? [];
  const line = lines[start.line - 1] ?? "";
  const file = relative(root, fileName);
  return {
    file,
    line: line.trim(),
    place: `${file}:${start.line}:${start.column}`,
    original: start.line === end.line ? line.slice(start.column - 1, end.column - 1) : `${line.trim()} …`,
    replacement: replacement.replaceAll(/\s+/g, " "),
    status,
  };
});

const { counts, survivors, stale } = judgeMutants(tested, EQUIVALENT_MUTANTS);
for (const { place, original, replacement, status, line } of survivors) {
  print(`FAILED ${place} ${status}: ${original} -> ${replacement}\n         ${line}`);
}
for (const { file, line, replacement } of stale) {
  print(`FAILED ${file}: no survivor is "${line}" with ${replacement}: remove its row`);
}
print(
  `${tested.length} mutants: ${Object.entries(counts)
    .map(([status, n]) => `${n} ${status}`)
    .join(", ")}`,
);
process.exitCode = survivors.length === 0 && stale.length === 0 ? 0 : 1;
