import { readFile } from "node:fs/promises";
import process from "node:process";
import { askRegistry, type Weakness } from "./ask-registry.ts";
import { findingLine, summaryLine, weaknessLine } from "./finding-line.ts";
import { hasReason } from "./has-reason.ts";
import { judgePackages } from "./judge-packages.ts";
import { KNOWN_ADVISORIES_FILE, type KnownAdvisories, parseKnownAdvisories } from "./known-advisories.ts";
import { parseLockedPackages } from "./locked-packages.ts";

/**
 * Asks the registry what is known of the packages of production and of development, and fails from `high` on. Where the
 * registry does not say, they are held against the record that lies beside the code.
 */
const answer = await askRegistry();
switch (answer.kind) {
  case "clean":
    print("the registry knows of nothing from high on");
    break;
  case "weak":
    await judgeWeaknesses(answer.weaknesses);
    break;
  case "none":
    print(
      `the registry does not say what is known of these packages: they are held against ${KNOWN_ADVISORIES_FILE}`,
    );
    await judgeByRecord();
}

async function judgeWeaknesses(weaknesses: readonly Weakness[]): Promise<void> {
  const record = await readRecord();
  const open = weaknesses.filter((one) => !hasReason(record, one));
  if (weaknesses.length === 0) fail(["npm audit failed and named nothing"]);
  else if (open.length > 0) fail(open.map(weaknessLine));
  else print(`each of ${weaknesses.length} that the registry knows from high on has a reason`);
}

async function readRecord(): Promise<KnownAdvisories> {
  return parseKnownAdvisories(await readFile(KNOWN_ADVISORIES_FILE, "utf8"));
}

async function judgeByRecord(): Promise<void> {
  const record = await readRecord();
  const verdict = judgePackages(parseLockedPackages(await readFile("package-lock.json", "utf8")), record);
  if (verdict.findings.length === 0) print(summaryLine(verdict, record));
  else fail(verdict.findings.map(findingLine));
}

function fail(lines: readonly string[]): void {
  for (const line of lines) print(line);
  process.exitCode = 1;
}

function print(line: string): void {
  process.stdout.write(`audit: ${line}\n`);
}
