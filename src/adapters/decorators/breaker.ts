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
import {
  CacheError,
  type CacheErrorCode,
  type CacheOperation,
  type CachePort,
  ttlMilliseconds,
} from "../../ports/cache-port.ts";
import { isSmallPublication, isSmallRead } from "./small-call.ts";

/** Whether calls reach the cache. */
export interface BreakerView {
  readonly state: CircuitBreaker["kind"];
  /** What the last failure was, unless it is closed. */
  readonly reason?: CacheErrorCode;
}

/** A cache that is left alone while it fails. */
export interface GuardedCache extends CachePort {
  breaker(): BreakerView;
  /** Tells that the cache may answer again, as when its connection stands: the next call tries it. */
  probeNow(): void;
  /** Forgets the failures so far: for when the cache was not there yet, as before its first connection. */
  reset(): void;
}

export interface GuardedCacheOptions {
  /** Called when the state has changed, before the call that changed it ends. */
  readonly onChange?: (view: BreakerView) => void;
  /** Milliseconds since any fixed moment; never going back. */
  readonly nowMs?: () => number;
  /** A number from 0 to 1 that spreads the probes of a fleet. */
  readonly random?: () => number;
  readonly policy?: Partial<BreakerPolicy>;
  /** For one key or a few, in milliseconds: what the cache does not end by then is given up as `timeout`. */
  readonly deadlineMs?: number;
  /** For many keys and for a publication of many, in milliseconds. */
  readonly bulkDeadlineMs?: number;
}

/**
 * Beyond those of the Redis cache, which knows whether anything still passes, and drops a connection where nothing does.
 * There, one key may take two commands, each with a deadline of its own.
 */
const DEADLINE_MS = 1500;
const BULK_DEADLINE_MS = 65_000;

/** An answer, welcome or not, is that of a living server; what the caller did tells nothing. */
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
 * Ends every call within a deadline, whatever the cache does, and after a few failures in a row fails calls at once, as
 * `unavailable`, without asking the cache: only one at a time still goes there, to find out whether it answers again.
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
      const value = await Promise.race([call.ask(limit.signal), limit.exceeded]);
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
      // What needs no server tells nothing of one.
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
  /** @throws {CacheError} `unavailable` while calls are held back */
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
      throw new CacheError(operation, "unavailable", "calls are held back after failures", {
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

interface Limit {
  /** Fires when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  /** Rejects when the time is over, the caller gives up or the cache is closed. */
  readonly exceeded: Promise<never>;
  close(): void;
  stop(): void;
}

function startLimit({ operation, signal, timeoutMs }: GuardedCall<unknown>): Limit {
  const controller = new AbortController();
  const { promise: exceeded, reject } = Promise.withResolvers<never>();
  // Nobody may be waiting any more when it rejects.
  exceeded.catch(() => undefined);
  const end = (error: CacheError): void => {
    // First, so that what the cache makes of its signal comes too late to be the reason.
    reject(error);
    controller.abort(error);
  };
  const onAbort = (): void => end(abortedError(operation, signal));
  const timer = setTimeout(
    () => end(new CacheError(operation, "timeout", `there was no answer within ${timeoutMs} ms`)),
    timeoutMs,
  );
  signal?.addEventListener("abort", onAbort, { once: true });
  return {
    signal: controller.signal,
    exceeded,
    close: () => end(closedError(operation)),
    stop() {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    },
  };
}

function abortedError(operation: CacheOperation, signal: AbortSignal | undefined): CacheError {
  return new CacheError(operation, "aborted", "the caller gave it up", { cause: signal?.reason });
}

function closedError(operation: CacheOperation): CacheError {
  return new CacheError(operation, "closed", "it is closed");
}
