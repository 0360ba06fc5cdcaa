import { sendRequest } from "./api.js";
import { createSearchIndex } from "./search-index.js";

/**
 * The part of a catalog that has been read so far.
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
 * @property {readonly number[]} starts the index in the catalog of each part's first view
 * @property {readonly import("./search-index.js").CatalogItem[]} items
 */

const RETRY_MS = 2000;
/** Several requests at once, because with one at a time most of the time would be spent on round trips. */
const REQUESTS_AT_ONCE = 4;

/**
 * Reads the catalog in parts: at first only the visible ones; all of them once a search needs them.
 *
 * @param {(catalog: LoadedCatalog) => void} onProgress
 * @param {(number: number, signal: AbortSignal) => Promise<CatalogPart | undefined>} [readPart]
 */
export function createCatalogLoader(onProgress, readPart = fetchPart) {
  /** @type {AbortController | undefined} */
  let running;
  /** @type {string | undefined} the hash of the catalog that is or was read, once it is known */
  let readHash;
  /** @type {string | undefined} the active catalog, if the service reported it before the first part came */
  let expectedHash;
  let visibleRange = { first: 0, end: 1 };
  let needsAll = false;
  /** Whether parts of two catalogs have arrived; reset once a whole catalog has been read. */
  let isMixed = false;
  /** @type {(() => void)[]} */
  const waiting = [];

  /**
   * @param {number} number
   * @param {AbortSignal} signal
   */
  async function readUntilAnswered(number, signal) {
    for (;;) {
      const part = await readPart(number, signal);
      if (part !== undefined || signal.aborted) return part;
      await pause();
    }
  }

  /** Resumes the waiting readers, so that they check again what to request. */
  function resumeReaders() {
    for (const resume of waiting.splice(0)) resume();
  }

  function pause() {
    return new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }

  /** @param {AbortSignal} signal */
  async function read(signal) {
    const first = await readUntilAnswered(0, signal);
    if (first === undefined || signal.aborted) return;
    const { hash, total, starts } = first;
    // If this is not the expected catalog, there is one retry: with diverging replicas, more might never end.
    const isOlder = expectedHash !== undefined && expectedHash !== hash;
    expectedHash = undefined;
    if (isOlder) return restart();
    readHash = hash;
    const index = createSearchIndex();
    const missing = new Set(starts.keys());
    missing.delete(0);
    let known = 0;
    /** @param {number} number @param {CatalogPart} part */
    const addPart = (number, { items }) => {
      index.add(starts[number] ?? 0, items);
      known += items.length;
      if (known === total) isMixed = false;
      onProgress({ hash, total, read: known, index });
    };
    addPart(0, first);

    const reader = () => readMissing({ hash, missing, starts, addPart }, signal);
    // After mixed parts, a single reader is enough: its next part shows whether parts of two catalogs still arrive.
    await Promise.all(Array.from({ length: isMixed ? 1 : REQUESTS_AT_ONCE }, reader));
  }

  /**
   * Requests one part after the other, until none is missing.
   *
   * @param {object} reading
   * @param {string} reading.hash
   * @param {Set<number>} reading.missing the parts that are not requested yet
   * @param {readonly number[]} reading.starts
   * @param {(number: number, part: CatalogPart) => void} reading.addPart
   * @param {AbortSignal} signal
   */
  async function readMissing({ hash, missing, starts, addPart }, signal) {
    while (missing.size > 0 && !signal.aborted) {
      const number = nextPart(missing, starts);
      if (number === undefined) {
        await new Promise((resolve) => waiting.push(() => resolve(undefined)));
        continue;
      }
      missing.delete(number);
      const part = await readUntilAnswered(number, signal);
      if (part === undefined || signal.aborted) return;
      // The part belongs to another catalog, which was activated in between.
      if (part.hash !== hash) return startOver(signal);
      addPart(number, part);
    }
    // The other readers may wait for parts that are no longer missing.
    resumeReaders();
  }

  /**
   * Restarts after parts of two catalogs have arrived. If that happens again before a whole catalog has been
   * read, pauses first: diverging replicas may answer in turn.
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
      if ((starts[number] ?? 0) < visibleRange.end && end > visibleRange.first) return number;
    }
    return needsAll ? missing.values().next().value : undefined;
  }

  function restart() {
    running?.abort();
    running = new AbortController();
    resumeReaders();
    void read(running.signal);
  }

  return {
    /** Starts reading, if it has not started. */
    open() {
      if (running === undefined) restart();
    },

    /**
     * Reads the active catalog, unless it has been read or is being read.
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
      visibleRange = window;
      resumeReaders();
    },

    /** Requests all parts, which a search needs. */
    wantAll() {
      needsAll = true;
      resumeReaders();
    },
  };
}

/**
 * @param {number} number
 * @param {AbortSignal} signal
 * @returns {Promise<CatalogPart | undefined>}
 */
async function fetchPart(number, signal) {
  const outcome = await sendRequest(`console/catalog/${number}`, { signal });
  return outcome.kind === "ok" ? /** @type {CatalogPart} */ (outcome.json()) : undefined;
}
