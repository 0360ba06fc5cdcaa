import { type Attributes, SpanKind, SpanStatusCode, type Tracer, trace } from "@opentelemetry/api";
import {
  CacheError,
  type CacheOperation,
  type CachePort,
  type CachePublication,
  type PublishOutcome,
  type ValueWithTtl,
} from "../../ports/cache-port.ts";
import {
  type CatalogLoad,
  CatalogSourceError,
  type CatalogSourcePort,
} from "../../ports/catalog-source-port.ts";
import { type Database, DatabaseError } from "../../ports/database-port.ts";

/** The span of one call of a port. Its attributes never contain a key, a value or other input. */
interface TracedCall<Value> {
  readonly name: string;
  /** Whether the call leaves the process. */
  readonly isRemote: boolean;
  readonly attributes: Attributes;
  readonly resultAttributes?: (value: Value) => Attributes;
}

/**
 * Runs a call of a port inside a span. If no trace is being recorded, as in background work, no span is made.
 */
async function traceCall<Value>(
  tracer: Tracer,
  { name, isRemote, attributes, resultAttributes }: TracedCall<Value>,
  call: () => Promise<Value>,
): Promise<Value> {
  if (trace.getActiveSpan()?.isRecording() !== true) return call();
  const kind = isRemote ? SpanKind.CLIENT : SpanKind.INTERNAL;
  return tracer.startActiveSpan(name, { kind, attributes }, async (span) => {
    try {
      const value = await call();
      if (resultAttributes !== undefined) span.setAttributes(resultAttributes(value));
      return value;
    } catch (error) {
      // The span gets only the error's code, because the error's message may quote data.
      span.setAttribute("error.type", errorTypeOf(error));
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  });
}

function errorTypeOf(error: unknown): string {
  const hasCode =
    error instanceof CacheError || error instanceof CatalogSourceError || error instanceof DatabaseError;
  return hasCode ? error.code : "_OTHER";
}

interface TracedCacheOptions {
  readonly tracer: Tracer;
  /**
   * The server's name in the semantic conventions, such as `redis`; undefined for a cache in this process.
   */
  readonly system?: string | undefined;
  /** Returns the purpose of a key, as one of a fixed set of words. */
  readonly familyOf: (key: string) => string;
}

/**
 * Makes a span for each operation of a cache within a recorded trace. The span has the purpose of the first
 * key, the number of keys and, for a read, the number of found values; it never has a key or a value.
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
      traced(
        "publish",
        publicationKeys(publication),
        () => cache.publish(publication, options),
        outcomeAttributes,
      ),
    close: () => cache.close(),
  };
}

function publicationKeys({ entries, unchanged, remove }: CachePublication): readonly string[] {
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

interface TracedDatabaseOptions {
  readonly tracer: Tracer;
  /** The database's name in the semantic conventions. */
  readonly system: "postgresql" | "sqlite";
}

/**
 * Makes a span for each query of a database within a recorded trace. The span has neither the text of the
 * query nor its rows.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/database/database-spans/
 */
export function withDatabaseSpans(database: Database, { tracer, system }: TracedDatabaseOptions): Database {
  function traced<Value>(
    summary: string,
    call: () => Promise<Value>,
    resultAttributes: (value: Value) => Attributes,
  ): Promise<Value> {
    const attributes = { "db.system.name": system, "db.query.summary": summary };
    return traceCall(
      tracer,
      { name: summary, isRemote: system === "postgresql", attributes, resultAttributes },
      call,
    );
  }
  return {
    name: database.name,
    load: (options) =>
      traced(
        "SELECT tickers",
        () => database.load(options),
        ({ length }) => ({ "db.response.returned_rows": length }),
      ),
    columns: (names, options) =>
      traced(
        "SELECT columns",
        () => database.columns(names, options),
        ({ size }) => ({ "mosaic.database.views": size }),
      ),
    close: () => database.close(),
  };
}

/**
 * Makes a span for each load of a catalog within a recorded trace. The span has the hash and the number of
 * views of a loaded catalog, or the number of diagnostics of an invalid one.
 */
export function withSourceSpans(source: CatalogSourcePort, tracer: Tracer): CatalogSourcePort {
  const description = {
    name: "catalog source load",
    isRemote: false,
    attributes: {},
    resultAttributes: loadAttributes,
  };
  const { digest, readNames } = source;
  return {
    ...(readNames === undefined ? {} : { readNames: readNames.bind(source) }),
    ...(digest === undefined ? {} : { digest: digest.bind(source) }),
    name: source.name,
    load: (options) => traceCall(tracer, description, () => source.load(options)),
    // No span: the manifest is one small file.
    readManifest: (options) => source.readManifest(options),
  };
}

function loadAttributes(load: CatalogLoad): Attributes {
  switch (load.kind) {
    case "loaded":
      return {
        "mosaic.catalog.result": "loaded",
        "mosaic.catalog.hash": load.catalog.hash,
        "mosaic.catalog.views": load.catalog.views.size,
      };
    case "invalid":
      return { "mosaic.catalog.result": "invalid", "mosaic.catalog.findings": load.diagnostics.length };
  }
}
