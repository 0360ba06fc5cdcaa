import fc from "fast-check";
import { expect, test } from "vitest";
import {
  admitCall,
  type BreakerOutcome,
  type BreakerPermit,
  type BreakerPolicy,
  type CircuitBreaker,
  CLOSED_BREAKER,
  probeNow,
  settleCall,
} from "../../src/domain/circuit-breaker.ts";

type Step =
  | { readonly kind: "call" }
  | { readonly kind: "end"; readonly pick: number; readonly outcome: BreakerOutcome; readonly random: number }
  | { readonly kind: "probeNow" }
  | { readonly kind: "jump"; readonly ms: number }
  | { readonly kind: "wait"; readonly ms: number };

const POLICIES: fc.Arbitrary<BreakerPolicy> = fc
  .record({
    failuresToOpen: fc.integer({ min: 1, max: 4 }),
    probePauseMsMin: fc.integer({ min: 1, max: 400 }),
    extraMs: fc.integer({ min: 0, max: 4000 }),
    probeMsMax: fc.integer({ min: 1, max: 8000 }),
  })
  .map(({ extraMs, ...policy }) => ({ ...policy, probePauseMsMax: policy.probePauseMsMin + extraMs }));

const CALL = fc.constant<Step>({ kind: "call" });
const END: fc.Arbitrary<Step> = fc.record({
  kind: fc.constant("end"),
  pick: fc.nat(100),
  // Failures are the way into every other state.
  outcome: fc.constantFrom<BreakerOutcome>("failure", "failure", "failure", "success", "neutral"),
  random: fc.double({ min: 0, max: 1, noNaN: true }),
});
const HASTEN = fc.constant<Step>({ kind: "probeNow" });
const WAIT: fc.Arbitrary<Step> = fc.record({
  kind: fc.constant("wait"),
  ms: fc.oneof(fc.integer({ min: 0, max: 1000 }), fc.double({ min: 0, max: 9000, noNaN: true })),
});
const JUMP: fc.Arbitrary<Step> = fc.record({ kind: fc.constant("jump"), ms: fc.nat(100_000) });

const weighted = (arbitrary: fc.Arbitrary<Step>, weight: number) => ({ arbitrary, weight });
const STEADY = [weighted(CALL, 5), weighted(END, 5), weighted(WAIT, 2), weighted(HASTEN, 1)];
const steadySteps = fc.array(fc.oneof(...STEADY), { maxLength: 120, size: "max" });
const anySteps = fc.array(fc.oneof(...STEADY, weighted(JUMP, 1)), { maxLength: 120, size: "max" });
/** Where numbers are whole, and where a clock that counts from 1970 has its fractions. */
const STARTS = fc.constantFrom(0, 1_790_000_000_000.123);

/** What is known of a breaker from the outside, told by whole calls instead of numbers. */
interface Model {
  mode: "passing" | "pausing" | "probing";
  failuresInRow: number;
  failedProbes: number;
  /** When its pause began or its probe was let through. */
  sinceMs: number;
  probed: boolean;
  /** Whose results count. */
  readonly heeded: Set<BreakerPermit>;
}

function change(model: Model, mode: Model["mode"], nowMs: number): void {
  model.mode = mode;
  model.sinceMs = nowMs;
  model.probed = false;
  model.failuresInRow = 0;
  model.heeded.clear();
}

/** The shortest and the longest pause after so many failed probes. */
function pauseBounds(policy: BreakerPolicy, failedProbes: number): readonly [number, number] {
  let shortestMs = policy.probePauseMsMin;
  for (let count = 0; count < failedProbes; count++) shortestMs *= 2;
  const longestMs = Math.min(shortestMs * 2, policy.probePauseMsMax);
  return [Math.max(policy.probePauseMsMin, longestMs / 2), longestMs];
}

/** Whether a call must be let through; undefined where chance decides. */
function mustAdmit(model: Model, policy: BreakerPolicy, nowMs: number): boolean | undefined {
  if (model.mode === "passing") return true;
  if (model.mode === "probing") return nowMs >= model.sinceMs + policy.probeMsMax;
  if (model.probed) return true;
  const [shortestMs, longestMs] = pauseBounds(policy, model.failedProbes);
  if (nowMs < model.sinceMs + shortestMs) return false;
  return nowMs >= model.sinceMs + longestMs ? true : undefined;
}

function noteCall(model: Model, permit: BreakerPermit, nowMs: number): void {
  if (model.mode !== "passing") change(model, "probing", nowMs);
  model.heeded.add(permit);
}

function noteEnd(model: Model, outcome: BreakerOutcome, policy: BreakerPolicy, nowMs: number): void {
  if (model.mode === "probing") {
    if (outcome === "failure") model.failedProbes += 1;
    change(model, outcome === "success" ? "passing" : "pausing", nowMs);
    model.probed = outcome === "neutral";
    return;
  }
  if (outcome === "success") model.failuresInRow = 0;
  if (outcome === "failure") model.failuresInRow += 1;
  if (model.failuresInRow < policy.failuresToOpen) return;
  model.failedProbes = 0;
  change(model, "pausing", nowMs);
}

const KINDS = { passing: "closed", pausing: "open", probing: "half-open" } as const;

/** A breaker, its clock and the calls that are under way. */
function startSubject(policy: BreakerPolicy, startMs: number) {
  const subject = {
    nowMs: startMs,
    breaker: CLOSED_BREAKER as CircuitBreaker,
    out: [] as BreakerPermit[],
    call(): BreakerPermit | undefined {
      const admission = admitCall(subject.breaker, policy, subject.nowMs);
      subject.breaker = admission.breaker;
      if (admission.kind === "held-back") return undefined;
      subject.out.push(admission.permit);
      return admission.permit;
    },
    /** @returns the call that has ended, if any was under way */
    end({ pick, outcome, random }: Extract<Step, { kind: "end" }>): BreakerPermit | undefined {
      const [permit] = subject.out.splice(pick % Math.max(subject.out.length, 1), 1);
      if (permit === undefined) return undefined;
      const { nowMs } = subject;
      subject.breaker = settleCall(subject.breaker, permit, outcome, { policy, nowMs, random });
      return permit;
    },
    take(step: Step): void {
      switch (step.kind) {
        case "call":
          subject.call();
          break;
        case "end":
          subject.end(step);
          break;
        case "probeNow":
          subject.breaker = probeNow(subject.breaker, subject.nowMs);
          break;
        case "jump":
          subject.nowMs -= step.ms;
          break;
        case "wait":
          subject.nowMs += step.ms;
      }
    },
  };
  return subject;
}

test("a breaker does what a model of whole calls says, whatever is called, ends and is hastened when", () => {
  fc.assert(
    fc.property(POLICIES, STARTS, steadySteps, (policy, startMs, steps) => {
      const subject = startSubject(policy, startMs);
      const model: Model = {
        mode: "passing",
        failuresInRow: 0,
        failedProbes: 0,
        sinceMs: startMs,
        probed: false,
        heeded: new Set(),
      };
      const call = (): void => {
        const wanted = mustAdmit(model, policy, subject.nowMs);
        const permit = subject.call();
        expect(permit !== undefined).toBe(wanted ?? permit !== undefined);
        if (permit !== undefined) noteCall(model, permit, subject.nowMs);
      };
      const end = (step: Extract<Step, { kind: "end" }>): void => {
        const before = subject.breaker;
        const permit = subject.end(step);
        if (permit === undefined) return;
        if (model.heeded.delete(permit)) noteEnd(model, step.outcome, policy, subject.nowMs);
        else expect(subject.breaker).toBe(before);
      };
      for (const step of steps) {
        if (step.kind === "call") call();
        else if (step.kind === "end") end(step);
        else subject.take(step);
        if (step.kind === "probeNow") model.probed = model.mode === "pausing";
        expect(subject.breaker.kind).toBe(KINDS[model.mode]);
        if (model.mode === "probing") expect(model.heeded.size).toBe(1);
      }
    }),
    { numRuns: 1500 },
  );
});

test("a breaker can always be closed again, in bounded time, also after its clock was set back", () => {
  fc.assert(
    fc.property(POLICIES, STARTS, anySteps, (policy, startMs, steps) => {
      const subject = startSubject(policy, startMs);
      for (const step of steps) subject.take(step);
      const looked = subject.call();
      if (looked === undefined) {
        subject.nowMs += subject.breaker.kind === "open" ? policy.probePauseMsMax : policy.probeMsMax;
      }
      const permit = looked ?? subject.call();
      if (permit === undefined) throw new Error("No call was let through");
      const { nowMs } = subject;
      const breaker = settleCall(subject.breaker, permit, "success", { policy, nowMs, random: 1 });
      expect(breaker).toMatchObject({ kind: "closed", failures: 0 });
    }),
    { numRuns: 1500 },
  );
});
