import { readFile } from "node:fs/promises";
import process from "node:process";
import {
  ADVISORY_REASONS_FILE,
  hasReason,
  outdatedReasons,
  parseAdvisoryReasons,
} from "./advisory-reasons.ts";
import { askRegistry, type Weakness } from "./ask-registry.ts";

/**
 * Asks the registry what is known of the packages of production and of development, and fails from `high` on where no
 * reason is written down, and for a reason that is out of date.
 */
const reasons = parseAdvisoryReasons(await readFile(ADVISORY_REASONS_FILE, "utf8"));
const outdated = outdatedReasons(reasons, await readFile("package-lock.json", "utf8"));
if (outdated.length > 0) fail(outdated);

const answer = await askRegistry();
switch (answer.kind) {
  case "clean":
    print("the registry knows of nothing from high on");
    break;
  case "weak":
    judge(answer.weaknesses);
    break;
  case "none":
    print(
      "NOT CHECKED: this registry does not answer what is known of packages; ask another one with npm_config_registry",
    );
}

function judge(weaknesses: readonly Weakness[]): void {
  const open = weaknesses.filter((one) => !hasReason(reasons, one));
  if (weaknesses.length === 0) fail(["npm audit failed and named nothing"]);
  else if (open.length > 0) fail(open.map(weaknessLine));
  else print(`each of ${weaknesses.length} that the registry knows from high on has a reason`);
}

function weaknessLine({ name, severity, title, range, url }: Weakness): string {
  return `${name}: ${severity}: ${title}, ${range}, ${url}`;
}

function fail(lines: readonly string[]): void {
  for (const line of lines) print(line);
  process.exitCode = 1;
}

function print(line: string): void {
  process.stdout.write(`audit: ${line}\n`);
}
