import {
  CacheError,
  type CacheErrorCode,
  type CacheOperation,
  type CachePort,
} from "../../src/ports/cache-port.ts";

/** A cache whose operations all do what a test says. */
export interface ScriptedCache extends CachePort {
  /** The operations that were asked of it, in order. */
  readonly asked: CacheOperation[];
  /** What the next operations do; default: what a cache does that holds nothing and forgets all. */
  script(answer: ScriptedAnswer | undefined): void;
}

/** `usual` is what it does without a script. */
export type ScriptedAnswer = (
  operation: CacheOperation,
  signal: AbortSignal | undefined,
  usual: () => unknown,
) => unknown;

export function createScriptedCache(): ScriptedCache {
  const asked: CacheOperation[] = [];
  let answer: ScriptedAnswer = (_operation, _signal, usual) => usual();

  async function ask<Value>(
    operation: CacheOperation,
    signal: AbortSignal | undefined,
    usual: () => Value,
  ): Promise<Value> {
    asked.push(operation);
    return (await answer(operation, signal, usual)) as Value;
  }
  return {
    asked,
    script(next) {
      answer = next ?? ((_operation, _signal, usual) => usual());
    },
    get: (_key, options) => ask("get", options?.signal, () => undefined),
    getWithTtl: (_key, options) => ask("getWithTtl", options?.signal, () => undefined),
    getMany: (keys, options) => ask("getMany", options?.signal, () => keys.map(() => undefined)),
    fingerprint: (_keys, options) =>
      ask("fingerprint", options?.signal, () => ({ fingerprint: "", nowMs: 1 })),
    set: (_key, _value, { signal }) => ask("set", signal, () => ({ kind: "stored" })),
    delete: (_key, options) => ask("delete", options?.signal, () => false),
    publish: (_publication, options) => ask("publish", options?.signal, () => ({ kind: "published" })),
    close: async () => undefined,
  };
}

/** Fails every operation with this code. */
export function failing(code: CacheErrorCode): ScriptedAnswer {
  return (operation) => {
    throw new CacheError(operation, code, "the test wants it so");
  };
}

/** Never answers, whatever its signal says. */
export function hanging(): ScriptedAnswer {
  return () => new Promise<never>(() => undefined);
}
