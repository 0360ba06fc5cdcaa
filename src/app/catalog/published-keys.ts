import type { CatalogHash } from "../../domain/catalog/catalog.ts";
import { continueFingerprint, EMPTY_FINGERPRINT } from "../../domain/catalog/values-fingerprint.ts";
import { digestManifest, readState } from "../../domain/release/publication-state.ts";
import {
  CATALOG_KEY_BYTES_MAX,
  CATALOG_KEYS,
  isPublishedHash,
} from "../../domain/release/published-catalog.ts";
import { type CacheCallOptions, CacheError, type CachePort } from "../../ports/cache-port.ts";

/**
 * Reads values of a publication besides its views. Any program may write these keys, so a value that is
 * larger than a valid one is not read.
 */
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

export interface PublicationName {
  readonly hash: CatalogHash;
  readonly manifestDigest: string;
}

/** The result if the cache has the named publication: the values that a comparison needs. */
export interface SamePublication {
  readonly kind: "same";
  readonly hash: CatalogHash;
  readonly revision: number | undefined;
  readonly hasMatchingState: boolean;
  readonly fleet: string | undefined;
}

/** Returns undefined if the cache does not have the named publication. */
type SamePublicationReader = (
  name: PublicationName & { readonly comparesManifest: boolean },
  options: CacheCallOptions,
) => Promise<SamePublication | undefined>;

const COMPARED_KEY_NAMES = ["loaded", "hash", "state"] as const;

/**
 * Makes a function that checks whether the cache has a publication. If nothing has changed after the last
 * check, a check costs one command, which reads a fingerprint.
 */
export function createSamePublicationReader(cache: CachePort): SamePublicationReader {
  let last:
    | { readonly name: string; readonly fingerprint: string; readonly same: SamePublication }
    | undefined;
  return async ({ comparesManifest, ...name }, options) => {
    const named = `${name.hash} ${name.manifestDigest}`;
    if (
      !comparesManifest &&
      last?.name === named &&
      (await fingerprintControlKeys(cache, COMPARED_KEY_NAMES, options)) === last.fingerprint
    ) {
      return last.same;
    }
    const values = await readControlKeys(cache, COMPARED_KEY_NAMES, options);
    const same = await compareWithPublication(cache, values, { ...name, comparesManifest, options });
    // The result is remembered only if the state names the manifest, because `COMPARED_KEY_NAMES` does not
    // contain the manifest itself.
    const isNamed = readState(values[2])?.manifestDigest === name.manifestDigest;
    last =
      isNamed && same
        ? { name: named, fingerprint: continueFingerprint(EMPTY_FINGERPRINT, values), same }
        : undefined;
    return same;
  };
}

/**
 * The fingerprint of values of a publication; undefined if the cache can be read but computes no fingerprints, for
 * example because the user of Redis may not run scripts.
 */
export async function fingerprintControlKeys(
  cache: CachePort,
  names: readonly (keyof typeof CATALOG_KEYS)[],
  options: CacheCallOptions | undefined,
): Promise<string | undefined> {
  const keys = names.map((name) => CATALOG_KEYS[name]);
  const bytesMax = Math.max(...names.map((name) => CATALOG_KEY_BYTES_MAX[name]));
  try {
    return (await cache.fingerprint(keys, { ...options, bytesMax })).fingerprint;
  } catch (error) {
    if (error instanceof CacheError && error.code === "rejected") return undefined;
    throw error;
  }
}

/**
 * Compares the cache with a publication. The list and the manifest may be large: the list is never read, the
 * manifest only on request, or if the state does not name its digest.
 */
async function compareWithPublication(
  cache: CachePort,
  [loaded, hashValue, stateValue]: readonly (Uint8Array | undefined)[],
  {
    hash,
    manifestDigest,
    comparesManifest,
    options,
  }: PublicationName & { readonly comparesManifest: boolean; readonly options: CacheCallOptions },
): Promise<SamePublication | undefined> {
  if (!isPublishedHash({ loaded, hash: hashValue }, hash)) return undefined;
  const state = readState(stateValue);
  if (comparesManifest || state?.manifestDigest !== manifestDigest) {
    const [manifest] = await readControlKeys(cache, ["manifest"], options);
    if (digestManifest(manifest) !== manifestDigest) return undefined;
  }
  // A state with a different hash is outdated: a program that writes no state has published after it.
  const hasMatchingState = state === undefined || state.hash === hash;
  const revision = hasMatchingState ? state?.revision : undefined;
  return { kind: "same", hash, revision, hasMatchingState, fleet: state?.fleet };
}
