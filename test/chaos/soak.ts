import process from "node:process";
import { parseArgs } from "node:util";
import { runSoak } from "./soak-run.ts";

/** Replicas under faults, reloads and requests for as long as `--minutes` says; prints what they used, and fails if they did. */
const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "10" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
  },
});
const seed = Number(values.seed);
const print = (line: string): void => void process.stdout.write(`${line}\n`);

print(`seed ${seed}, ${values.minutes} minutes`);
const { counts, figures, violations } = await runSoak({
  durationMs: Number(values.minutes) * 60_000,
  seed,
  onEvent: print,
});
print(`${counts.faults} faults, ${counts.reloads} reloads, ${counts.recoveries} recoveries`);
for (const figure of figures) print(figure);
for (const violation of violations) print(`FAILED ${violation}`);
print(`${violations.length === 0 ? "as it should be" : "not as it should be"}; seed ${seed}`);
process.exitCode = violations.length === 0 ? 0 : 1;
