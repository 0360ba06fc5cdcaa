import process from "node:process";
import { parseArgs } from "node:util";
import { settledWorld } from "./agreement.ts";
import { RULES } from "./rules.ts";
import { SCENARIOS } from "./scenarios.ts";
import { search } from "./search.ts";

const { values } = parseArgs({
  options: {
    scenario: { type: "string" },
    states: { type: "string", default: "3000000" },
    seed: { type: "string", default: String(Math.floor(Math.random() * 1000)) },
    deeper: { type: "string", default: "0" },
  },
});
/** As in the suite: enough for every broken rule to be seen. */
const BROKEN_STATES_MIN = 400_000;
const seed = Number(values.seed);
let isBroken = false;
for (const [place, scenario] of SCENARIOS.entries()) {
  const { name, depth, rejects } = scenario;
  if (values.scenario !== undefined && Number(values.scenario) !== place) continue;
  for (const rules of [RULES, ...rejects]) {
    const startedMs = performance.now();
    const start = settledWorld(scenario, rules);
    // A search of broken rules ends at the first violation, which a part of the states may not have.
    const statesMax =
      rules === RULES ? Number(values.states) : Math.max(BROKEN_STATES_MIN, Number(values.states));
    const options = { rules, depth: depth + Number(values.deeper), statesMax, seed };
    const { states, moves, isComplete, violation } = search(start, options);
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(0);
    const extent = isComplete ? "all" : "part";
    const isExpected = (violation === undefined) === (rules === RULES);
    isBroken ||= !isExpected;
    process.stdout.write(
      `${isExpected ? "ok  " : "FAIL"} ${place} ${name}; ${rules.name}: ${states} states (${extent}), ${moves} moves, depth ${options.depth}, ` +
        `seed ${seed}, ${seconds} s${violation === undefined ? "" : `\n       ${violation.message}: ${violation.path.join("; ")}`}\n`,
    );
  }
}
process.exitCode = isBroken ? 1 : 0;
