import type { CatalogHash } from "../../domain/catalog/catalog.ts";
import { continueFingerprint, EMPTY_FINGERPRINT } from "../../domain/catalog/values-fingerprint.ts";
import {
  CATALOG_KEY_BYTES_MAX,
  CATALOG_KEYS,
  isPublishedHash,
} from "../../domain/release/published-catalog.ts";
import { digestManifest, readState, STATE_BYTES_MAX } from "../../domain/release/verified-marker.ts";
import { type CacheCallOptions, CacheError, type CachePort } from "../../ports/cache-port.ts";

/** Any program may write here: nothing is read that is larger than a valid value. */
export function readControlKeys(
  cache: CachePort,
  names: readonly (keyof typeof CATALOG_KEYS)[],
  options: CacheCallOptions | undefined,
): Promise<readonly (Uint8Array | undefined)[]> {
  const bytesMax = names.map((name) => CATALOG_KEY_BYTES_MAX[name]);
  return cache.getMany(
    names.map((name) => CATALOG_KEYS[name]),
    { ...options, bytesMax },
  );
}

/** Identifies a publication by its catalog hash and the digest of its manifest. */
export interface PublicationName {
  readonly hash: CatalogHash;
  readonly manifestDigest: string;
}

/** The cache has the named publication: only values that need not be read again. */
export interface SamePublication {
  readonly kind: "same";
  readonly hash: CatalogHash;
  readonly revision: number | undefined;
  readonly isStated: boolean;
  readonly fleet: string | undefined;
}

/** Undefined when the cache does not have the named publication. */
type SameReader = (
  name: PublicationName & { readonly closely: boolean },
  options: CacheCallOptions,
) => Promise<SamePublication | undefined>;

/** The keys that a frequent comparison reads. */
const COMPARED = ["loaded", "hash", "state"] as const;

/** A comparison that finds the values of the last one costs one command: their fingerprint. */
export function createSameReader(cache: CachePort): SameReader {
  let last:
    | { readonly name: string; readonly fingerprint: string; readonly same: SamePublication }
    | undefined;
  return async ({ closely, ...name }, options) => {
    const named = `${name.hash} ${name.manifestDigest}`;
    if (
      !closely &&
      last?.name === named &&
      (await comparedFingerprint(cache, options)) === last.fingerprint
    ) {
      return last.same;
    }
    const values = await readControlKeys(cache, COMPARED, options);
    const same = await sameAs(cache, values, { ...name, closely, options });
    // Without a state that names the manifest, only the manifest itself identifies it.
    const isNamed = readState(values[2])?.manifestDigest === name.manifestDigest;
    last =
      isNamed && same
        ? { name: named, fingerprint: continueFingerprint(EMPTY_FINGERPRINT, values), same }
        : undefined;
    return same;
  };
}

/**
 * Undefined where the cache can be read but computes no fingerprints, for example because the user may not run
 * scripts.
 */
async function comparedFingerprint(cache: CachePort, options: CacheCallOptions): Promise<string | undefined> {
  try {
    const keys = COMPARED.map((name) => CATALOG_KEYS[name]);
    return (await cache.fingerprint(keys, { ...options, bytesMax: STATE_BYTES_MAX })).fingerprint;
  } catch (error) {
    if (error instanceof CacheError && error.code === "rejected") return undefined;
    throw error;
  }
}

/**
 * The list and the manifest of a large catalog are large: a frequent comparison does not read them. The state
 * identifies the manifest; the manifest itself is read only when the state differs.
 */
async function sameAs(
  cache: CachePort,
  [loaded, hashValue, stateValue]: readonly (Uint8Array | undefined)[],
  {
    hash,
    manifestDigest,
    closely,
    options,
  }: PublicationName & { readonly closely: boolean; readonly options: CacheCallOptions },
): Promise<SamePublication | undefined> {
  if (!isPublishedHash({ loaded, hash: hashValue }, hash)) return undefined;
  const state = readState(stateValue);
  if (closely || state?.manifestDigest !== manifestDigest) {
    const [manifest] = await readControlKeys(cache, ["manifest"], options);
    if (digestManifest(manifest) !== manifestDigest) return undefined;
  }
  // The state of another catalog is left behind by a program that writes none.
  const isStated = state === undefined || state.hash === hash;
  const revision = isStated ? state?.revision : undefined;
  return { kind: "same", hash, revision, isStated, fleet: state?.fleet };
}
