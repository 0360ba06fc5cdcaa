import {
  CacheError,
  type CacheErrorCode,
  type CacheOperation,
  type CachePort,
} from "../../ports/cache-port.ts";

export interface FallbackCacheOptions {
  /** Called for each operation that the primary failed, with why, before the secondary is asked. */
  readonly onFallback?: (operation: CacheOperation, code: CacheErrorCode) => void;
}

/** These tell of the primary; the others tell of the caller or of the value. */
const FALLS_BACK: ReadonlySet<CacheErrorCode> = new Set<CacheErrorCode>([
  "busy",
  "rejected",
  "timeout",
  "unavailable",
]);

/** The most keys that are written aside during one outage; then writes fail as the primary does. */
const ASIDE_KEYS_MAX = 100_000;

/**
 * Puts a stand-in behind a cache: what the primary fails, the secondary does.
 *
 * Writes to the secondary are `aside`. They are never copied to the primary, and they are forgotten as soon as it answers
 * anything: the next outage begins with nothing, not with what an earlier one left behind. Should the secondary fail too,
 * the error is the primary's.
 */
export function withFallback(
  primary: CachePort,
  secondary: CachePort,
  options: FallbackCacheOptions = {},
): CachePort {
  const standIn = createStandIn(secondary);

  async function either<Value>({ operation, ask, instead, isAnswer = true }: Either<Value>): Promise<Value> {
    let failure: CacheError;
    try {
      const value = await ask();
      if (isAnswer) standIn.forget();
      return value;
    } catch (error) {
      if (!(error instanceof CacheError && FALLS_BACK.has(error.code))) throw error;
      failure = error;
    }
    options.onFallback?.(operation, failure.code);
    return instead(failure).catch((error: unknown) => {
      throw isCallersDoing(error) ? error : failure;
    });
  }

  return {
    get: (key, callOptions) =>
      either({
        operation: "get",
        ask: () => primary.get(key, callOptions),
        instead: () => standIn.use(() => secondary.get(key, callOptions)),
      }),
    getWithTtl: (key, callOptions) =>
      either({
        operation: "getWithTtl",
        ask: () => primary.getWithTtl(key, callOptions),
        instead: () => standIn.use(() => secondary.getWithTtl(key, callOptions)),
      }),
    getMany: (keys, callOptions) =>
      either({
        operation: "getMany",
        ask: () => primary.getMany(keys, callOptions),
        instead: () => standIn.use(() => secondary.getMany(keys, callOptions)),
        // What needs no server tells nothing of one.
        isAnswer: keys.length > 0,
      }),
    fingerprint: (keys, callOptions) =>
      either({
        operation: "fingerprint",
        ask: () => primary.fingerprint(keys, callOptions),
        instead: () => standIn.use(() => secondary.fingerprint(keys, callOptions)),
      }),
    set: (key, value, callOptions) =>
      either({
        operation: "set",
        ask: () => primary.set(key, value, callOptions),
        instead: async (error) => {
          await standIn.write([key], () => secondary.set(key, value, callOptions));
          return { kind: "aside", error };
        },
      }),
    delete: (key, callOptions) =>
      either({
        operation: "delete",
        ask: () => primary.delete(key, callOptions),
        instead: () => standIn.use(() => secondary.delete(key, callOptions)),
      }),
    publish: (publication, callOptions) =>
      either({
        operation: "publish",
        ask: () => primary.publish(publication, callOptions),
        instead: async (error) => {
          const keys = publication.entries.map(({ key }) => key);
          const outcome = await standIn.write(keys, () => secondary.publish(publication, callOptions));
          return outcome?.kind === "conflict" ? outcome : { kind: "aside", error };
        },
      }),
    async close() {
      await Promise.all([primary.close(), secondary.close()]);
    },
  };
}

interface Either<Value> {
  readonly operation: CacheOperation;
  readonly ask: () => Promise<Value>;
  readonly instead: (failure: CacheError) => Promise<Value>;
  /** Whether a value shows that the primary is there. */
  readonly isAnswer?: boolean;
}

function isCallersDoing(error: unknown): boolean {
  return error instanceof RangeError || (error instanceof CacheError && error.code === "aborted");
}

/** Use of the secondary that leaves nothing of one outage to the next. */
interface StandIn {
  /** Takes back all that was written aside: the primary has answered. */
  forget(): void;
  use<Value>(ask: () => Promise<Value>): Promise<Value>;
  /**
   * @param keys what is written
   * @returns undefined when the primary has answered before it could be written, and it would be forgotten already
   */
  write<Value>(keys: readonly string[], ask: () => Promise<Value>): Promise<Value | undefined>;
}

function createStandIn(secondary: CachePort): StandIn {
  /** Written aside, or about to be, since the primary last answered. */
  const held = new Set<string>();
  /** Written aside before: nothing is asked of the secondary until they are gone. */
  const stale = new Set<string>();
  const writing = new Set<Promise<unknown>>();
  let answers = 0;
  let purging: Promise<void> | undefined;

  async function purge(): Promise<void> {
    // A write under way could come after its own removal.
    if (writing.size > 0) await Promise.allSettled(writing);
    const keys = [...stale];
    await secondary.publish({ entries: [], ttlSeconds: 1, remove: keys, expect: [] });
    for (const key of keys) stale.delete(key);
  }

  function purged(): Promise<void> {
    purging ??= purge().finally(() => {
      purging = undefined;
    });
    return purging;
  }

  function requireRoom(keys: readonly string[]): void {
    const added = keys.reduce((count, key) => (held.has(key) ? count : count + 1), 0);
    if (held.size + added > ASIDE_KEYS_MAX) {
      throw new CacheError("set", "too-large", `more than ${ASIDE_KEYS_MAX} keys would be aside`);
    }
  }

  async function track<Value>(step: Promise<Value>): Promise<Value> {
    writing.add(step);
    try {
      return await step;
    } finally {
      writing.delete(step);
    }
  }

  return {
    forget() {
      answers += 1;
      if (held.size === 0) return;
      for (const key of held) stale.add(key);
      held.clear();
      // Should it fail, whoever needs the secondary next tries again.
      purged().catch(() => undefined);
    },

    async use(ask) {
      while (stale.size > 0) await purged();
      return ask();
    },

    async write(keys, ask) {
      const answersBefore = answers;
      while (stale.size > 0) await purged();
      if (answers !== answersBefore) return undefined;
      requireRoom(keys);
      // Before it is there: an answer of the primary from now on takes it back, as soon as it has been written.
      for (const key of keys) held.add(key);
      return track(ask());
    },
  };
}
