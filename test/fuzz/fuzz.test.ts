import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FOUND_INPUTS } from "./found-inputs.ts";
import { drawInput, must, pureTarget } from "./fuzz-target.ts";
import { FUZZ_TARGETS } from "./fuzz-targets.ts";
import { judgeRun } from "./judge-run.ts";
import { runTarget } from "./run-target.ts";
import { watchTarget } from "./watch-target.ts";

const FIGURES = { failures: [], slowest: { seed: 7, ms: 1 }, heapMegabytes: [90, 91], summary: "" } as const;

describe("what comes from outside", () => {
  test.each(FUZZ_TARGETS)("$name: 150 inputs do no harm", async (target) => {
    const run = await runTarget(target, { count: 150, seed: 1 });
    expect(run.failures).toEqual([]);
  });

  test.each(FOUND_INPUTS)("$name does no harm any more", ({ outcome, check }) => {
    expect(check()).toBe(outcome);
  });
});

describe("runTarget()", () => {
  const target = (check: (input: number) => string) =>
    pureTarget({ name: "numbers", inputs: fc.nat(1_000), check });

  test("runTarget() names the seed of each input that fails, and that seed gives it again", async () => {
    const failing = target((input) => {
      must(input % 5 !== 0, `${input} is no multiple of five`);
      return "fine";
    });
    const { failures } = await runTarget(failing, { count: 40, seed: 100 });
    expect(failures.length).toBeGreaterThan(0);
    for (const { seed } of failures) expect(drawInput(fc.nat(1_000), seed) % 5).toBe(0);
  });

  test("runTarget() ends after ten failures", async () => {
    const failing = target(() => {
      throw new RangeError("never right");
    });
    const { failures } = await runTarget(failing, { count: 100, seed: 1 });
    expect(failures.map(({ seed }) => seed)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  test("runTarget() notices a changed prototype", async () => {
    const polluting = target(() => {
      Object.defineProperty(Object.prototype, "polluted", { value: 1, configurable: true });
      return "fine";
    });
    try {
      await expect(runTarget(polluting, { count: 5, seed: 3 })).rejects.toThrow(
        "seed 3 has changed a prototype",
      );
    } finally {
      Reflect.deleteProperty(Object.prototype, "polluted");
    }
  });
});

describe("watchTarget() and judgeRun()", () => {
  test("watchTarget() runs a target in a thread", async () => {
    const run = await watchTarget({ name: "events", count: 20, seed: 1 });
    expect(run).toMatchObject({ kind: "ended", figures: { failures: [] } });
    expect(judgeRun(run)).toEqual([]);
  });

  test("watchTarget() tells of a thread that ends too soon", async () => {
    const run = await watchTarget({ name: "nothing", count: 20, seed: 4 });
    expect(run).toMatchObject({ kind: "crashed", seed: 4 });
    expect(judgeRun(run)).toHaveLength(1);
  });

  test("judgeRun() finds a hang, a failure, a slow input and a heap that grows", () => {
    const judged = (figures: object) => judgeRun({ kind: "ended", figures: { ...FIGURES, ...figures } });
    expect(judgeRun({ kind: "hung", seed: 5 })).toEqual(["the input came to no end (seed 5)"]);
    expect(judged({ failures: [{ seed: 6, message: "wrong" }] })).toEqual(["wrong (seed 6)"]);
    expect(judged({ slowest: { seed: 7, ms: 1_001 } })).toEqual(["one input takes 1001 ms (seed 7)"]);
    expect(judged({ heapMegabytes: [90, 155] })).toEqual(["the heap grew by 65 MB"]);
    expect(judged({ heapMegabytes: [Number.NaN, Number.NaN] })).toEqual([]);
  });
});
