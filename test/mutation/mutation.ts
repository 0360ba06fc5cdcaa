import { readFile } from "node:fs/promises";
import process from "node:process";
import { parseArgs } from "node:util";
import { Stryker } from "@stryker-mutator/core";
import { EQUIVALENT_MUTANTS } from "./equivalent-mutants.ts";
import { judgeMutants, type MutationVerdict, type TestedMutant } from "./judge-mutants.ts";
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
let failures = 0;
for (const { source, tests } of MUTATED_FILES) {
  if (positionals.length > 0 && !positionals.some((part) => source.includes(part))) continue;
  failures += report(source, judgeMutants(await mutantsOf(source, tests), EQUIVALENT_MUTANTS));
}
print(failures === 0 ? "as it should be" : `not as it should be: ${failures} to look at`);
process.exitCode = failures === 0 ? 0 : 1;

async function mutantsOf(source: string, tests: readonly string[]): Promise<readonly TestedMutant[]> {
  process.env.MUTATION_TESTS = tests.join(" ");
  // Its tsconfigFile is none: it would be read by an interface that TypeScript 7 no longer has, and nothing is compiled.
  const stryker = new Stryker({
    configFile: "test/mutation/stryker.json",
    concurrency: Number(values.concurrency),
    mutate: [source],
  });
  const results = await stryker.runMutationTest();
  const lines = (await readFile(source, "utf8")).split("\n");
  return results.map(({ location: { start, end }, replacement, status }) => {
    const line = lines[start.line - 1] ?? "";
    const isShort = start.line === end.line;
    return {
      file: source,
      line: line.trim(),
      place: `${source}:${start.line}:${start.column}`,
      original: isShort ? line.slice(start.column - 1, end.column - 1) : `${line.slice(start.column - 1)} …`,
      replacement: replacement.replaceAll(/\s+/g, " "),
      status,
    };
  });
}

/** Prints what became of a file's mutants; how many of them ask for a better test, and rows of the list for removal. */
function report(source: string, { counts, survivors, stale }: MutationVerdict): number {
  const known = Object.entries(counts).map(([status, count]) => `${count} ${status.toLowerCase()}`);
  const problems = survivors.length + stale.length;
  print(`${problems === 0 ? "ok    " : "FAILED"} ${source}: ${known.join(", ")}`);
  for (const { place, original, replacement, status, line } of survivors) {
    print(`       ${place} ${status.toLowerCase()}: ${original} -> ${replacement}`);
    print(`         ${line}`);
  }
  for (const { line, replacement } of stale)
    print(`       no survivor is "${line}" with ${replacement}: remove its row`);
  return problems;
}
