import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { untilAgreed } from "../../support/agreement.ts";
import { foreignPublication, sharedKeys, writeAtOnce } from "../../support/foreign-publication.ts";
import {
  type FleetReplica,
  type RunningFleet,
  reloadWith,
  said,
  servedHash,
  startFleet,
} from "../../support/running-fleet.ts";
import { RUNTIMES } from "../../support/runtimes.ts";
import { viewYaml } from "../../support/views-directory.ts";
import { untilLooked } from "../../support/watch-looks.ts";

const FILES = { "alpha.yaml": viewYaml("a"), "beta.yaml": viewYaml("b"), "gamma.yaml": viewYaml("g") };
/** Within this a running replica has to see it, with some seconds for a machine that is busy. */
const FOUND = { timeout: 65_000, interval: 200 };
/** Another 30 s in which a program may be at work, and the comparison after them. */
const REPAIRED = { timeout: 45_000, interval: 200 };
const TIMEOUT_MS = 180_000;

/** Each runs on its own Redis, so that the long waits can be at once. */
async function startFleets(sizes: readonly number[]): Promise<readonly RunningFleet[]> {
  const fleets: RunningFleet[] = [];
  for (const [index, size] of sizes.entries()) {
    const runtime = RUNTIMES[index % RUNTIMES.length];
    if (runtime === undefined) throw new RangeError("There is no runtime");
    const fleet = opened.use(await startFleet({ size, files: FILES, runtime }));
    const [first] = fleet.replicas as [FleetReplica];
    await untilAgreed(fleet, await reloadWith(first, { ...FILES, "delta.yaml": viewYaml("d") }));
    fleets.push(fleet);
  }
  return fleets;
}

const opened = new AsyncDisposableStack();
let fleets: readonly RunningFleet[] = [];
beforeAll(async () => {
  fleets = await startFleets([2, 1, 1, 1, 1]);
}, TIMEOUT_MS);
afterAll(() => opened.disposeAsync(), TIMEOUT_MS);

function fleetOf(index: number): RunningFleet {
  const fleet = fleets[index];
  if (fleet === undefined) throw new RangeError(`There is no fleet ${index}`);
  return fleet;
}

/** What the shared keys hold, without the moments at which they expire. */
async function published({ redis }: RunningFleet): Promise<Readonly<Record<string, string>>> {
  const held = Object.entries(await sharedKeys(redis));
  return Object.fromEntries(held.map(([key, text]) => [key, text.replace(/ until \d+$/, "")]));
}

const refusalsFor = ({ replicas }: RunningFleet, reason: RegExp) =>
  replicas
    .flatMap(({ service }) => service.logs())
    .filter((line) => said("Catalog refused", { source: "cache" })(line) && reason.test(String(line.reason)));

const DAMAGES = [
  {
    damage: "a view that was replaced by {}",
    reason: /invalid-view|hash-mismatch/,
    harm: ({ redis }: RunningFleet) =>
      redis.command("SET", "mosaic:views:beta", "{}", "KEEPTTL") as Promise<unknown>,
  },
  {
    damage: "a view that was evicted",
    reason: /missing-view/,
    harm: ({ redis }: RunningFleet) => redis.command("DEL", "mosaic:views:beta"),
  },
  {
    damage: "a list that was evicted",
    reason: /missing-list/,
    harm: ({ redis }: RunningFleet) => redis.command("DEL", "mosaic:views:list"),
  },
];

describe.concurrent("running replicas", () => {
  test.each(DAMAGES.map((row, index) => ({ ...row, index })))(
    "find $damage under an unchanged hash within a minute, and put it back",
    { timeout: TIMEOUT_MS },
    async ({ reason, harm, index }) => {
      const fleet = fleetOf(index);
      const [first] = fleet.replicas as [FleetReplica];
      const hash = await servedHash(first);
      const before = await published(fleet);
      await harm(fleet);
      await vi.waitFor(() => expect(refusalsFor(fleet, reason)).not.toEqual([]), FOUND);
      await vi.waitFor(async () => expect(await published(fleet)).toEqual(before), REPAIRED);
      await untilAgreed(fleet, hash ?? "");
    },
  );

  test("put views:loaded back when nobody has been at work for 30 s", { timeout: TIMEOUT_MS }, async () => {
    const fleet = fleetOf(3);
    const before = await published(fleet);
    await fleet.redis.command("DEL", "mosaic:views:loaded");
    await vi.waitFor(async () => expect(await published(fleet)).toEqual(before), FOUND);
  });

  test("leave a whole catalog that breaks a rule of this version for longer than that", {
    timeout: TIMEOUT_MS,
  }, async () => {
    const fleet = fleetOf(4);
    const { redis, replicas } = fleet;
    const hashes = await Promise.all(replicas.map(servedHash));
    const views = {
      alpha: { columns: 5n, identifiers: ["a"] },
      beta: { columns: ["b"], identifiers: ["b"] },
    };
    await writeAtOnce(redis, foreignPublication(views).writes);
    const written = await sharedKeys(redis);
    // Thirty comparisons take longer than the 30 s for which a publication under way is left alone.
    await untilLooked(redis, { replicas: replicas.length, looks: 30, timeoutMs: 120_000 });
    expect(await sharedKeys(redis)).toEqual(written);
    expect(await Promise.all(replicas.map(servedHash))).toEqual(hashes);
  });
});
