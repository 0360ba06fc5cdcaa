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
} from "../../domain/circuit-breaker.ts";
import { type Deadline, requireTimes, startDeadline } from "../../lib/deadline.ts";
import {
  CacheError,
  type CacheErrorCode,
  type CacheOperation,
  type CachePort,
  requireTtls,
  ttlMilliseconds,
} from "../../ports/cache-port.ts";
import {
  createAbortedError,
  createClosedError,
  isSmallPublication,
  isSmallRead,
  throwIfClosedOrAborted,
} from "./cache-rules.ts";

export interface BreakerStatus {
  readonly state: CircuitBreaker["kind"];
  /** The last failure; undefined while the breaker is closed. */
  readonly reason?: CacheErrorCode;
}

/** A cache behind a circuit breaker. */
export interface GuardedCache extends CachePort {
  breaker(): BreakerStatus;
  /** If the breaker is open, makes the next call a probe, even if the pause has not ended. */
  probeNow(): void;
  /** Closes the breaker and forgets earlier failures. */
  reset(): void;
}

export interface GuardedCacheOptions {
  /** Called on each state change, before the call that caused the change settles. */
  readonly onChange?: (view: BreakerStatus) => void;
  /** Milliseconds since any fixed moment; monotonic. */
  readonly nowMs?: () => number;
  /** Returns a number from 0 to 1 that spreads the probes of a fleet. */
  readonly random?: () => number;
  readonly policy?: Partial<BreakerPolicy>;
  /** The deadline of a call for one key or a few keys, in milliseconds. */
  readonly deadlineMs?: number;
  /** The deadline of a call for many keys, in milliseconds. */
  readonly bulkDeadlineMs?: number;
}

/**
 * Longer than the deadlines of the Redis cache, so that the Redis cache drops a stalled connection first. A read of one
 * key may need two Redis commands, one after the other, each with its own deadline.
 */
const DEADLINE_MS = 1500;
const BULK_DEADLINE_MS = 65_000;

/** What each error means to the breaker: `success` if the cache has answered, `neutral` if the error proves nothing. */
const OUTCOME_BY_ERROR_CODE: Readonly<Record<CacheErrorCode, BreakerOutcome>> = {
  aborted: "neutral",
  busy: "neutral",
  closed: "neutral",
  rejected: "success",
  timeout: "failure",
  "too-large": "success",
  unavailable: "failure",
};

/**
 * Adds deadlines and a circuit breaker to a cache. After consecutive failures, calls fail at once as `unavailable`,
 * and only one probe at a time reaches the cache.
 *
 * @throws {RangeError} for a deadline that no timer can wait
 */
export function withBreaker(cache: CachePort, options: GuardedCacheOptions = {}): GuardedCache {
  const { deadlineMs = DEADLINE_MS, bulkDeadlineMs = BULK_DEADLINE_MS } = options;
  requireTimes({ deadlineMs, bulkDeadlineMs });
  const breaker = createBreaker(options);
  const activeLimits = new Set<CallDeadline>();
  let isClosed = false;

  async function guarded<Value>(call: BreakerCall<Value>): Promise<Value> {
    throwIfClosedOrAborted(call.operation, { isClosed, signal: call.signal });
    const permit = breaker.admit(call.operation);
    const limit = startCallDeadline(call);
    activeLimits.add(limit);
    try {
      const value = await limit.race(call.run(limit.signal));
      breaker.settle(permit, "success");
      return value;
    } catch (error) {
      if (error instanceof CacheError) breaker.settle(permit, OUTCOME_BY_ERROR_CODE[error.code], error);
      else breaker.settle(permit, "neutral");
      throw error;
    } finally {
      limit.stop();
      activeLimits.delete(limit);
    }
  }
  const createCaller =
    (timeoutMs: number) =>
    <Value>(operation: CacheOperation, signal: AbortSignal | undefined, run: RunCall<Value>) =>
      guarded({ operation, signal, timeoutMs, run });
  const single = createCaller(deadlineMs);
  const bulk = createCaller(bulkDeadlineMs);

  return {
    get: (key, { signal: callerSignal, bytesMax } = {}) =>
      single("get", callerSignal, (signal) => cache.get(key, { signal, bytesMax })),
    getWithTtl: (key, { signal: callerSignal, bytesMax } = {}) =>
      single("getWithTtl", callerSignal, (signal) => cache.getWithTtl(key, { signal, bytesMax })),

    async getMany(keys, { signal: callerSignal, bytesMax } = {}) {
      // A read of no keys does not reach the server, so the breaker must not count it.
      if (keys.length === 0) {
        throwIfClosedOrAborted("getMany", { isClosed, signal: callerSignal });
        return [];
      }
      const read = isSmallRead(keys) ? single : bulk;
      return read("getMany", callerSignal, (signal) => cache.getMany(keys, { signal, bytesMax }));
    },

    fingerprint(keys, { signal: callerSignal, bytesMax } = {}) {
      const read = isSmallRead(keys) ? single : bulk;
      return read("fingerprint", callerSignal, (signal) => cache.fingerprint(keys, { signal, bytesMax }));
    },

    async set(key, value, { ttlSeconds, signal: callerSignal }) {
      ttlMilliseconds(ttlSeconds);
      return single("set", callerSignal, (signal) => cache.set(key, value, { ttlSeconds, signal }));
    },

    delete: (key, { signal: callerSignal } = {}) =>
      single("delete", callerSignal, (signal) => cache.delete(key, { signal })),

    async publish(publication, { signal: callerSignal } = {}) {
      requireTtls(publication);
      const write = isSmallPublication(publication) ? single : bulk;
      return write("publish", callerSignal, (signal) => cache.publish(publication, { signal }));
    },

    close() {
      isClosed = true;
      for (const limit of activeLimits) limit.close();
      return cache.close();
    },

    breaker: breaker.view,
    probeNow: breaker.probeNow,
    reset: breaker.reset,
  };
}

type RunCall<Value> = (signal: AbortSignal) => Promise<Value>;

interface BreakerCall<Value> {
  readonly operation: CacheOperation;
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs: number;
  readonly run: RunCall<Value>;
}

interface Breaker {
  /** @throws {CacheError} `unavailable` while calls are rejected */
  admit(operation: CacheOperation): BreakerPermit;
  settle(permit: BreakerPermit, outcome: BreakerOutcome, error?: CacheError): void;
  view(): BreakerStatus;
  probeNow(): void;
  reset(): void;
}

function createBreaker(options: GuardedCacheOptions): Breaker {
  const { onChange, nowMs = () => performance.now(), random = Math.random } = options;
  const policy: BreakerPolicy = { ...BREAKER_POLICY, ...options.policy };
  let state = CLOSED_BREAKER;
  let lastFailure: CacheError | undefined;

  const view = (): BreakerStatus =>
    state.kind === "closed" || lastFailure === undefined
      ? { state: state.kind }
      : { state: state.kind, reason: lastFailure.code };

  function changeTo(next: CircuitBreaker): void {
    const before = state.kind;
    state = next;
    if (next.kind !== before) onChange?.(view());
  }

  return {
    view,
    admit(operation) {
      const admission = admitCall(state, policy, nowMs());
      changeTo(admission.breaker);
      if (admission.kind === "admitted") return admission.permit;
      throw new CacheError(operation, "unavailable", "the circuit breaker is open after failures", {
        cause: lastFailure,
      });
    },
    settle(permit, outcome, error) {
      const next = settleCall(state, permit, outcome, { policy, nowMs: nowMs(), random: random() });
      if (next === state) return;
      if (outcome === "failure") lastFailure = error;
      if (next.kind === "closed" && next.failures === 0) lastFailure = undefined;
      changeTo(next);
    },
    probeNow: () => changeTo(probeNow(state, nowMs())),
    reset() {
      lastFailure = undefined;
      changeTo(resetBreaker(state));
    },
  };
}

interface CallDeadline extends Pick<Deadline, "race" | "stop"> {
  /** Aborted when the caller no longer waits for the answer. */
  readonly signal: AbortSignal;
  close(): void;
}

function startCallDeadline({ operation, signal, timeoutMs }: BreakerCall<unknown>): CallDeadline {
  const controller = new AbortController();
  // Aborts the cache's call in a later microtask, so that the caller gets this error and not the cache's own.
  const abortLater = (error: CacheError): CacheError => {
    queueMicrotask(() => controller.abort(error));
    return error;
  };
  const { race, stop, fail } = startDeadline({
    timeoutMs,
    signal,
    onTimeout: () =>
      abortLater(new CacheError(operation, "timeout", `there was no answer within ${timeoutMs} ms`)),
    onAbort: () => abortLater(createAbortedError(operation, signal)),
  });
  return {
    signal: controller.signal,
    race,
    stop,
    close: () => fail(abortLater(createClosedError(operation))),
  };
}
