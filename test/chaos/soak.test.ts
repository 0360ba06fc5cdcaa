import { expect, test } from "vitest";
import { runSoak } from "./soak-run.ts";

const SEED = 20_261;
const DURATION_MS = 25_000;

test(`serve loses no update and nothing of the machine while faults, reloads and requests mix, with seed ${SEED}`, {
  timeout: 120_000,
}, async () => {
  const { counts, violations } = await runSoak({ durationMs: DURATION_MS, seed: SEED });
  expect(violations).toEqual([]);
  expect(counts.faults).toBeGreaterThan(3);
});
