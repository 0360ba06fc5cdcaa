import type { Attributes, Tracer } from "@opentelemetry/api";
import type {
  CacheOperation,
  CachePort,
  CachePublication,
  PublishOutcome,
  ValueWithTtl,
} from "../../ports/cache-port.ts";
import { traceCall } from "./trace-call.ts";

export interface TracedCacheOptions {
  readonly tracer: Tracer;
  /**
   * The server's name in the semantic conventions, such as `redis`; undefined for a cache in this process.
   */
  readonly system?: string | undefined;
  /** Returns the purpose of a key, as one of a fixed set of words. */
  readonly familyOf: (key: string) => string;
}

/**
 * Makes a span for every operation of a cache. The span has the purpose of the keys, their number, and the number of
 * found values; it never has a key or a value.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/database/database-spans/
 */
export function withCacheSpans(
  cache: CachePort,
  { tracer, system, familyOf }: TracedCacheOptions,
): CachePort {
  const backend: Attributes = system === undefined ? {} : { "db.system.name": system };

  function traced<Value>(
    operation: CacheOperation,
    keys: readonly string[],
    call: () => Promise<Value>,
    resultAttributes: (value: Value) => Attributes = () => ({}),
  ): Promise<Value> {
    const [first] = keys;
    const attributes = {
      ...backend,
      "db.operation.name": operation,
      "mosaic.cache.keys": keys.length,
      "mosaic.cache.family": first === undefined ? "none" : familyOf(first),
    };
    const name = `cache ${operation}`;
    return traceCall(tracer, { name, isRemote: system !== undefined, attributes, resultAttributes }, call);
  }

  return {
    get: (key, options) => traced("get", [key], () => cache.get(key, options), valueAttributes),
    getWithTtl: (key, options) =>
      traced("getWithTtl", [key], () => cache.getWithTtl(key, options), valueAttributes),
    getMany: (keys, options) => traced("getMany", keys, () => cache.getMany(keys, options), valuesAttributes),
    fingerprint: (keys, options) => traced("fingerprint", keys, () => cache.fingerprint(keys, options)),
    set: (key, value, options) => traced("set", [key], () => cache.set(key, value, options)),
    delete: (key, options) => traced("delete", [key], () => cache.delete(key, options)),
    publish: (publication, options) =>
      traced("publish", keysOf(publication), () => cache.publish(publication, options), outcomeAttributes),
    close: () => cache.close(),
  };
}

function keysOf({ entries, unchanged, remove }: CachePublication): readonly string[] {
  return [...[...entries, ...(unchanged?.entries ?? [])].map(({ key }) => key), ...remove];
}

function valueAttributes(value: ValueWithTtl | Uint8Array | undefined): Attributes {
  return { "mosaic.cache.found": Number(value !== undefined) };
}

function valuesAttributes(values: readonly (Uint8Array | undefined)[]): Attributes {
  return { "mosaic.cache.found": values.filter((value) => value !== undefined).length };
}

function outcomeAttributes({ kind }: PublishOutcome): Attributes {
  return { "mosaic.cache.outcome": kind };
}
