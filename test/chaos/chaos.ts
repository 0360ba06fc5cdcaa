import process from "node:process";
import { parseArgs } from "node:util";
import { ALL_FAULTS } from "../support/faults/all-faults.ts";
import { RUNTIMES } from "../support/runtimes.ts";
import { findNamespaceObstacle } from "../support/set-ups/namespace-network.ts";
import { MOMENTS, runScenario, type ScenarioResult } from "./scenario.ts";
import { SET_UPS } from "./set-up-scenario.ts";

/**
 * Every fault at every moment, a fleet of its own each, then every fault of each set-up of Redis, one after the other: prints a
 * line for each scenario, and fails if one did.
 */
const { values } = parseArgs({
  options: {
    fault: { type: "string", default: "" },
    moment: { type: "string", default: "" },
    "set-up": { type: "string", default: "" },
    runtime: { type: "string", default: "" },
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
let [failures, count] = [0, 0];
async function judge(name: string, run: () => Promise<ScenarioResult>): Promise<void> {
  const startedMs = performance.now();
  const { recoveryMs, faultMs, violations } = await run().catch(
    (error: Error): ScenarioResult => ({
      recoveryMs: Number.NaN,
      violations: [error.stack ?? error.message],
    }),
  );
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  const verdict = violations.length === 0 ? "ok    " : "FAILED";
  const after = faultMs === undefined ? "" : ` after ${Math.round(faultMs)} ms of the fault`;
  print(`${verdict} ${name}: recovered in ${Math.round(recoveryMs)} ms${after} (${seconds} s in all)`);
  for (const violation of violations) print(`       ${violation}`);
  count += 1;
  if (violations.length > 0) failures += 1;
}

const setUpName = values["set-up"];
for (const { fault, moment } of setUpName === "" ? scenarios : []) {
  await judge(`${fault.name}, ${moment}`, () => runScenario({ fault, moment, seed, patienceMs }));
}
const obstacle = values.moment === "" ? await findNamespaceObstacle() : "one moment was asked for";
if (obstacle !== undefined) print(`set-ups of Redis are left out: ${obstacle}`);
const setUps = obstacle === undefined ? SET_UPS.filter(({ name }) => name.includes(setUpName)) : [];
// Each runtime has each part: of the replica that reloads, and of the one that is cut off together with the primary.
const runtimes = RUNTIMES.filter(({ name }) => name.includes(values.runtime));
for (const { name, faults, open } of setUps) {
  const wanted = faults.filter((fault) => fault.includes(values.fault));
  for (const runtime of wanted.length === 0 ? [] : runtimes) {
    const where = `${name}, ${runtime.name} first`;
    const scene = await open(runtime);
    for (const fault of wanted) await judge(`${fault} on ${where}`, () => scene.run(fault));
    await judge(`end on ${where}`, async () => ({ recoveryMs: 0, violations: await scene.stop() }));
    await scene[Symbol.asyncDispose]();
  }
}
print(`${count - failures} of ${count} scenarios as they should be; seed ${seed}`);
process.exitCode = failures === 0 ? 0 : 1;
