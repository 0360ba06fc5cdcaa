import {
  CacheError,
  type CacheObservation,
  type CacheOperation,
  type CachePort,
} from "../../ports/cache-port.ts";

/**
 * Reports the name, the result and the duration of each operation of a cache, without keys and values. An
 * operation that fails with another error than a `CacheError` is not reported.
 */
export function withObserver(cache: CachePort, observe: (observation: CacheObservation) => void): CachePort {
  async function observed<Value>(operation: CacheOperation, run: () => Promise<Value>): Promise<Value> {
    const startedMs = performance.now();
    const report = (result: CacheObservation["result"]): void =>
      observe({ operation, result, seconds: (performance.now() - startedMs) / 1000 });
    try {
      const value = await run();
      report("ok");
      return value;
    } catch (error) {
      if (error instanceof CacheError) report(error.code);
      throw error;
    }
  }
  return {
    get: (key, options) => observed("get", () => cache.get(key, options)),
    getWithTtl: (key, options) => observed("getWithTtl", () => cache.getWithTtl(key, options)),
    getMany: (keys, options) => observed("getMany", () => cache.getMany(keys, options)),
    fingerprint: (keys, options) => observed("fingerprint", () => cache.fingerprint(keys, options)),
    set: (key, value, options) => observed("set", () => cache.set(key, value, options)),
    delete: (key, options) => observed("delete", () => cache.delete(key, options)),
    publish: (publication, options) => observed("publish", () => cache.publish(publication, options)),
    close: () => cache.close(),
  };
}
