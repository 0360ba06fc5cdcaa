import { type PublicationValues, readStateClaim, type StateClaim } from "../../domain/release/publication.ts";
import type { CacheCallOptions, CachePort } from "../../ports/cache-port.ts";
import { fingerprintValue, listFingerprint } from "./published-changes.ts";
import { readControlKeys } from "./published-keys.ts";

/** The observed values of a publication, on which a later one is conditional. */
export type SeenCatalog = PublicationValues & StateClaim;

/** Reads the values of a publication besides its views. */
export interface PublishedHeaderReader {
  /** Reads all these values in one command. */
  read(options: CacheCallOptions): Promise<SeenCatalog>;
  /** Reads them all, but the list only if it has changed since it was last read or written. */
  readCurrent(options: CacheCallOptions | undefined): Promise<SeenCatalog>;
  readWithoutList(options: CacheCallOptions): Promise<SeenCatalog>;
  /** Remembers the list that was just written or verified. */
  rememberList(list: Uint8Array): void;
}

/** A smaller list is read at once: checking its fingerprint would cost as much. */
const SMALL_LIST_BYTES = 4 * 1024;

export function createPublishedHeader(cache: CachePort): PublishedHeaderReader {
  let lastList: Uint8Array | undefined;

  async function read(options: CacheCallOptions | undefined): Promise<SeenCatalog> {
    const names = ["loaded", "hash", "list", "state", "manifest", "digests"] as const;
    const values = await readControlKeys(cache, names, options);
    const [loadedValue, hashValue, listValue, stateValue, manifestValue, digestsValue] = values;
    lastList = listValue;
    return seenOf({ loadedValue, hashValue, listValue, stateValue, manifestValue, digestsValue });
  }

  async function readWithoutList(options: CacheCallOptions | undefined): Promise<SeenCatalog> {
    const values = await readControlKeys(cache, ["loaded", "hash", "state", "manifest", "digests"], options);
    const [loadedValue, hashValue, stateValue, manifestValue, digestsValue] = values;
    return seenOf({ loadedValue, hashValue, listValue: undefined, stateValue, manifestValue, digestsValue });
  }

  return {
    read,
    readWithoutList,
    async readCurrent(options) {
      if (lastList === undefined || lastList.byteLength < SMALL_LIST_BYTES) return read(options);
      const listValue = lastList;
      const [seen, found] = await Promise.all([readWithoutList(options), listFingerprint(cache, options)]);
      return found === fingerprintValue(listValue) ? { ...seen, listValue } : read(options);
    },
    rememberList(list) {
      lastList = list;
    },
  };
}

function seenOf(values: PublicationValues): SeenCatalog {
  return { ...values, ...readStateClaim(values) };
}
