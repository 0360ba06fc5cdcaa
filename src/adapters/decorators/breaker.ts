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
import { type Deadline, startDeadline } from "../../lib/deadline.ts";
import {
  CacheError,
  type CacheErrorCode,
  type CacheOperation,
  type CachePort,
  ttlMilliseconds,
} from "../../ports/cache-port.ts";
import { isSmallPublication, isSmallRead } from "./call-size.ts";

/** Whether calls reach the cache. */
export interface BreakerView {
  readonly state: CircuitBreaker["kind"];
  /** The last failure; undefined while the breaker is closed. */
  readonly reason?: CacheErrorCode;
}

/** A cache whose calls are rejected while it fails. */
export interface GuardedCache extends CachePort {
  breaker(): BreakerView;
  /** Lets the next call probe at once. */
  probeNow(): void;
  /** Closes the breaker and forgets earlier failures. */
  reset(): void;
}

export interface GuardedCacheOptions {
  /** Called on each state change, before the causing cache call settles. */
  readonly onChange?: (view: BreakerView) => void;
  /** Milliseconds since any fixed moment; monotonic. */
  readonly nowMs?: () => number;
  /** Returns a number from 0 to 1 that spreads the probes of a fleet. */
  readonly random?: () => number;
  readonly policy?: Partial<BreakerPolicy>;
  /** The deadline for one key or a few, in milliseconds; then the call fails as `timeout`. */
  readonly deadlineMs?: number;
  /** The deadline for many keys and for a publication of many, in milliseconds. */
  readonly bulkDeadlineMs?: number;
}

/**
 * Longer than the deadlines of the Redis cache, which detects a stalled connection and drops it. There, one
 * key may take two commands, each with its own deadline.
 */
const DEADLINE_MS = 1500;
const BULK_DEADLINE_MS = 65_000;

/** Any answer, an error included, proves a live server; a caller's own abort or mistake proves nothing. */
const OUTCOMES: Readonly<Record<CacheErrorCode, BreakerOutcome>> = {
  aborted: "neutral",
  busy: "neutral",
  closed: "neutral",
  rejected: "success",
  timeout: "failure",
  "too-large": "success",
  unavailable: "failure",
};

/**
 * Ends every call of any cache within a deadline. After consecutive failures it fails calls at once, as
 * `unavailable`, without calling the cache; only one probe at a time gets through.
 */
export function withBreaker(cache: CachePort, options: GuardedCacheOptions = {}): GuardedCache {
  const { deadlineMs = DEADLINE_MS, bulkDeadlineMs = BULK_DEADLINE_MS } = options;
  const gate = createGate(options);
  const underWay = new Set<Limit>();
  let closed = false;

  function enter(operation: CacheOperation, signal: AbortSignal | undefined): void {
    if (closed) throw closedError(operation);
    if (signal?.aborted) throw abortedError(operation, signal);
  }

  async function guarded<Value>(call: GuardedCall<Value>): Promise<Value> {
    enter(call.operation, call.signal);
    const permit = gate.admit(call.operation);
    const limit = startLimit(call);
    underWay.add(limit);
    try {
      const value = await limit.race(call.ask(limit.signal));
      gate.settle(permit, "success");
      return value;
    } catch (error) {
      if (error instanceof CacheError) gate.settle(permit, OUTCOMES[error.code], error);
      else gate.settle(permit, "neutral");
      throw error;
    } finally {
      limit.stop();
      underWay.delete(limit);
    }
  }
  const single = <Value>(operation: CacheOperation, signal: AbortSignal | undefined, ask: Ask<Value>) =>
    guarded({ operation, signal, timeoutMs: deadlineMs, ask });
  const bulk = <Value>(operation: CacheOperation, signal: AbortSignal | undefined, ask: Ask<Value>) =>
    guarded({ operation, signal, timeoutMs: bulkDeadlineMs, ask });

  return {
    get: (key, { signal: given, bytesMax } = {}) =>
      single("get", given, (signal) => cache.get(key, { signal, bytesMax })),
    getWithTtl: (key, { signal: given, bytesMax } = {}) =>
      single("getWithTtl", given, (signal) => cache.getWithTtl(key, { signal, bytesMax })),

    async getMany(keys, { signal: given, bytesMax } = {}) {
      // A call that needs no server has no information about one.
      if (keys.length === 0) {
        enter("getMany", given);
        return [];
      }
      const read = isSmallRead(keys) ? single : bulk;
      return read("getMany", given, (signal) => cache.getMany(keys, { signal, bytesMax }));
    },

    fingerprint(keys, { signal: given, bytesMax } = {}) {
      const read = isSmallRead(keys) ? single : bulk;
      return read("fingerprint", given, (signal) => cache.fingerprint(keys, { signal, bytesMax }));
    },

    async set(key, value, { ttlSeconds, signal: given }) {
      ttlMilliseconds(ttlSeconds);
      return single("set", given, (signal) => cache.set(key, value, { ttlSeconds, signal }));
    },

    delete: (key, { signal: given } = {}) =>
      single("delete", given, (signal) => cache.delete(key, { signal })),

    async publish(publication, { signal: given } = {}) {
      ttlMilliseconds(publication.ttlSeconds);
      const write = isSmallPublication(publication) ? single : bulk;
      return write("publish", given, (signal) => cache.publish(publication, { signal }));
    },

    close() {
      closed = true;
      for (const limit of underWay) limit.close();
      return cache.close();
    },

    breaker: gate.view,
    probeNow: gate.probeNow,
    reset: gate.reset,
  };
}

type Ask<Value> = (signal: AbortSignal) => Promise<Value>;

interface GuardedCall<Value> {
  readonly operation: CacheOperation;
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs: number;
  readonly ask: Ask<Value>;
}

interface Gate {
  /** @throws {CacheError} `unavailable` while calls are rejected */
  admit(operation: CacheOperation): BreakerPermit;
  settle(permit: BreakerPermit, outcome: BreakerOutcome, error?: CacheError): void;
  view(): BreakerView;
  probeNow(): void;
  reset(): void;
}

function createGate(options: GuardedCacheOptions): Gate {
  const { onChange, nowMs = () => performance.now(), random = Math.random } = options;
  const policy: BreakerPolicy = { ...BREAKER_POLICY, ...options.policy };
  let breaker = CLOSED_BREAKER;
  let lastFailure: CacheError | undefined;

  const view = (): BreakerView =>
    breaker.kind === "closed" || lastFailure === undefined
      ? { state: breaker.kind }
      : { state: breaker.kind, reason: lastFailure.code };

  function become(next: CircuitBreaker): void {
    const before = breaker.kind;
    breaker = next;
    if (next.kind !== before) onChange?.(view());
  }

  return {
    view,
    admit(operation) {
      const admission = admitCall(breaker, policy, nowMs());
      become(admission.breaker);
      if (admission.kind === "admitted") return admission.permit;
      throw new CacheError(operation, "unavailable", "the circuit breaker is open after failures", {
        cause: lastFailure,
      });
    },
    settle(permit, outcome, error) {
      const next = settleCall(breaker, permit, outcome, { policy, nowMs: nowMs(), random: random() });
      if (next === breaker) return;
      if (outcome === "failure") lastFailure = error;
      if (next.kind === "closed" && next.failures === 0) lastFailure = undefined;
      become(next);
    },
    probeNow: () => become(probeNow(breaker, nowMs())),
    reset() {
      lastFailure = undefined;
      become(resetBreaker(breaker));
    },
  };
}

interface Limit extends Pick<Deadline, "race" | "stop"> {
  /** Aborts when no caller waits for the answer any more. */
  readonly signal: AbortSignal;
  close(): void;
}

function startLimit({ operation, signal, timeoutMs }: GuardedCall<unknown>): Limit {
  const controller = new AbortController();
  // Aborts in a later turn, so that the cache's own rejection cannot replace the reason.
  const ended = (error: CacheError): CacheError => {
    queueMicrotask(() => controller.abort(error));
    return error;
  };
  const { race, stop, fail } = startDeadline({
    timeoutMs,
    signal,
    onTimeout: () =>
      ended(new CacheError(operation, "timeout", `there was no answer within ${timeoutMs} ms`)),
    onAbort: () => ended(abortedError(operation, signal)),
  });
  return { signal: controller.signal, race, stop, close: () => fail(ended(closedError(operation))) };
}

function abortedError(operation: CacheOperation, signal: AbortSignal | undefined): CacheError {
  return new CacheError(operation, "aborted", "aborted by the caller", { cause: signal?.reason });
}

function closedError(operation: CacheOperation): CacheError {
  return new CacheError(operation, "closed", "it is closed");
}
