import { describe, expect, test } from "vitest";
import { createMutex } from "../../src/lib/mutex.ts";

describe("createMutex()", () => {
  test("createMutex() runs one task at a time, in the order of the calls", async () => {
    const exclusive = createMutex();
    const steps: string[] = [];
    const gates = Array.from({ length: 3 }, () => Promise.withResolvers<void>());
    const begun = Array.from({ length: 3 }, () => Promise.withResolvers<void>());
    const runs = gates.map((gate, index) =>
      exclusive(async () => {
        steps.push(`begin ${index}`);
        begun[index]?.resolve();
        await gate.promise;
        steps.push(`end ${index}`);
      }),
    );
    await begun[0]?.promise;
    expect(steps).toEqual(["begin 0"]);
    // The gates open in another order: the second task still waits for the first.
    gates[2]?.resolve();
    gates[1]?.resolve();
    gates[0]?.resolve();
    await Promise.all(runs);
    expect(steps).toEqual(["begin 0", "end 0", "begin 1", "end 1", "begin 2", "end 2"]);
  });

  test("createMutex() hands each caller the result of its own task", async () => {
    const exclusive = createMutex();
    const results = await Promise.all([
      exclusive(async () => 1),
      exclusive(async () => "b"),
      exclusive(async () => null),
    ]);
    expect(results).toEqual([1, "b", null]);
  });

  test("createMutex() runs the next task after one that rejects or throws", async () => {
    const exclusive = createMutex();
    const [rejection, exception] = [new Error("rejected"), new Error("thrown")];
    const outcomes = await Promise.allSettled([
      exclusive(() => Promise.reject(rejection)),
      exclusive(() => {
        throw exception;
      }),
      exclusive(async () => "run"),
    ]);
    expect(outcomes).toEqual([
      { status: "rejected", reason: rejection },
      { status: "rejected", reason: exception },
      { status: "fulfilled", value: "run" },
    ]);
  });

  test("createMutex() passes nothing of a task to the next one", async () => {
    const exclusive = createMutex();
    const collect = async (...given: readonly unknown[]) => given;
    await exclusive(async () => "result");
    expect(await exclusive(collect)).toEqual([]);
    const failed = await exclusive(() => Promise.reject(new Error("failed"))).catch(() => "failed");
    expect(failed).toBe("failed");
    expect(await exclusive(collect)).toEqual([]);
  });

  test("createMutex() runs a task that is queued while another one runs", async () => {
    const exclusive = createMutex();
    const steps: string[] = [];
    let inner: Promise<void> | undefined;
    await exclusive(async () => {
      inner = exclusive(async () => void steps.push("inner"));
      await Promise.resolve();
      steps.push("outer");
    });
    await inner;
    expect(steps).toEqual(["outer", "inner"]);
  });

  test("createMutex() makes queues that do not wait for each other", async () => {
    const [first, second] = [createMutex(), createMutex()];
    const gate = Promise.withResolvers<string>();
    const blocked = first(() => gate.promise);
    expect(await second(async () => "free")).toBe("free");
    gate.resolve("late");
    expect(await blocked).toBe("late");
  });
});
