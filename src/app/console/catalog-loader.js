import { call } from "./api.js";
import { createSearchIndex } from "./search-index.js";

/**
 * A catalog as far as it has been read.
 *
 * @typedef {object} LoadedCatalog
 * @property {string} hash
 * @property {number} total how many views it has
 * @property {number} read how many of them are known
 * @property {ReturnType<typeof createSearchIndex>} index
 */

/** Between two attempts when the service fails. */
const RETRY_MS = 2000;

/**
 * Reads the catalog part by part: the first one is enough to show, and those that are looked at come before the others.
 *
 * @param {(catalog: LoadedCatalog) => void} onProgress
 */
export function createCatalogLoader(onProgress) {
  /** @type {AbortController | undefined} */
  let running;
  /** @type {string | undefined} the hash of what is read, once its first part has come */
  let readHash;
  /** @type {string | undefined} what the service said to be active before that */
  let expectedHash;
  let lookedAt = 0;

  /** @param {AbortSignal} signal */
  async function load(signal) {
    while (!signal.aborted && !(await readAll(signal))) {
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }

  /**
   * @param {AbortSignal} signal
   * @returns {Promise<boolean>} false when it has to be done again
   */
  async function readAll(signal) {
    const index = createSearchIndex();
    const first = await readPart(0, signal);
    if (first === undefined) return false;
    const { hash, total, starts } = first;
    const isOlder = expectedHash !== undefined && expectedHash !== hash;
    // Asked again once: replicas that diverge would be asked for ever.
    expectedHash = undefined;
    if (isOlder) return false;
    readHash = hash;
    const missing = new Set(starts.keys());
    let read = 0;
    /** @param {number} number @param {CatalogPart} part */
    const take = (number, { items }) => {
      missing.delete(number);
      index.add(starts[number] ?? 0, items);
      read += items.length;
      onProgress({ hash, total, read, index });
    };
    take(0, first);
    while (missing.size > 0 && !signal.aborted) {
      const number = nextPart(missing, starts);
      const part = await readPart(number, signal);
      // Another catalog was activated meanwhile: its parts do not fit to these.
      if (part?.hash !== hash) return false;
      take(number, part);
    }
    return true;
  }

  /**
   * @param {ReadonlySet<number>} missing
   * @param {readonly number[]} starts
   */
  function nextPart(missing, starts) {
    const looked = starts.findLastIndex((start) => start <= lookedAt);
    return missing.has(looked) ? looked : /** @type {number} */ (missing.values().next().value);
  }

  function restart() {
    running?.abort();
    running = new AbortController();
    void load(running.signal);
  }

  restart();
  return {
    /**
     * Reads again, unless that catalog is read or being read already.
     *
     * @param {string} hash of the active catalog
     */
    want(hash) {
      if (hash === readHash) return;
      if (readHash === undefined) {
        expectedHash = hash;
        return;
      }
      readHash = hash;
      restart();
    },

    /** @param {number} index of the view at which somebody looks */
    lookAt(index) {
      lookedAt = index;
    },
  };
}

/**
 * @typedef {object} CatalogPart
 * @property {string} hash
 * @property {number} total
 * @property {readonly number[]} starts
 * @property {readonly import("./search-index.js").CatalogItem[]} items
 */

/**
 * @param {number} number
 * @param {AbortSignal} signal
 * @returns {Promise<CatalogPart | undefined>}
 */
async function readPart(number, signal) {
  const outcome = await call(`console/catalog/${number}`, { signal });
  return outcome.kind === "ok" ? outcome.json() : undefined;
}
