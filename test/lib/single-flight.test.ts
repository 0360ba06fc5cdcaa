import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createSingleFlight } from "../../src/lib/single-flight.ts";

/** A task whose runs end when they are told to. */
function gatedTask() {
  const gates: PromiseWithResolvers<void>[] = [];
  return {
    gates,
    task: (): Promise<void> => {
      const gate = Promise.withResolvers<void>();
      gates.push(gate);
      return gate.promise;
    },
  };
}

/** Long enough for whatever is to happen by itself. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

describe("createSingleFlight()", () => {
  test("createSingleFlight() makes one run do for all who ask before it starts", async () => {
    const { gates, task } = gatedTask();
    const trigger = createSingleFlight(task);
    const asked = [trigger(), trigger(), trigger()];
    expect(gates).toHaveLength(0);
    await settle();
    expect(gates).toHaveLength(1);
    gates[0]?.resolve();
    await Promise.all(asked);
    expect(gates).toHaveLength(1);
  });

  test("createSingleFlight() runs once more for all who ask while it runs", async () => {
    const { gates, task } = gatedTask();
    const trigger = createSingleFlight(task);
    const first = trigger();
    await settle();
    const later = Array.from({ length: 1000 }, () => trigger());
    await settle();
    expect(gates).toHaveLength(1);
    gates[0]?.resolve();
    await first;
    await settle();
    expect(gates).toHaveLength(2);
    gates[1]?.resolve();
    await Promise.all(later);
    await settle();
    expect(gates).toHaveLength(2);
  });

  test("createSingleFlight() passes a failure to those who share the run, and runs on", async () => {
    const reason = new Error("No catalog");
    const { gates, task } = gatedTask();
    const trigger = createSingleFlight(task);
    const shared = Promise.allSettled([trigger(), trigger()]);
    await settle();
    const next = trigger();
    gates[0]?.reject(reason);
    expect(await shared).toEqual([
      { status: "rejected", reason },
      { status: "rejected", reason },
    ]);
    await settle();
    gates[1]?.resolve();
    await next;
  });

  test("createSingleFlight() runs on after a task that throws, waited for or not", async () => {
    let runs = 0;
    const trigger = createSingleFlight(() => {
      runs += 1;
      if (runs < 3) throw new Error("Not yet");
      return Promise.resolve();
    });
    void trigger();
    await settle();
    await expect(trigger()).rejects.toThrow("Not yet");
    await trigger();
    expect(runs).toBe(3);
  });

  test("createSingleFlight() takes what is asked from within a run for the next one", async () => {
    let runs = 0;
    const trigger = createSingleFlight(async () => {
      runs += 1;
      if (runs < 4) void trigger();
    });
    await trigger();
    await settle();
    expect(runs).toBe(4);
  });

  test("createSingleFlight() starts a run after the last trigger that shares it, in any order of events", async () => {
    const steps = fc.array(fc.constantFrom("trigger", "end", "fail", "turn"), { maxLength: 60 });
    await fc.assert(fc.asyncProperty(steps, checkInterleaving));
  });
});

type Step = "end" | "fail" | "trigger" | "turn";

interface Run {
  /** How many triggers there had been when it started. */
  readonly triggersBefore: number;
  readonly gate: PromiseWithResolvers<void>;
  failed: boolean;
}

/** Every trigger is answered by the first run that starts after it, and by nothing that a later trigger did. */
async function checkInterleaving(steps: readonly Step[]): Promise<void> {
  const runs: Run[] = [];
  const answers: Promise<{ readonly run: number; readonly failed: boolean }>[] = [];
  let ended = 0;
  const trigger = createSingleFlight(() => {
    expect(ended).toBe(runs.length);
    const gate = Promise.withResolvers<void>();
    runs.push({ triggersBefore: answers.length, gate, failed: false });
    return gate.promise;
  });
  const end = (failed: boolean): void => {
    const run = runs[ended];
    if (run === undefined) return;
    ended += 1;
    run.failed = failed;
    if (failed) run.gate.reject(new Error("Failed"));
    else run.gate.resolve();
  };
  for (const step of steps) {
    if (step === "turn") await Promise.resolve();
    else if (step === "trigger") {
      const answer = (failed: boolean) => ({ run: ended - 1, failed });
      answers.push(
        trigger().then(
          () => answer(false),
          () => answer(true),
        ),
      );
    } else end(step === "fail");
  }
  for (let rest = 0; rest < steps.length; rest++) {
    await settle();
    end(false);
  }
  const found = await Promise.all(answers);
  const wanted = answers.map((_, index) => {
    const run = runs.findIndex(({ triggersBefore }) => triggersBefore > index);
    return { run, failed: runs[run]?.failed };
  });
  expect(found.map(({ failed }) => failed)).toEqual(wanted.map(({ failed }) => failed));
  expect(found.every(({ run }, index) => run >= (wanted[index]?.run ?? Number.NaN))).toBe(true);
  // No run for nothing: each has a trigger of its own since the one before it started.
  const before = runs.map(({ triggersBefore }) => triggersBefore);
  expect(before.every((count, index) => count > (before[index - 1] ?? 0))).toBe(true);
}
