import process from "node:process";
import { parseArgs } from "node:util";
import { ALL_FAULTS } from "../support/faults/all-faults.ts";
import { MOMENTS, runScenario } from "./scenario.ts";

/** Every fault at every moment, a fleet of its own each: prints a line for each scenario, and fails if one did. */
const { values } = parseArgs({
  options: {
    fault: { type: "string", default: "" },
    moment: { type: "string", default: "" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    "patience-seconds": { type: "string", default: "10" },
  },
});
const seed = Number(values.seed);
const patienceMs = Number(values["patience-seconds"]) * 1000;
const scenarios = ALL_FAULTS.filter(({ name }) => name.includes(values.fault)).flatMap((fault) =>
  MOMENTS.filter((moment) => moment.includes(values.moment)).map((moment) => ({ fault, moment })),
);
const print = (line: string): void => void process.stdout.write(`${line}\n`);

print(`seed ${seed}`);
let failures = 0;
for (const { fault, moment } of scenarios) {
  const startedMs = performance.now();
  const { recoveryMs, violations } = await runScenario({ fault, moment, seed, patienceMs }).catch(
    (error: Error) => ({ recoveryMs: Number.NaN, violations: [error.stack ?? error.message] }),
  );
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  const verdict = violations.length === 0 ? "ok    " : "FAILED";
  print(
    `${verdict} ${fault.name}, ${moment}: recovered in ${Math.round(recoveryMs)} ms (${seconds} s in all)`,
  );
  for (const violation of violations) print(`       ${violation}`);
  if (violations.length > 0) failures += 1;
}
print(`${scenarios.length - failures} of ${scenarios.length} scenarios as they should be; seed ${seed}`);
process.exitCode = failures === 0 ? 0 : 1;
