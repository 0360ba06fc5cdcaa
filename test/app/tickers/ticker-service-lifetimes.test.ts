import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createMemoryCache } from "../../../src/adapters/memory/cache.ts";
import { TICKERS_KEY } from "../../../src/app/tickers/shared-tickers.ts";
import { bytes } from "../../../src/conformance/cache-samples.ts";
import { type CachePort, ttlMilliseconds } from "../../../src/ports/cache-port.ts";
import { createScriptedTickerSource, databaseFailure } from "../../support/scripted-ticker-source.ts";
import {
  createFakeClock,
  createTickerReplica,
  type FakeClock,
  STALE_SECONDS,
  seen,
  type TickerReplica,
} from "../../support/ticker-replica.ts";

/** A cache whose answers arrive later than they were true. */
function withLatency(cache: CachePort, clock: FakeClock, seconds: number): CachePort {
  return {
    ...cache,
    async getWithTtl(key, options) {
      const entry = await cache.getWithTtl(key, options);
      clock.elapse(seconds);
      return entry;
    },
  };
}

const secondsArbitrary = (max: number) => fc.integer({ min: 1, max: max * 1000 }).map((ms) => ms / 1000);

interface Setting {
  readonly clock: FakeClock;
  readonly cache: CachePort;
}

function open(startMs = 1_767_323_045_000): Setting {
  const clock = createFakeClock(startMs);
  return { clock, cache: createMemoryCache({ nowMs: clock.nowMs, entriesMax: 10 }) };
}

describe("load() of a shared entry", () => {
  test("load() keeps no copy beyond the life of the shared entry", async () => {
    await fc.assert(
      fc.asyncProperty(
        secondsArbitrary(600),
        secondsArbitrary(600),
        fc.double({ min: 0, max: 0.99, noNaN: true }),
        fc.integer({ min: 0, max: 2000 }),
        async (entrySeconds, ttlSeconds, age, latencyMs) => {
          const { clock, cache } = open();
          await cache.set(TICKERS_KEY, bytes('["HGLG11"]'), { ttlSeconds: entrySeconds });
          const entryEndMs = clock.nowMs() + ttlMilliseconds(entrySeconds);
          clock.elapse(Math.floor(entrySeconds * age * 1000) / 1000);
          const askedAtMs = clock.nowMs();
          const source = createScriptedTickerSource(databaseFailure());
          const slow = withLatency(cache, clock, latencyMs / 1000);
          const load = await createTickerReplica({ cache: slow, source, clock, ttlSeconds }).load();
          const freshUntilMs = load.kind === "tickers" ? load.snapshot.freshUntilMs : Number.NaN;
          const boundMs = Math.min(entryEndMs, askedAtMs + ttlSeconds * 1000);
          expect(freshUntilMs).toBeLessThanOrEqual(boundMs);
          // A clock of milliseconds since 1970 has steps of a quarter of a microsecond.
          expect(freshUntilMs).toBeGreaterThan(boundMs - 0.001);
        },
      ),
      { numRuns: 500 },
    );
  });

  test("load() keeps no copy of what it shares beyond the life of that entry, however slow the database", async () => {
    await fc.assert(
      fc.asyncProperty(secondsArbitrary(600), secondsArbitrary(30), async (ttlSeconds, slowSeconds) => {
        const { clock, cache } = open();
        const source = createScriptedTickerSource(["HGLG11"]);
        const held = source.hold();
        const loading = createTickerReplica({ cache, source, clock, ttlSeconds }).load();
        await held.asked;
        clock.elapse(slowSeconds);
        held.release();
        const load = await loading;
        const entry = await cache.getWithTtl(TICKERS_KEY);
        const entryEndMs = clock.nowMs() + (entry?.ttlSeconds ?? 0) * 1000;
        const freshUntilMs = load.kind === "tickers" ? load.snapshot.freshUntilMs : Number.NaN;
        expect(freshUntilMs).toBeLessThanOrEqual(entryEndMs - slowSeconds * 1000);
        // The cache rounds a life up to the millisecond.
        expect(freshUntilMs).toBeGreaterThanOrEqual(entryEndMs - slowSeconds * 1000 - 1.001);
      }),
      { numRuns: 200 },
    );
  });

  test("load() of two replicas that read one entry at different times expires at the same moment", async () => {
    const { clock, cache } = open();
    await cache.set(TICKERS_KEY, bytes('["HGLG11"]'), { ttlSeconds: 300 });
    const source = createScriptedTickerSource(databaseFailure());
    const ends: number[] = [];
    for (let replica = 0; replica < 5; replica++) {
      const load = await createTickerReplica({ cache, source, clock }).load();
      ends.push(load.kind === "tickers" ? load.snapshot.staleUntilMs : Number.NaN);
      clock.elapse(37.251);
    }
    const first = 1_767_323_045_000 + (300 + STALE_SECONDS) * 1000;
    expect(ends.map((endMs) => Math.round(endMs))).toEqual([first, first, first, first, first]);
  });
});

type Step =
  | { readonly do: "elapse"; readonly seconds: number }
  | { readonly do: "database"; readonly version: number | undefined }
  | { readonly do: "load" | "refresh" | "peer" };

const stepArbitrary: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: secondsArbitrary(400).map((seconds) => ({ do: "elapse" as const, seconds })) },
  {
    weight: 2,
    arbitrary: fc
      .option(fc.integer({ min: 1, max: 9 }), { nil: undefined })
      .map((version) => ({ do: "database" as const, version })),
  },
  { weight: 4, arbitrary: fc.constantFrom("load" as const, "refresh" as const, "peer" as const).map(only) },
);

function only(what: "load" | "peer" | "refresh"): Step {
  return { do: what };
}

/** Does the steps, and checks after each load what a reader may rely on. */
async function runSteps(steps: readonly Step[]): Promise<void> {
  const { clock, cache } = open();
  const source = createScriptedTickerSource(databaseFailure());
  const replica = createTickerReplica({ cache, source, clock, ttlSeconds: 60 });
  const peer = createTickerReplica({ cache, source, clock, ttlSeconds: 60 });
  for (const step of steps) {
    if (step.do === "elapse") clock.elapse(step.seconds);
    if (step.do === "database") {
      source.answer(step.version === undefined ? databaseFailure() : [`ABCD${step.version}`]);
    }
    if (step.do === "refresh") await replica.refresh();
    if (step.do === "peer") await peer.load();
    if (step.do === "load") await expectHonest(replica, clock);
  }
}

async function expectHonest(replica: TickerReplica, clock: FakeClock): Promise<void> {
  const load = await replica.load();
  const snapshot = load.kind === "tickers" ? load.snapshot : undefined;
  const ageMs = clock.nowMs() - (snapshot?.loadedAtMs ?? clock.nowMs());
  expect(ageMs).toBeGreaterThanOrEqual(0);
  expect(load.kind === "tickers" && load.stale).toBe(ageMs >= 60_000);
  expect(ageMs).toBeLessThan((60 + STALE_SECONDS) * 1000);
  expect(seen(replica.peek())).toBe(seen(load));
}

describe("load() in any course of events", () => {
  test("load() calls a list stale just when it is older than its TTL, and serves none beyond its bound", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(stepArbitrary, { maxLength: 40 }), (steps) => runSteps(steps)),
      { numRuns: 300 },
    );
  });
});
