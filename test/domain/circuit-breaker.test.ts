import { describe, expect, test } from "vitest";
import {
  admitCall,
  BREAKER_POLICY,
  type BreakerOutcome,
  type BreakerPermit,
  type BreakerPolicy,
  type CircuitBreaker,
  CLOSED_BREAKER,
  probeNow,
  resetBreaker,
  settleCall,
} from "../../src/domain/circuit-breaker.ts";

const POLICY = BREAKER_POLICY;

/** A breaker with a clock of its own, that throws where a call is not let through. */
function startBreaker(policy: BreakerPolicy = POLICY, nowMs = 1000) {
  const subject = {
    nowMs,
    state: CLOSED_BREAKER as CircuitBreaker,
    tryCall(): BreakerPermit | undefined {
      const admission = admitCall(subject.state, policy, subject.nowMs);
      subject.state = admission.breaker;
      return admission.kind === "admitted" ? admission.permit : undefined;
    },
    call(): BreakerPermit {
      const permit = subject.tryCall();
      if (permit === undefined) throw new Error("The call should have been let through");
      return permit;
    },
    end(permit: BreakerPermit, outcome: BreakerOutcome, random = 1): void {
      subject.state = settleCall(subject.state, permit, outcome, { policy, nowMs: subject.nowMs, random });
    },
    fail(times: number, random = 1): void {
      for (let count = 0; count < times; count++) subject.end(subject.call(), "failure", random);
    },
  };
  return subject;
}

describe("settleCall()", () => {
  test("settleCall() opens after three failures in a row, not after two", () => {
    const breaker = startBreaker();
    breaker.fail(2);
    expect(breaker.state).toEqual({ kind: "closed", epoch: 0, failures: 2 });
    breaker.fail(1);
    expect(breaker.state).toEqual({ kind: "open", epoch: 1, consecutiveOpens: 1, retryAtMs: 1500 });
  });

  test("settleCall() begins to count again after a success, and not after a neutral end", () => {
    const breaker = startBreaker();
    breaker.fail(2);
    breaker.end(breaker.call(), "success");
    breaker.fail(2);
    breaker.end(breaker.call(), "neutral");
    expect(breaker.state).toEqual({ kind: "closed", epoch: 0, failures: 2 });
    breaker.fail(1);
    expect(breaker.state.kind).toBe("open");
  });

  test.each([
    [0, [250, 500, 1000, 1000, 1000]],
    [0.5, [375, 750, 1500, 1500, 1500]],
    [1, [500, 1000, 2000, 2000, 2000]],
  ])(
    "settleCall() doubles the pause with each probe that fails, up to the longest, at random %d",
    (random, pauses) => {
      const breaker = startBreaker();
      const seen: number[] = [];
      breaker.fail(3, random);
      for (const _ of pauses) {
        if (breaker.state.kind !== "open") throw new Error("It should be open");
        seen.push(breaker.state.retryAtMs - breaker.nowMs);
        breaker.nowMs = breaker.state.retryAtMs;
        breaker.fail(1, random);
      }
      expect(seen).toEqual(pauses);
    },
  );

  test("settleCall() begins with the shortest pause again once it was closed", () => {
    const breaker = startBreaker();
    breaker.fail(3);
    breaker.nowMs = 1500;
    breaker.fail(1);
    breaker.nowMs = 2500;
    breaker.end(breaker.call(), "success");
    expect(breaker.state).toMatchObject({ kind: "closed", failures: 0 });
    breaker.fail(3);
    expect(breaker.state).toMatchObject({ kind: "open", consecutiveOpens: 1, retryAtMs: 3000 });
  });

  test.each<BreakerOutcome>(["success", "failure", "neutral"])(
    "settleCall() ignores a call that ends with %s in a later epoch",
    (outcome) => {
      const breaker = startBreaker();
      const early = breaker.call();
      breaker.fail(3);
      const open = breaker.state;
      breaker.end(early, outcome);
      expect(breaker.state).toBe(open);
      breaker.nowMs = 1500;
      const probe = breaker.call();
      const halfOpen = breaker.state;
      breaker.end(early, outcome);
      expect(breaker.state).toBe(halfOpen);
      breaker.end(probe, "success");
      const closed = breaker.state;
      breaker.end(early, outcome);
      breaker.end(probe, outcome);
      expect(breaker.state).toBe(closed);
    },
  );
});

describe("settleCall() and admitCall()", () => {
  test("return the same object when nothing has changed", () => {
    const breaker = startBreaker();
    breaker.end(breaker.call(), "success");
    expect(breaker.state).toBe(CLOSED_BREAKER);
    breaker.fail(3);
    const open = breaker.state;
    expect(admitCall(open, POLICY, breaker.nowMs)).toEqual({ kind: "held-back", breaker: open });
    expect(admitCall(open, POLICY, breaker.nowMs).breaker).toBe(open);
    breaker.nowMs = 1500;
    breaker.call();
    const halfOpen = breaker.state;
    expect(admitCall(halfOpen, POLICY, breaker.nowMs)).toEqual({ kind: "held-back", breaker: halfOpen });
    expect(admitCall(halfOpen, POLICY, breaker.nowMs).breaker).toBe(halfOpen);
  });
});

describe("admitCall()", () => {
  test("admitCall() holds back until the pause is over, then lets just one through", () => {
    const breaker = startBreaker();
    breaker.fail(3);
    breaker.nowMs = 1499.999;
    expect(breaker.tryCall()).toBeUndefined();
    breaker.nowMs = 1500;
    expect(breaker.tryCall()).toBeDefined();
    expect([breaker.tryCall(), breaker.tryCall()]).toEqual([undefined, undefined]);
    expect(breaker.state).toEqual({ kind: "half-open", epoch: 2, consecutiveOpens: 1, probeUntilMs: 7500 });
  });

  test("admitCall() lets another one through, at once, for a probe that its caller gave up", () => {
    const breaker = startBreaker();
    breaker.fail(3);
    breaker.nowMs = 1500;
    breaker.end(breaker.call(), "neutral");
    expect(breaker.state).toEqual({ kind: "open", epoch: 3, consecutiveOpens: 1, retryAtMs: 1500 });
    expect(breaker.tryCall()).toBeDefined();
    expect(breaker.tryCall()).toBeUndefined();
  });

  test("admitCall() takes a probe of which nothing is heard for lost, and then its result no more", () => {
    const breaker = startBreaker();
    breaker.fail(3);
    breaker.nowMs = 1500;
    const lost = breaker.call();
    breaker.nowMs = 7499;
    expect(breaker.tryCall()).toBeUndefined();
    breaker.nowMs = 7500;
    const next = breaker.call();
    expect(breaker.tryCall()).toBeUndefined();
    breaker.end(lost, "failure");
    expect(breaker.state.kind).toBe("half-open");
    breaker.end(next, "success");
    expect(breaker.state.kind).toBe("closed");
  });

  test.each([1, 499, 1500, 1501, 2000, 1e9])(
    "admitCall() holds nobody back for longer than the longest pause after the clock went back by %d ms",
    (backMs) => {
      const breaker = startBreaker(POLICY, 1e12);
      breaker.fail(3);
      breaker.nowMs -= backMs;
      const first = breaker.tryCall();
      expect(first !== undefined).toBe(backMs > 1500);
      breaker.nowMs += POLICY.probePauseMsMax;
      expect(first ?? breaker.tryCall()).toBeDefined();
    },
  );

  test("admitCall() keeps a probe from locking it when the clock goes back", () => {
    const breaker = startBreaker(POLICY, 1e12);
    breaker.fail(3);
    breaker.nowMs += 500;
    breaker.call();
    breaker.nowMs = 1000;
    expect(breaker.tryCall()).toBeUndefined();
    breaker.nowMs = 6999;
    expect(breaker.tryCall()).toBeUndefined();
    breaker.nowMs = 7000;
    expect(breaker.tryCall()).toBeDefined();
  });
});

describe("resetBreaker()", () => {
  test("resetBreaker() closes it, counts from zero and ignores what was let through before", () => {
    const breaker = startBreaker();
    const early = [breaker.call(), breaker.call(), breaker.call()];
    breaker.fail(2);
    breaker.state = resetBreaker(breaker.state);
    for (const call of early) breaker.end(call, "failure");
    expect(breaker.state).toMatchObject({ kind: "closed", failures: 0 });
    breaker.fail(3);
    breaker.state = resetBreaker(breaker.state);
    expect(breaker.tryCall()).toBeDefined();
  });

  test("resetBreaker() of an open breaker ignores calls of the epoch before it opened", () => {
    const breaker = startBreaker();
    const early = breaker.call();
    breaker.fail(3);
    const reset = resetBreaker(breaker.state);
    breaker.state = reset;
    breaker.end(early, "failure");
    expect(breaker.state).toBe(reset);
  });
});

describe("probeNow()", () => {
  test("probeNow() lets the next call probe at once, and the one after it wait", () => {
    const breaker = startBreaker();
    breaker.fail(3);
    breaker.nowMs = 1001;
    breaker.state = probeNow(breaker.state, breaker.nowMs);
    const probe = breaker.call();
    expect(breaker.tryCall()).toBeUndefined();
    breaker.end(probe, "failure");
    expect(breaker.state).toEqual({ kind: "open", epoch: 3, consecutiveOpens: 2, retryAtMs: 2001 });
  });

  test("probeNow() changes nothing while it is closed, while a probe is out, or when one is due", () => {
    const breaker = startBreaker();
    breaker.fail(2);
    expect(probeNow(breaker.state, 1000)).toBe(breaker.state);
    breaker.fail(1);
    expect(probeNow(breaker.state, 1500)).toBe(breaker.state);
    breaker.nowMs = 1500;
    breaker.call();
    expect(probeNow(breaker.state, 1500)).toBe(breaker.state);
  });
});
