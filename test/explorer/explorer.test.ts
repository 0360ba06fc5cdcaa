import { describe, expect, test } from "vitest";
import { settledWorld } from "./agreement.ts";
import { RULES } from "./rules.ts";
import { SCENARIOS } from "./scenarios.ts";
import { search } from "./search.ts";

/** In the suite each scenario gets a part of its interleavings; `npm run explore` visits them all. */
const STATES_MAX = 4000;

describe("explorer", () => {
  test.each(SCENARIOS)("the rules hold in $name", (scenario) => {
    const { depth } = scenario;
    const start = settledWorld(scenario, RULES);
    for (const seed of [0, 3]) {
      const report = search(start, { rules: RULES, depth, statesMax: STATES_MAX, seed });
      expect(report.violation).toBeUndefined();
      expect(report.states).toBeGreaterThan(1000);
    }
  });

  const rejections = SCENARIOS.flatMap((scenario) =>
    scenario.rejects.map((rules) => ({ ...scenario, rules })),
  );
  test.each(rejections)("$name: rejects the rule that $rules.name", ({ rules, depth, ...scenario }) => {
    const start = settledWorld(scenario, rules);
    const report = search(start, { rules, depth, statesMax: 400_000 });
    expect(report.violation?.message).toBeTypeOf("string");
  });
});
