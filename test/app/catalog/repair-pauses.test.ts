import { describe, expect, test } from "vitest";
import { createMemoryCache } from "../../../src/adapters/memory/cache.ts";
import { createMemorySource } from "../../../src/adapters/memory/source.ts";
import { reload } from "../../../src/app/catalog/reload.ts";
import { type ComparisonMemory, preload, reconcile } from "../../../src/app/catalog/sync.ts";
import type { CachePort } from "../../../src/ports/cache-port.ts";
import { createReplica, type Replica } from "../../support/catalog-replica.ts";
import { viewYaml } from "../../support/views-directory.ts";

const FILES = { "alpha.yaml": viewYaml("a"), "beta.yaml": viewYaml("b") };
const KEYS = ["views:loaded", "views:hash", "views:list", "views:alpha", "views:beta", "catalog:state"];

interface Losing {
  readonly replica: Replica;
  /** Loses everything that is published. */
  lose(): Promise<void>;
  /** Compares, and tells whether it has published. */
  compare(): Promise<boolean>;
}

async function startReplica(cache: CachePort): Promise<Losing> {
  const replica = createReplica({ cache, source: createMemorySource(FILES) });
  const memory: ComparisonMemory = {};
  await preload(replica.deps, memory);
  return {
    replica,
    async lose() {
      for (const key of KEYS) await cache.delete(`mosaic:${key}`);
    },
    async compare() {
      const before = replica.events.length;
      await reconcile(replica.deps, memory);
      return replica.events.slice(before).some(({ kind }) => kind === "published");
    },
  };
}

/** Seconds at which a catalog is put back that is lost as soon as it is there. */
async function repairsUnderPressure(
  { replica, lose, compare }: Losing,
  seconds: number,
): Promise<readonly number[]> {
  const repairs: number[] = [];
  for (let second = 0; second < seconds; second++) {
    await lose();
    if (await compare()) repairs.push(second);
    replica.elapse(1000);
  }
  return repairs;
}

describe("reconcile() of a catalog that is lost again and again", () => {
  test("puts it back at once, then after pauses that double up to a minute", async () => {
    const replica = await startReplica(createMemoryCache());
    expect(await repairsUnderPressure(replica, 300)).toEqual([0, 2, 6, 14, 30, 62, 122, 182, 242]);
  });

  test("puts it back at once after it has stayed whole for half a minute", async () => {
    const losing = await startReplica(createMemoryCache());
    await repairsUnderPressure(losing, 100);
    losing.replica.elapse(60_000);
    expect(await losing.compare()).toBe(true);
    losing.replica.elapse(30_000);
    expect(await losing.compare()).toBe(false);
    await losing.lose();
    expect(await losing.compare()).toBe(true);
  });

  test("counts what another replica puts back", async () => {
    const cache = createMemoryCache();
    const [first, second] = [await startReplica(cache), await startReplica(cache)];
    await first.lose();
    expect(await second.compare()).toBe(true);
    second.replica.elapse(1000);
    await first.lose();
    expect(await second.compare()).toBe(false);
    expect(await first.compare()).toBe(true);
    expect(await second.compare()).toBe(false);
    await first.lose();
    second.replica.elapse(3999);
    expect(await second.compare()).toBe(false);
    second.replica.elapse(1);
    expect(await second.compare()).toBe(true);
  });

  test("reports it once, and counts each delay", async () => {
    const losing = await startReplica(createMemoryCache());
    const { replica } = losing;
    await repairsUnderPressure(losing, 60);
    const delays = replica.events.filter(({ kind }) => kind === "repair-delayed");
    expect(delays).toHaveLength(55);
    expect(delays.filter((event) => event.kind === "repair-delayed" && event.shouldLog)).toHaveLength(1);
  });

  test("publishes a reload at once", async () => {
    const losing = await startReplica(createMemoryCache());
    await repairsUnderPressure(losing, 10);
    await losing.lose();
    expect(await losing.compare()).toBe(false);
    expect(await reload(losing.replica.deps)).toMatchObject({ kind: "reloaded", published: true });
  });
});
