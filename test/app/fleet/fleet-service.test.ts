import { beforeEach, describe, expect, test } from "vitest";
import { createMemoryBroadcast, type MemoryBroadcast } from "../../../src/adapters/memory/broadcast.ts";
import { createMemoryCache } from "../../../src/adapters/memory/cache.ts";
import type { FleetEvent } from "../../../src/app/fleet/events.ts";
import { createFleetService, type FleetService } from "../../../src/app/fleet/fleet-service.ts";
import { createReplicaRegistry } from "../../../src/app/fleet/replica-registry.ts";
import type { CatalogHash } from "../../../src/domain/catalog/catalog.ts";
import type { BroadcastPort } from "../../../src/ports/broadcast-port.ts";
import type { CachePort } from "../../../src/ports/cache-port.ts";

const PUBLISHED = "b".repeat(64) as CatalogHash;

interface Member {
  readonly service: FleetService;
  /** What it did, in order. */
  readonly done: string[];
  readonly notices: FleetEvent[];
  /** Lets one pause end. */
  heartbeat(): Promise<void>;
  readonly pauses: number[];
  stop(): void;
}

function joinFleet(
  id: string,
  cache: CachePort,
  broadcast: BroadcastPort,
  compare: () => Promise<void> = async () => undefined,
): Member {
  const done: string[] = [];
  const notices: FleetEvent[] = [];
  const pauses: number[] = [];
  const stop = new AbortController();
  let wake = Promise.withResolvers<void>();
  let slept = Promise.withResolvers<void>();
  const service = createFleetService({
    id,
    broadcast,
    registry: createReplicaRegistry({
      cache,
      describe: () => ({
        schema: 1,
        id,
        version: "0.1.0",
        runtime: "node 24.0.0",
        startedAt: "2026-01-02T03:04:05.678Z",
        uptimeSeconds: 1,
        catalog: null,
        cache: { backend: "redis", state: "up" },
        tickers: null,
      }),
      ttlSeconds: 10,
    }),
    compareCatalog: async () => {
      done.push("compare");
      await compare();
    },
    resyncTickers: async (cause) => void done.push(`resync by ${cause}`),
    emit: (notice) => notices.push(notice),
    random: () => 0.5,
    pause: async (ms) => {
      pauses.push(ms);
      slept.resolve();
      await wake.promise;
    },
    signal: stop.signal,
  });
  return {
    service,
    done,
    notices,
    pauses,
    async heartbeat() {
      await slept.promise;
      slept = Promise.withResolvers();
      const { resolve } = wake;
      wake = Promise.withResolvers();
      resolve();
      await slept.promise;
    },
    stop: () => {
      stop.abort();
      wake.resolve();
    },
  };
}

/** Lets what was announced arrive. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

describe("createFleetService()", () => {
  let hub: MemoryBroadcast;
  let cache: CachePort;
  let mine: Member;
  let theirs: Member;

  beforeEach(async () => {
    hub = createMemoryBroadcast();
    cache = createMemoryCache();
    mine = joinFleet("mine", cache, hub.join());
    theirs = joinFleet("theirs", cache, hub.join());
    mine.service.start();
    theirs.service.start();
    await settle();
    for (const { done, notices } of [mine, theirs]) {
      done.length = 0;
      notices.length = 0;
    }
  });

  test("start() listens, compares and beats at once", async () => {
    const late = joinFleet("late", cache, hub.join());
    late.service.start();
    expect(late.service.isSubscribed()).toBe(false);
    await settle();
    expect(late.service.isSubscribed()).toBe(true);
    expect(late.notices).toEqual([{ kind: "subscribed" }]);
    expect(late.done.sort()).toEqual(["compare", "compare", "resync by comparison"]);
    expect((await mine.service.list()).replicas.map(({ id }) => id)).toEqual(["late", "mine", "theirs"]);
  });

  test("announceCatalog() has the others compare, and not the replica itself", async () => {
    mine.service.announceCatalog(PUBLISHED);
    await settle();
    expect([mine.done, theirs.done]).toEqual([[], ["compare"]]);
    const announcement = { kind: "catalog-published", replica: "mine", hash: PUBLISHED };
    expect(mine.notices).toEqual([{ kind: "announced", announcement }]);
    expect(theirs.notices).toEqual([{ kind: "received", announcement }]);
  });

  test("announceTickers() has the others read the list again", async () => {
    mine.service.announceTickers();
    await settle();
    expect([mine.done, theirs.done]).toEqual([[], ["resync by announcement"]]);
  });

  test.each(["", "{", "[]", '{"version":2,"kind":"catalog-published","replica":"x"}', "\u0000"])(
    "a message that is no announcement is ignored: %j",
    async (text) => {
      const bytes = new TextEncoder().encode(text);
      await hub.join().publish(bytes);
      await settle();
      expect(theirs.done).toEqual([]);
      expect(theirs.notices).toEqual([{ kind: "ignored", bytes: bytes.byteLength }]);
    },
  );

  test("a channel that breaks is told, and all is compared when it is whole again", async () => {
    hub.cut();
    await settle();
    expect(mine.service.isSubscribed()).toBe(false);
    expect(mine.notices).toEqual([
      { kind: "unsubscribed", reason: "unavailable", detail: expect.any(String) },
    ]);
    mine.service.announceTickers();
    await settle();
    expect(mine.notices.at(-1)).toMatchObject({ kind: "not-announced", announcement: "tickers-refreshed" });
    hub.heal();
    await settle();
    expect(mine.service.isSubscribed()).toBe(true);
    expect(mine.done).toEqual(["compare", "resync by comparison"]);
  });

  test("reconnected() before start() sends no heartbeat, which would count a replica that is loading as divergent", async () => {
    const loading = joinFleet("loading", cache, hub.join());
    loading.service.reconnected();
    await settle();
    expect((await mine.service.list()).replicas.map(({ id }) => id)).toEqual(["mine", "theirs"]);
    loading.service.start();
    await settle();
    expect((await mine.service.list()).replicas.map(({ id }) => id)).toEqual(["loading", "mine", "theirs"]);
    loading.stop();
  });

  test("reconnected() compares all at once", async () => {
    mine.service.reconnected();
    await settle();
    expect(mine.done).toEqual(["compare", "resync by comparison"]);
  });

  test("each beat compares the catalog, one in twenty reads the tickers again, with pauses out of step", async () => {
    for (let beat = 2; beat <= 40; beat++) await mine.heartbeat();
    expect(mine.done.filter((what) => what === "compare")).toHaveLength(39);
    expect(mine.done.filter((what) => what === "resync by comparison")).toHaveLength(2);
    expect(new Set(mine.pauses)).toEqual(new Set([1500]));
    mine.stop();
  });

  test("a comparison that fails unexpectedly is told, and the beats go on", async () => {
    const broken = joinFleet("broken", cache, hub.join(), async () => {
      throw new TypeError("a defect");
    });
    broken.service.start();
    await broken.heartbeat();
    await broken.heartbeat();
    const defects = broken.notices.filter(({ kind }) => kind === "defect");
    expect(defects.length).toBeGreaterThanOrEqual(3);
    expect(defects[0]).toMatchObject({ detail: "a defect", stack: expect.stringContaining("TypeError") });
    expect((await mine.service.list()).replicas).toHaveLength(3);
  });

  test("leave() takes the replica out of the fleet", async () => {
    await theirs.service.leave();
    expect((await mine.service.list()).replicas.map(({ id }) => id)).toEqual(["mine"]);
    // Every second comparison sends a heartbeat, which counts the fleet.
    for (let round = 0; round < 2; round++) await mine.heartbeat();
    expect(mine.service.last()).toMatchObject({ shared: true, replicas: 1 });
  });
});
