import { stat } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { requireTimes, startDeadline, waitAtMost } from "../../src/lib/deadline.ts";

const options = {
  timeoutMs: 100,
  onTimeout: () => new Error("late"),
  onAbort: (reason: unknown) => new Error(`aborted: ${reason}`),
};

describe("requireTimes()", () => {
  test.each([0.001, 1, 2 ** 31 - 1])("accepts %d milliseconds", (ms) => {
    expect(() => requireTimes({ timeoutMs: 1, deadlineMs: ms })).not.toThrow();
  });

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31])("rejects %d milliseconds", (ms) => {
    expect(() => requireTimes({ timeoutMs: 1, deadlineMs: ms })).toThrow(
      new RangeError(`deadlineMs is ${ms}: it must be above 0 and at most 2147483647 milliseconds`),
    );
  });
});

describe("startDeadline()", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test("race() settles as the work does", async () => {
    const deadline = startDeadline(options);
    await expect(deadline.race(Promise.resolve("value"))).resolves.toBe("value");
    await expect(deadline.race(Promise.reject(new Error("failed")))).rejects.toThrow("failed");
    deadline.stop();
    expect(vi.getTimerCount()).toBe(0);
  });

  test("race() rejects when the time is over, and work that fails later goes unnoticed", async () => {
    const deadline = startDeadline(options);
    const { promise, reject } = Promise.withResolvers<never>();
    const race = expect(deadline.race(promise)).rejects.toThrow("late");
    await vi.advanceTimersByTimeAsync(100);
    await race;
    reject(new Error("an unhandled rejection would fail the run"));
    await vi.advanceTimersByTimeAsync(1);
  });

  test("the time is granted again while onTimeout() gives no error", async () => {
    let granted = 2;
    const onTimeout = () => (granted-- > 0 ? undefined : new Error("late"));
    const deadline = startDeadline({ ...options, onTimeout });
    const outcome = vi.fn();
    const race = deadline.race(new Promise<never>(() => undefined)).catch(outcome);
    await vi.advanceTimersByTimeAsync(299);
    expect(outcome).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    await race;
    expect(outcome).toHaveBeenCalledOnce();
  });

  test("race() rejects with the caller's abort, or with what fail() was given", async () => {
    const caller = new AbortController();
    const aborted = startDeadline({ ...options, signal: caller.signal });
    const race = expect(aborted.race(new Promise(() => undefined))).rejects.toThrow("aborted: gone");
    caller.abort("gone");
    await race;
    const late = startDeadline({ ...options, signal: caller.signal });
    await expect(late.race(new Promise(() => undefined))).rejects.toThrow("aborted: gone");
    const failed = startDeadline(options);
    failed.fail(new Error("closed"));
    await expect(failed.race(new Promise(() => undefined))).rejects.toThrow("closed");
    for (const deadline of [aborted, late, failed]) deadline.stop();
    expect(vi.getTimerCount()).toBe(0);
  });
});

/** Keeps the event loop from doing anything else. */
function blockFor(durationMs: number): void {
  const endMs = performance.now() + durationMs;
  while (performance.now() < endMs);
}

test("an answer that arrived while the event loop was blocked is read before the time is over", async () => {
  const deadline = startDeadline(options);
  const answer = stat(import.meta.dirname);
  blockFor(3 * options.timeoutMs);
  await expect(deadline.race(answer)).resolves.toBeDefined();
  deadline.stop();
});

test("a blocked event loop does not keep the deadline from coming", async () => {
  const deadline = startDeadline(options);
  blockFor(3 * options.timeoutMs);
  await expect(deadline.race(new Promise(() => undefined))).rejects.toThrow("late");
});

describe("waitAtMost()", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test("waitAtMost() settles as the work does, and stops its timer", async () => {
    await expect(waitAtMost(100, Promise.resolve("value"), "late")).resolves.toBe("value");
    await expect(waitAtMost(100, Promise.reject(new Error("failed")), "late")).rejects.toThrow("failed");
    expect(vi.getTimerCount()).toBe(0);
  });

  test("waitAtMost() returns after the time, and work that fails later goes unnoticed", async () => {
    const { promise, reject } = Promise.withResolvers<never>();
    const waiting = waitAtMost(100, promise, "late");
    await vi.advanceTimersByTimeAsync(100);
    await expect(waiting).resolves.toBe("late");
    reject(new Error("an unhandled rejection would fail the run"));
    await vi.advanceTimersByTimeAsync(1);
  });
});
