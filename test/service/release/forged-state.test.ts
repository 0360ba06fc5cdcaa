import { createHash } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { expectLasting, untilAgreed } from "../../support/agreement.ts";
import { writeAtOnce } from "../../support/foreign-publication.ts";
import {
  type FleetReplica,
  type RunningFleet,
  reloadWith,
  said,
  servedHash,
  startFleet,
} from "../../support/running-fleet.ts";
import { RUNTIMES, type Runtime } from "../../support/runtimes.ts";
import { sendRequest } from "../../support/send-request.ts";
import { startReplica } from "../../support/started-replica.ts";
import { viewYaml } from "../../support/views-directory.ts";
import { untilLooked } from "../../support/watch-looks.ts";

const viewsWith = (column: string) => ({ "alpha.yaml": viewYaml("a", column) });
const NO_JSON = "{not json}";
const REVISION_FORGED = 1_000_000_000_000_000;
const SIZE = 3;

let fleet: RunningFleet;
let replicas: readonly [FleetReplica, FleetReplica, FleetReplica];
let honest = "";

beforeAll(async () => {
  const [runtime] = RUNTIMES as readonly [Runtime];
  fleet = await startFleet({ size: SIZE, files: viewsWith("first"), runtime });
  replicas = fleet.replicas as typeof replicas;
});
afterAll(() => fleet?.[Symbol.asyncDispose]());
beforeEach(async () => {
  honest = await reloadWith(replicas[0], viewsWith("honest"));
  await untilAgreed(fleet, honest);
});

/** The publication state that is there, with other values in it. */
async function forgedState(values: Readonly<Record<string, unknown>>): Promise<string> {
  const state = JSON.parse(String(await fleet.redis.command("GET", "mosaic:catalog:state"))) as object;
  return JSON.stringify({ ...state, ...values });
}

/** Publishes, in one step, a text that is no JSON, under the hash that it has and a state that calls it checked. */
async function publishNoJson(namespace: string): Promise<string> {
  const hash = createHash("sha256").update(`{"alpha": ${NO_JSON}}`).digest("hex");
  await writeAtOnce(fleet.redis, [
    { key: `${namespace}:views:alpha`, value: NO_JSON },
    { key: `${namespace}:views:list`, value: '["alpha"]' },
    { key: `${namespace}:catalog:state`, value: await forgedState({ hash }) },
    { key: `${namespace}:views:hash`, value: hash },
    { key: `${namespace}:views:loaded`, value: "1" },
  ]);
  return hash;
}

describe("a forged publication state", () => {
  test.each(RUNTIMES)(
    "a replica that starts on $name serves its disk when a state vouches for a text that is no JSON",
    async (runtime) => {
      const namespace = `forged-${runtime.name}`;
      await publishNoJson(namespace);
      await using started = await startReplica({
        runtime,
        files: viewsWith("of_the_disk"),
        redisUrl: fleet.redis.url,
        env: { CACHE_NAMESPACE: namespace },
      });
      await started.service.waitForLog(said("Catalog activated"));
      expect((await sendRequest(started.service.url, "/views/alpha")).text).toContain('"of_the_disk"');
    },
  );

  test("running replicas keep what they serve when a state vouches for a text that is no JSON", async () => {
    const forged = await publishNoJson("mosaic");
    await untilLooked(fleet.redis, { replicas: SIZE, looks: 2 });
    expect(await Promise.all(replicas.map(servedHash))).toEqual([honest, honest, honest]);
    for (const { service } of replicas) {
      expect(service.logs().filter(said("Catalog activated", { views_hash: forged }))).toEqual([]);
      expect((await sendRequest(service.url, "/views/alpha")).text).toContain('"honest"');
    }
  });

  // Last: replicas that take such a revision for true do not forget it.
  test("a reload stays on all replicas after a state with a revision of 10^15 was written", async () => {
    const state = await forgedState({ hash: honest, revision: REVISION_FORGED });
    await fleet.redis.command("SET", "mosaic:catalog:state", state);
    await untilLooked(fleet.redis, { replicas: SIZE, looks: 2 });
    for (const [index, replica] of replicas.entries()) {
      await expectLasting(fleet, await reloadWith(replica, viewsWith(`after_forgery_${index}`)));
    }
    await fleet.redis.command("FLUSHALL");
    await expectLasting(fleet, await reloadWith(replicas[0], viewsWith("after_flush")));
  });
});
