import { describe, expect, test } from "vitest";
import {
  createAttemptLimit,
  createTokenCheck,
  TooManyAttemptsError,
} from "../../../../src/app/http/middleware/admin-token.ts";

/** A clock that stands still until it is told otherwise. */
function stoppedClock() {
  let nowMs = 1_000_000;
  return {
    nowMs: () => nowMs,
    elapse: (ms: number) => {
      nowMs += ms;
    },
  };
}

describe("createAttemptLimit()", () => {
  test("createAttemptLimit() allows ten failures at once, and then one every six seconds", () => {
    const clock = stoppedClock();
    const limit = createAttemptLimit(clock.nowMs);
    expect(Array.from({ length: 12 }, () => limit.fail())).toEqual([...Array(10).fill(undefined), 6, 6]);
    clock.elapse(5999);
    expect(limit.fail()).toBe(1);
    clock.elapse(1);
    expect([limit.fail(), limit.fail()]).toEqual([undefined, 6]);
  });

  test("createAttemptLimit() forgets failures, and allows no more than ten at once for that", () => {
    const clock = stoppedClock();
    const limit = createAttemptLimit(clock.nowMs);
    for (let count = 0; count < 10; count++) limit.fail();
    clock.elapse(86_400_000);
    expect(Array.from({ length: 11 }, () => limit.fail())).toEqual([...Array(10).fill(undefined), 6]);
  });
});

describe("createTokenCheck()", () => {
  const check = () => {
    const warnings: unknown[] = [];
    const log = { warn: (...args: readonly unknown[]) => void warnings.push(args) };
    const clock = stoppedClock();
    return { ...clock, warnings, verify: createTokenCheck({ adminToken: "right", log, nowMs: clock.nowMs }) };
  };

  test("createTokenCheck() takes the right token however many were wrong, and counts it as none", () => {
    const { verify } = check();
    for (let count = 0; count < 100; count++) expect(verify("right")).toBe(true);
    for (let count = 0; count < 10; count++) expect(verify(`wrong ${count}`)).toBe(false);
    for (let count = 0; count < 100; count++) {
      expect(() => verify("")).toThrow(TooManyAttemptsError);
      expect(verify("right")).toBe(true);
    }
  });

  test("createTokenCheck() warns once each time that the limit is reached", () => {
    const { verify, elapse, warnings } = check();
    const guess = (): void => {
      try {
        verify("wrong");
      } catch (error) {
        if (!(error instanceof TooManyAttemptsError)) throw error;
      }
    };
    for (let count = 0; count < 50; count++) guess();
    expect(warnings).toEqual([["Too many wrong admin tokens"]]);
    elapse(6000);
    for (let count = 0; count < 50; count++) guess();
    expect(warnings).toHaveLength(2);
  });
});
