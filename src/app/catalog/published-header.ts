import { type ObservedPublication, readStateClaim } from "../../domain/release/publication.ts";
import type { CATALOG_KEYS } from "../../domain/release/published-catalog.ts";
import type { CacheCallOptions, CachePort } from "../../ports/cache-port.ts";
import { fingerprintValue } from "./published-changes.ts";
import { fingerprintControlKeys, readControlKeys } from "./published-keys.ts";

/** Reads the values of a publication besides its views. */
export interface PublishedHeaderReader {
  /** Reads all these values in one command. */
  read(options: CacheCallOptions): Promise<ObservedPublication>;
  /**
   * Returns all these values. A large list is read only if it differs from the last one read or remembered.
   */
  readCurrent(options: CacheCallOptions | undefined): Promise<ObservedPublication>;
  readWithoutList(options: CacheCallOptions): Promise<ObservedPublication>;
  /** Remembers the list that was just published or verified. */
  rememberList(list: Uint8Array): void;
}

/** Lists below this size are always read: checking the fingerprint would cost as much. */
const SMALL_LIST_BYTES = 4 * 1024;

const HEADER_KEY_NAMES = ["loaded", "hash", "state", "manifest", "digests"] as const;

export function createPublishedHeaderReader(cache: CachePort): PublishedHeaderReader {
  let lastList: Uint8Array | undefined;

  async function readNames(
    names: readonly (keyof typeof CATALOG_KEYS)[],
    options: CacheCallOptions | undefined,
  ): Promise<ObservedPublication> {
    const values = await readControlKeys(cache, names, options);
    const [loadedValue, hashValue, stateValue, manifestValue, digestsValue, listValue] = values;
    const found = { loadedValue, hashValue, listValue, stateValue, manifestValue, digestsValue };
    return { ...found, ...readStateClaim(found) };
  }

  async function read(options: CacheCallOptions | undefined): Promise<ObservedPublication> {
    const found = await readNames([...HEADER_KEY_NAMES, "list"], options);
    lastList = found.listValue;
    return found;
  }

  const readWithoutList = (options: CacheCallOptions | undefined) => readNames(HEADER_KEY_NAMES, options);

  return {
    read,
    readWithoutList,
    async readCurrent(options) {
      if (lastList === undefined || lastList.byteLength < SMALL_LIST_BYTES) return read(options);
      const listValue = lastList;
      const list = fingerprintControlKeys(cache, ["list"], options);
      const [header, found] = await Promise.all([readWithoutList(options), list]);
      return found === fingerprintValue(listValue) ? { ...header, listValue } : read(options);
    },
    rememberList(list) {
      lastList = list;
    },
  };
}
