import { describe, expect, test } from "vitest";
import { settledWorld } from "./explore.ts";
import { RULES } from "./rules.ts";
import { SCENARIOS } from "./scenarios.ts";
import { search } from "./search.ts";

/** In the suite each scenario gets a part of its interleavings; `npm run explore` visits them all. */
const STATES_MAX = 15_000;

describe("explorer", () => {
  test.each(SCENARIOS)("the rules hold in $name", ({ replicas, budget, depth, foreign }) => {
    const start = settledWorld(replicas, budget, RULES, foreign);
    for (const seed of [0, 3]) {
      const report = search(start, { rules: RULES, depth, statesMax: STATES_MAX, seed });
      expect(report.violation).toBeUndefined();
      expect(report.states).toBeGreaterThan(1000);
    }
  });

  const rejections = SCENARIOS.flatMap((scenario) =>
    scenario.rejects.map((rules) => ({ ...scenario, rules })),
  );
  test.each(rejections)(
    "$name: rejects the rule that $rules.name",
    ({ replicas, budget, depth, foreign, rules }) => {
      const start = settledWorld(replicas, budget, rules, foreign);
      const report = search(start, { rules, depth, statesMax: 400_000 });
      expect(report.violation?.message).toBeTypeOf("string");
    },
  );
});
