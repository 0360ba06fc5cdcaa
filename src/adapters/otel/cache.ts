import type { Attributes, Tracer } from "@opentelemetry/api";
import type {
  CacheOperation,
  CachePort,
  CachePublication,
  PublishOutcome,
  ValueWithTtl,
} from "../../ports/cache-port.ts";
import { tracedCall } from "./traced-call.ts";

export interface TracedCacheOptions {
  readonly tracer: Tracer;
  /**
   * The server's name in the semantic conventions, such as `redis`; undefined for a cache in this process.
   */
  readonly system?: string | undefined;
  /** The purpose of a key, one of a few words. */
  readonly familyOf: (key: string) => string;
}

/**
 * Puts every operation of a cache into a span. The span has the purpose of the keys, their number, and
 * whether they were found; never the keys themselves or their values.
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
    return tracedCall(tracer, { name, remote: system !== undefined, attributes, resultAttributes }, call);
  }

  return {
    get: (key, options) => traced("get", [key], () => cache.get(key, options), foundOne),
    getWithTtl: (key, options) => traced("getWithTtl", [key], () => cache.getWithTtl(key, options), foundOne),
    getMany: (keys, options) => traced("getMany", keys, () => cache.getMany(keys, options), foundAmong),
    fingerprint: (keys, options) => traced("fingerprint", keys, () => cache.fingerprint(keys, options)),
    set: (key, value, options) => traced("set", [key], () => cache.set(key, value, options)),
    delete: (key, options) => traced("delete", [key], () => cache.delete(key, options)),
    publish: (publication, options) =>
      traced(
        "publish",
        publishedKeys(publication),
        () => cache.publish(publication, options),
        publishOutcome,
      ),
    close: () => cache.close(),
  };
}

function publishedKeys({ entries, unchanged, remove }: CachePublication): readonly string[] {
  return [...[...entries, ...(unchanged?.entries ?? [])].map(({ key }) => key), ...remove];
}

function foundOne(value: ValueWithTtl | Uint8Array | undefined): Attributes {
  return { "mosaic.cache.found": Number(value !== undefined) };
}

function foundAmong(values: readonly (Uint8Array | undefined)[]): Attributes {
  return { "mosaic.cache.found": values.filter((value) => value !== undefined).length };
}

function publishOutcome({ kind }: PublishOutcome): Attributes {
  return { "mosaic.cache.outcome": kind };
}
