import * as v from "valibot";
import { CATALOG_HASH_PATTERN, type Catalog } from "../../domain/catalog/catalog.ts";
import { readStoredJson } from "../../domain/json/parse-json.ts";
import { type CacheCallOptions, CacheError, type CachePort } from "../../ports/cache-port.ts";
import { CatalogSourceError } from "../../ports/catalog-source-port.ts";
import { VERSION } from "../settings/version.ts";
import type { CatalogDeps } from "./catalog-deps.ts";
import { ignoreCacheErrors } from "./observation.ts";

/** The digest of view files, and the hash of the catalog that was parsed from them. */
export interface ParsedSource {
  readonly digest: string;
  readonly hash: string;
}

/** The record of the view files that a replica parsed last. It may be wrong, like everything in the cache. */
export interface ParsedSourceStore {
  /**
   * Returns the record if a replica of this version wrote it: another version may read the same files
   * differently.
   *
   * @throws {CacheError}
   */
  readSource(options?: CacheCallOptions): Promise<ParsedSource | undefined>;
  /** @throws {CacheError} */
  recordSource(
    parsed: ParsedSource,
    options: CacheCallOptions & { readonly ttlSeconds: number },
  ): Promise<void>;
}

const PARSED_SOURCE_KEY = "catalog:source";
/** Several times the size of a record. */
const RECORD_BYTES_MAX = 1024;
const sha256Schema = v.pipe(v.string(), v.regex(CATALOG_HASH_PATTERN));
const recordSchema = v.object({
  // The catalog source of an embedding program may have other digests, such as the id of a commit.
  digest: v.pipe(v.string(), v.nonEmpty()),
  hash: sha256Schema,
  version: v.literal(VERSION),
});

export function createParsedSourceStore(cache: CachePort): ParsedSourceStore {
  return {
    async readSource(options) {
      const bytes = await cache.get(PARSED_SOURCE_KEY, { ...options, bytesMax: RECORD_BYTES_MAX });
      const parsed = v.safeParse(recordSchema, bytes && readStoredJson(bytes));
      return parsed.success ? parsed.output : undefined;
    },
    recordSource: ({ digest, hash }, options) =>
      cache.set(
        PARSED_SOURCE_KEY,
        new TextEncoder().encode(JSON.stringify({ digest, hash, version: VERSION })),
        options,
      ),
  };
}

/**
 * Whether a replica has parsed the same view files to this catalog, so that a comparison need not parse them
 * again. The result does not affect what is served.
 *
 * Always false with signing keys, because a program without a key could write the record.
 */
export async function isParsedByOtherReplica(
  { source, store, verifier, signal }: CatalogDeps,
  { hash }: Catalog,
): Promise<boolean> {
  if (source.digest === undefined || verifier.hasKeys) return false;
  try {
    const recorded = await store.readSource({ signal });
    return recorded?.hash === hash && (await source.digest({ signal })) === recorded.digest;
  } catch (error) {
    // The caller then parses the files, and reports their errors.
    if (error instanceof CacheError || error instanceof CatalogSourceError) return false;
    throw error;
  }
}

/** Records the digest of the view files that this replica parsed to the active catalog. */
export async function recordParsedSource(
  { store, verifier, ttlSeconds, signal }: CatalogDeps,
  parsed: { readonly catalog: Catalog; readonly digest?: string | undefined } | undefined,
): Promise<void> {
  if (parsed?.digest === undefined || verifier.hasKeys) return;
  const { catalog, digest } = parsed;
  const recorded = store.recordSource({ digest, hash: catalog.hash }, { ttlSeconds, signal });
  // Without the record, other replicas parse the files themselves.
  await recorded.catch(ignoreCacheErrors);
}
