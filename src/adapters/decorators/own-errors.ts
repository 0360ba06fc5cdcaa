import { BroadcastError, type BroadcastPort } from "../../ports/broadcast-port.ts";
import { CacheError, type CacheOperation, type CachePort } from "../../ports/cache-port.ts";
import { CatalogSourceError, type CatalogSourcePort } from "../../ports/catalog-source-port.ts";
import { type Database, DatabaseError } from "../../ports/database-port.ts";

/** Called with an error that is not of the port's error class, unless the operation was aborted. */
type OnUnexpectedError = (error: unknown) => void;

interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

/** The error's own message is not repeated, because clients read the messages of some ports. */
const UNEXPECTED = {
  en: "the adapter failed with an unexpected error: the log has the cause",
  pt: "o adaptador falhou com um erro inesperado: o log tem a causa",
};
const ABORTED = { en: "aborted by the caller", pt: "interrompido por quem chamou" };

/**
 * Makes a function that runs an operation of a port and fails only with the port's own error: another error becomes its
 * `cause`.
 */
function createConverter<Own extends Error>(
  OwnError: abstract new (...args: never[]) => Own,
  onUnexpected: OnUnexpectedError,
) {
  return async <Value>(
    run: () => Promise<Value>,
    signal: AbortSignal | undefined,
    toOwn: (isAborted: boolean, text: typeof UNEXPECTED, options: ErrorOptions) => Own,
  ): Promise<Value> => {
    try {
      return await run();
    } catch (error) {
      if (error instanceof OwnError) throw error;
      if (signal?.aborted) throw toOwn(true, ABORTED, { cause: signal.reason });
      onUnexpected(error);
      throw toOwn(false, UNEXPECTED, { cause: error });
    }
  };
}

/** Makes every error of a cache a {@link CacheError}: another error counts as `unavailable`. */
export function withCacheErrors(cache: CachePort, onUnexpected: OnUnexpectedError): CachePort {
  const convert = createConverter(CacheError, onUnexpected);
  const run = <Value>(
    operation: CacheOperation,
    options: CallOptions | undefined,
    call: () => Promise<Value>,
  ): Promise<Value> =>
    convert(
      call,
      options?.signal,
      (isAborted, { en }, cause) =>
        new CacheError(operation, isAborted ? "aborted" : "unavailable", en, cause),
    );
  return {
    get: (key, options) => run("get", options, () => cache.get(key, options)),
    getWithTtl: (key, options) => run("getWithTtl", options, () => cache.getWithTtl(key, options)),
    getMany: (keys, options) => run("getMany", options, () => cache.getMany(keys, options)),
    fingerprint: (keys, options) => run("fingerprint", options, () => cache.fingerprint(keys, options)),
    set: (key, value, options) => run("set", options, () => cache.set(key, value, options)),
    delete: (key, options) => run("delete", options, () => cache.delete(key, options)),
    publish: (publication, options) => run("publish", options, () => cache.publish(publication, options)),
    close: () => cache.close(),
  };
}

/** Makes every error of a publication a {@link BroadcastError}: another error counts as `unavailable`. */
export function withBroadcastErrors(
  broadcast: BroadcastPort,
  onUnexpected: OnUnexpectedError,
): BroadcastPort {
  const convert = createConverter(BroadcastError, onUnexpected);
  return {
    publish: (message, options) =>
      convert(
        () => broadcast.publish(message, options),
        options?.signal,
        (isAborted, { en }, cause) =>
          new BroadcastError("publish", isAborted ? "aborted" : "unavailable", en, cause),
      ),
    subscribe: (listener) => broadcast.subscribe(listener),
    close: () => broadcast.close(),
  };
}

/** Makes every error of a database a {@link DatabaseError}: another error counts as `unavailable`. */
export function withDatabaseErrors(database: Database, onUnexpected: OnUnexpectedError): Database {
  const convert = createConverter(DatabaseError, onUnexpected);
  const run = <Value>(options: CallOptions | undefined, call: () => Promise<Value>): Promise<Value> =>
    convert(
      call,
      options?.signal,
      (isAborted, text, cause) => new DatabaseError(isAborted ? "aborted" : "unavailable", text, cause),
    );
  return {
    name: database.name,
    load: (options) => run(options, () => database.load(options)),
    columns: (names, options) => run(options, () => database.columns(names, options)),
    close: () => database.close(),
  };
}

/** Makes every error of a source a {@link CatalogSourceError}: another error counts as `unreadable`. */
export function withSourceErrors(
  source: CatalogSourcePort,
  onUnexpected: OnUnexpectedError,
): CatalogSourcePort {
  const convert = createConverter(CatalogSourceError, onUnexpected);
  const run = <Value>(options: CallOptions | undefined, call: () => Promise<Value>): Promise<Value> =>
    convert(
      call,
      options?.signal,
      (isAborted, text, cause) =>
        new CatalogSourceError(source.name, isAborted ? "aborted" : "unreadable", text, cause),
    );
  const digest = source.digest?.bind(source);
  const readNames = source.readNames?.bind(source);
  return {
    name: source.name,
    load: (options) => run(options, () => source.load(options)),
    readManifest: (options) => run(options, () => source.readManifest(options)),
    ...(digest && { digest: (options?: CallOptions) => run(options, () => digest(options)) }),
    ...(readNames && { readNames: (options?: CallOptions) => run(options, () => readNames(options)) }),
  };
}
