/** The activity of the last hour, in slots of equal length: the oldest first. */
export interface Activity {
  readonly slotSeconds: number;
  /** The end of the newest slot. */
  readonly endsAt: string;
  /** The number of answered requests to known routes, except routes that match `UNCOUNTED_PATH`. */
  readonly requests: readonly number[];
  /** The number of these requests with a status of 500 or above. */
  readonly errors: readonly number[];
  /** The 99th percentile of the durations of these requests; null for a slot without requests. */
  readonly p99Ms: readonly (number | null)[];
  /** How long the shared cache was down in each slot. */
  readonly cacheDownSeconds: readonly number[];
  /** The age of the list of tickers at the end of each slot; null without a list. */
  readonly tickersAgeSeconds: readonly (number | null)[];
  readonly tickersTtlSeconds: number;
}

/** Records the last hour in a fixed amount of memory. */
export interface ActivityRecorder {
  /** Counts an answered request; its route is a pattern, or undefined if no route matched. */
  request(answered: {
    readonly route: string | undefined;
    readonly status: number;
    readonly seconds: number;
  }): void;
  /** Measures what no event reports; to be called about once a second. */
  tick(): void;
  current(): Activity;
}

export interface ActivityRecorderDeps {
  /** Milliseconds since the epoch, by a clock that does not go back. */
  readonly nowMs: () => number;
  readonly isCacheUp: () => boolean;
  readonly tickersAgeSeconds: () => number | null;
  readonly tickersTtlSeconds: number;
}

const SLOT_COUNT = 120;
const SLOT_SECONDS = 30;
const SLOT_MS = SLOT_SECONDS * 1000;

/**
 * Each bucket of durations ends a fifth above the previous one, so a percentile is at most a fifth too high.
 */
const BUCKET_RATIO = 1.2;
const BUCKET_MS_MIN = 0.01;
/** With these buckets, durations up to about a minute are distinguished. */
const BUCKET_COUNT = 88;

/** Routes of probes, metrics, event streams, the API reference and the console. */
const UNCOUNTED_PATH = /^\/(?:$|healthz|readyz|metrics|events|docs|console\/)/;

interface ActivitySlot {
  readonly requests: number;
  readonly errors: number;
  readonly p99Ms: number | null;
  readonly cacheDownSeconds: number;
  readonly tickersAgeSeconds: number | null;
}

const EMPTY_SLOT: ActivitySlot = {
  requests: 0,
  errors: 0,
  p99Ms: null,
  cacheDownSeconds: 0,
  tickersAgeSeconds: null,
};

export function createActivityRecorder(deps: ActivityRecorderDeps): ActivityRecorder {
  const { nowMs, isCacheUp, tickersAgeSeconds, tickersTtlSeconds } = deps;
  const slots: ActivitySlot[] = Array.from({ length: SLOT_COUNT }, () => EMPTY_SLOT);
  const durations = new Uint32Array(BUCKET_COUNT);
  let slotEndMs = nowMs() + SLOT_MS;
  let tickedMs = nowMs();
  let requests = 0;
  let errors = 0;
  let cacheDownMs = 0;

  function finishSlot(): ActivitySlot {
    const cacheDownSeconds = Math.min(SLOT_SECONDS, Math.round(cacheDownMs / 1000));
    const p99Ms = requests === 0 ? null : calculatePercentile(durations, Math.ceil(requests * 0.99));
    return { requests, errors, p99Ms, cacheDownSeconds, tickersAgeSeconds: tickersAgeSeconds() };
  }

  function push(slot: ActivitySlot): void {
    slots.shift();
    slots.push(slot);
  }

  function tick(): void {
    const now = nowMs();
    if (!isCacheUp()) cacheDownMs += now - tickedMs;
    tickedMs = now;
    if (now < slotEndMs) return;
    push(finishSlot());
    // Slots that passed while the process was suspended are filled in as empty.
    const missed = Math.min(SLOT_COUNT, Math.floor((now - slotEndMs) / SLOT_MS));
    for (let slot = 0; slot < missed; slot++) push(EMPTY_SLOT);
    slotEndMs += (missed + 1) * SLOT_MS;
    if (slotEndMs <= now) slotEndMs = now + SLOT_MS;
    durations.fill(0);
    requests = 0;
    errors = 0;
    cacheDownMs = 0;
  }

  return {
    tick,
    request({ route, status, seconds }) {
      if (route === undefined || UNCOUNTED_PATH.test(route)) return;
      requests += 1;
      if (status >= 500) errors += 1;
      const bucket = findBucket(seconds * 1000);
      durations[bucket] = (durations[bucket] ?? 0) + 1;
    },
    current() {
      tick();
      return {
        slotSeconds: SLOT_SECONDS,
        endsAt: new Date(slotEndMs - SLOT_MS).toISOString(),
        requests: slots.map((slot) => slot.requests),
        errors: slots.map((slot) => slot.errors),
        p99Ms: slots.map((slot) => slot.p99Ms),
        cacheDownSeconds: slots.map((slot) => slot.cacheDownSeconds),
        tickersAgeSeconds: slots.map((slot) => slot.tickersAgeSeconds),
        tickersTtlSeconds,
      };
    },
  };
}

function findBucket(ms: number): number {
  const bucket = Math.ceil(Math.log(ms / BUCKET_MS_MIN) / Math.log(BUCKET_RATIO));
  return Math.max(0, Math.min(BUCKET_COUNT - 1, Number.isNaN(bucket) ? 0 : bucket));
}

/** In milliseconds, the upper end of the bucket that contains the `rank`th shortest duration. */
function calculatePercentile(durations: Uint32Array, rank: number): number {
  let seen = 0;
  const bucket = durations.findIndex((count) => {
    seen += count;
    return seen >= rank;
  });
  return Number((BUCKET_MS_MIN * BUCKET_RATIO ** bucket).toPrecision(2));
}
