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

/**
 * @typedef {object} CatalogPart
 * @property {string} hash
 * @property {number} total
 * @property {readonly number[]} starts the place in the catalog at which each part begins
 * @property {readonly import("./search-index.js").CatalogItem[]} items
 */

/** The pause between two attempts when the service fails. */
const RETRY_MS = 2000;
/** One request after the other, most of the time of a part would be its way. */
const REQUESTS_AT_ONCE = 4;

/**
 * Reads the catalog in parts: at first only the visible ones, and all of them for a search.
 *
 * @param {(catalog: LoadedCatalog) => void} onProgress
 * @param {(number: number, signal: AbortSignal) => Promise<CatalogPart | undefined>} [readPart]
 */
export function createCatalogLoader(onProgress, readPart = fetchPart) {
  /** @type {AbortController | undefined} */
  let running;
  /** @type {string | undefined} the hash of what is read, once its first part has come */
  let readHash;
  /** @type {string | undefined} the previously active catalog, as the service reported it */
  let expectedHash;
  let looked = { first: 0, end: 1 };
  let isAllWanted = false;
  /** Set by a part of another catalog, until a whole catalog has been read. */
  let isMixed = false;
  /** @type {(() => void)[]} */
  const waiting = [];

  /**
   * Retries until the service answers.
   *
   * @param {number} number
   * @param {AbortSignal} signal
   */
  async function persistently(number, signal) {
    for (;;) {
      const part = await readPart(number, signal);
      if (part !== undefined || signal.aborted) return part;
      await pause();
    }
  }

  /** Something else may be wanted now. */
  function wake() {
    for (const resume of waiting.splice(0)) resume();
  }

  function pause() {
    return new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }

  /** @param {AbortSignal} signal */
  async function read(signal) {
    const first = await persistently(0, signal);
    if (first === undefined || signal.aborted) return;
    const { hash, total, starts } = first;
    // Retried once only: with diverging replicas it would never end.
    const isOlder = expectedHash !== undefined && expectedHash !== hash;
    expectedHash = undefined;
    if (isOlder) return restart();
    readHash = hash;
    const index = createSearchIndex();
    const missing = new Set(starts.keys());
    missing.delete(0);
    let known = 0;
    /** @param {number} number @param {CatalogPart} part */
    const take = (number, { items }) => {
      index.add(starts[number] ?? 0, items);
      known += items.length;
      if (known === total) isMixed = false;
      onProgress({ hash, total, read: known, index });
    };
    take(0, first);

    const reader = () => readMissing({ hash, missing, starts, take }, signal);
    // Replicas that diverge answer in turn: the second part shows it.
    await Promise.all(Array.from({ length: isMixed ? 1 : REQUESTS_AT_ONCE }, reader));
  }

  /**
   * Requests one part after the other, until none is missing.
   *
   * @param {object} reading
   * @param {string} reading.hash
   * @param {Set<number>} reading.missing the parts that are not requested yet
   * @param {readonly number[]} reading.starts
   * @param {(number: number, part: CatalogPart) => void} reading.take
   * @param {AbortSignal} signal
   */
  async function readMissing({ hash, missing, starts, take }, signal) {
    while (missing.size > 0 && !signal.aborted) {
      const number = nextPart(missing, starts);
      if (number === undefined) {
        await new Promise((resolve) => waiting.push(() => resolve(undefined)));
        continue;
      }
      missing.delete(number);
      const part = await persistently(number, signal);
      if (part === undefined || signal.aborted) return;
      // Another catalog was activated in between: its parts do not match these.
      if (part.hash !== hash) return startOver(signal);
      take(number, part);
    }
    // The other readers may wait for what is no longer missing.
    wake();
  }

  /**
   * Restarts with a catalog whose parts match; the rate of requests is limited when diverging replicas answer
   * in turn.
   *
   * @param {AbortSignal} signal
   */
  async function startOver(signal) {
    if (isMixed) await pause();
    isMixed = true;
    if (!signal.aborted) restart();
  }

  /**
   * @param {ReadonlySet<number>} missing
   * @param {readonly number[]} starts
   */
  function nextPart(missing, starts) {
    for (const number of missing) {
      const end = starts[number + 1] ?? Number.POSITIVE_INFINITY;
      if ((starts[number] ?? 0) < looked.end && end > looked.first) return number;
    }
    return isAllWanted ? missing.values().next().value : undefined;
  }

  function restart() {
    running?.abort();
    running = new AbortController();
    wake();
    void read(running.signal);
  }

  return {
    /** Starts, unless it has started. */
    open() {
      if (running === undefined) restart();
    },

    /**
     * Reads again, unless that catalog is read or being read already.
     *
     * @param {string} hash of the active catalog
     */
    want(hash) {
      if (running === undefined || hash === readHash) return;
      if (readHash === undefined) {
        expectedHash = hash;
        return;
      }
      readHash = hash;
      restart();
    },

    /** @param {{ readonly first: number, readonly end: number }} window the views that are in sight */
    lookAt(window) {
      looked = window;
      wake();
    },

    /** A search needs all parts. */
    wantAll() {
      isAllWanted = true;
      wake();
    },
  };
}

/**
 * @param {number} number
 * @param {AbortSignal} signal
 * @returns {Promise<CatalogPart | undefined>}
 */
async function fetchPart(number, signal) {
  const outcome = await call(`console/catalog/${number}`, { signal });
  return outcome.kind === "ok" ? /** @type {CatalogPart} */ (outcome.json()) : undefined;
}
