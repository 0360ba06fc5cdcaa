import {
  type ObservedPublication,
  type PublicationValues,
  readStateClaim,
} from "../../domain/release/publication.ts";
import type { CacheCallOptions, CachePort } from "../../ports/cache-port.ts";
import { fingerprintValue, listFingerprint } from "./published-changes.ts";
import { readControlKeys } from "./published-keys.ts";

/** Reads the values of a publication besides its views. */
export interface PublishedHeaderReader {
  /** Reads all these values in one command. */
  read(options: CacheCallOptions): Promise<ObservedPublication>;
  /**
   * Returns all these values. Reads the list only if it differs from the list that was last read or written.
   */
  readCurrent(options: CacheCallOptions | undefined): Promise<ObservedPublication>;
  readWithoutList(options: CacheCallOptions): Promise<ObservedPublication>;
  /** Remembers the list that was just written or verified. */
  rememberList(list: Uint8Array): void;
}

/** Lists below this size are always read: checking the fingerprint would cost as much. */
const SMALL_LIST_BYTES = 4 * 1024;

export function createPublishedHeader(cache: CachePort): PublishedHeaderReader {
  let lastList: Uint8Array | undefined;

  async function read(options: CacheCallOptions | undefined): Promise<ObservedPublication> {
    const names = ["loaded", "hash", "list", "state", "manifest", "digests"] as const;
    const values = await readControlKeys(cache, names, options);
    const [loadedValue, hashValue, listValue, stateValue, manifestValue, digestsValue] = values;
    lastList = listValue;
    return withClaim({ loadedValue, hashValue, listValue, stateValue, manifestValue, digestsValue });
  }

  async function readWithoutList(options: CacheCallOptions | undefined): Promise<ObservedPublication> {
    const values = await readControlKeys(cache, ["loaded", "hash", "state", "manifest", "digests"], options);
    const [loadedValue, hashValue, stateValue, manifestValue, digestsValue] = values;
    return withClaim({
      loadedValue,
      hashValue,
      listValue: undefined,
      stateValue,
      manifestValue,
      digestsValue,
    });
  }

  return {
    read,
    readWithoutList,
    async readCurrent(options) {
      if (lastList === undefined || lastList.byteLength < SMALL_LIST_BYTES) return read(options);
      const listValue = lastList;
      const [header, found] = await Promise.all([readWithoutList(options), listFingerprint(cache, options)]);
      return found === fingerprintValue(listValue) ? { ...header, listValue } : read(options);
    },
    rememberList(list) {
      lastList = list;
    },
  };
}

function withClaim(values: PublicationValues): ObservedPublication {
  return { ...values, ...readStateClaim(values) };
}
