import { jitteredBackoffMs } from "../lib/backoff.ts";

/**
 * A circuit breaker: it lets calls through while they succeed, rejects calls after consecutive failures, and then
 * lets one probe through at a time until one succeeds.
 *
 * An epoch is a period without a change of state. Each epoch has its own number, so that the result of a call
 * from an earlier epoch is ignored.
 *
 * - `closed`: every call passes; `failures` of them have failed since the last success
 * - `open`: no call passes before `retryAtMs`; the breaker has opened `consecutiveOpens` times in a row
 * - `half-open`: one probe is pending; from `probeUntilMs` on another probe may start
 */
export type CircuitBreaker =
  | { readonly kind: "closed"; readonly epoch: number; readonly failures: number }
  | {
      readonly kind: "open";
      readonly epoch: number;
      readonly consecutiveOpens: number;
      readonly retryAtMs: number;
    }
  | {
      readonly kind: "half-open";
      readonly epoch: number;
      readonly consecutiveOpens: number;
      readonly probeUntilMs: number;
    };

/** When a breaker opens, and when it probes. All times in milliseconds. */
export interface BreakerPolicy {
  /** The number of consecutive failures that opens the breaker; a whole number, at least 1. */
  readonly failuresToOpen: number;
  /** The shortest pause before a probe. Each failed probe doubles the pause, up to the longest. */
  readonly probePauseMsMin: number;
  /** The longest pause before a probe, even if the clock is set back. */
  readonly probePauseMsMax: number;
  /** How long a probe blocks other probes; without a result by then, it counts as lost. */
  readonly probeMsMax: number;
}

export const BREAKER_POLICY: BreakerPolicy = {
  failuresToOpen: 3,
  probePauseMsMin: 250,
  probePauseMsMax: 2000,
  probeMsMax: 6000,
};

/** The initial state of a breaker. */
export const CLOSED_BREAKER: CircuitBreaker = { kind: "closed", epoch: 0, failures: 0 };

/**
 * The permit of an admitted call. The caller passes it to {@link settleCall} with the result of the call, once.
 */
export interface BreakerPermit {
  readonly epoch: number;
}

/** The result of a call. `neutral`: it shows nothing about the server, as when the caller aborted the call. */
export type BreakerOutcome = "failure" | "neutral" | "success";

/** Whether a call may be made, and the state of the breaker after the decision. */
export type BreakerAdmission =
  | { readonly kind: "admitted"; readonly breaker: CircuitBreaker; readonly permit: BreakerPermit }
  | { readonly kind: "held-back"; readonly breaker: CircuitBreaker };

/**
 * Decides whether a call may be made.
 *
 * @param nowMs milliseconds since any fixed moment; if the clock goes back, the wait is at most the longest
 * pause
 */
export function admitCall(breaker: CircuitBreaker, policy: BreakerPolicy, nowMs: number): BreakerAdmission {
  switch (breaker.kind) {
    case "closed":
      return { kind: "admitted", breaker, permit: { epoch: breaker.epoch } };
    case "open": {
      // If more than the longest pause remains, the clock was set back, and the remaining time is unknown.
      const isSetBack = nowMs + policy.probePauseMsMax < breaker.retryAtMs;
      if (nowMs < breaker.retryAtMs && !isSetBack) return { kind: "held-back", breaker };
      return admitProbe(breaker, nowMs + policy.probeMsMax);
    }
    case "half-open": {
      const latestMs = nowMs + policy.probeMsMax;
      if (nowMs >= breaker.probeUntilMs) return admitProbe(breaker, latestMs);
      const probeUntilMs = Math.min(breaker.probeUntilMs, latestMs);
      const isSame = probeUntilMs === breaker.probeUntilMs;
      return { kind: "held-back", breaker: isSame ? breaker : { ...breaker, probeUntilMs } };
    }
  }
}

export interface SettleOptions {
  readonly policy: BreakerPolicy;
  /** The time by the clock of {@link admitCall}. */
  readonly nowMs: number;
  /** From 0 to 1: spreads the probes of many processes. */
  readonly random: number;
}

/**
 * Records the result of a call.
 *
 * @param permit the permit of the call; a permit of another epoch changes nothing
 * @returns the new state of the breaker; the same object when nothing has changed
 */
export function settleCall(
  breaker: CircuitBreaker,
  permit: BreakerPermit,
  outcome: BreakerOutcome,
  options: SettleOptions,
): CircuitBreaker {
  if (permit.epoch !== breaker.epoch) return breaker;
  switch (breaker.kind) {
    case "closed":
      return settleClosedBreaker(breaker, outcome, options);
    case "open":
      return breaker;
    case "half-open":
      return settleProbe(breaker, outcome, options);
  }
}

/**
 * Lets the next call probe at once, on a hint that calls may succeed again. A breaker that is not open stays
 * as it is.
 */
export function probeNow(breaker: CircuitBreaker, nowMs: number): CircuitBreaker {
  if (breaker.kind !== "open" || breaker.retryAtMs <= nowMs) return breaker;
  return { ...breaker, retryAtMs: nowMs };
}

/**
 * Closes the breaker and ignores the results of pending calls, for example when the failures only show that no
 * server was known yet.
 */
export function resetBreaker({ epoch }: CircuitBreaker): CircuitBreaker {
  return { kind: "closed", epoch: epoch + 1, failures: 0 };
}

type ClosedBreaker = Extract<CircuitBreaker, { readonly kind: "closed" }>;
type HalfOpenBreaker = Extract<CircuitBreaker, { readonly kind: "half-open" }>;

function admitProbe(
  { epoch, consecutiveOpens }: Exclude<CircuitBreaker, ClosedBreaker>,
  probeUntilMs: number,
): BreakerAdmission {
  const next: HalfOpenBreaker = { kind: "half-open", epoch: epoch + 1, consecutiveOpens, probeUntilMs };
  return { kind: "admitted", breaker: next, permit: { epoch: next.epoch } };
}

function settleClosedBreaker(
  breaker: ClosedBreaker,
  outcome: BreakerOutcome,
  options: SettleOptions,
): CircuitBreaker {
  switch (outcome) {
    case "neutral":
      return breaker;
    case "success":
      return breaker.failures === 0 ? breaker : { ...breaker, failures: 0 };
    case "failure": {
      const failures = breaker.failures + 1;
      return failures < options.policy.failuresToOpen
        ? { ...breaker, failures }
        : openBreaker(breaker.epoch, 1, options);
    }
  }
}

function settleProbe(
  { epoch, consecutiveOpens }: HalfOpenBreaker,
  outcome: BreakerOutcome,
  options: SettleOptions,
): CircuitBreaker {
  switch (outcome) {
    case "neutral":
      return { kind: "open", epoch: epoch + 1, consecutiveOpens, retryAtMs: options.nowMs };
    case "success":
      return { kind: "closed", epoch: epoch + 1, failures: 0 };
    case "failure":
      return openBreaker(epoch, consecutiveOpens + 1, options);
  }
}

function openBreaker(
  epoch: number,
  consecutiveOpens: number,
  { policy, nowMs, random }: SettleOptions,
): CircuitBreaker {
  const { probePauseMsMin, probePauseMsMax } = policy;
  const growing = { minMs: probePauseMsMin, maxMs: probePauseMsMax };
  const pauseMs = Math.max(probePauseMsMin, jitteredBackoffMs(consecutiveOpens, growing, random));
  return {
    kind: "open",
    epoch: epoch + 1,
    consecutiveOpens,
    retryAtMs: nowMs + Math.min(pauseMs, probePauseMsMax),
  };
}
