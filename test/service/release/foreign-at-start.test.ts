import { describe, expect, test } from "vitest";
import { expectLasting } from "../../support/agreement.ts";
import {
  foreignPublication,
  foreignViews,
  halvesOf,
  heldOf,
  sharedKeys,
  writeKeys,
} from "../../support/foreign-publication.ts";
import { startRedis } from "../../support/redis-server.ts";
import { said, startFleet } from "../../support/running-fleet.ts";
import { RUNTIMES } from "../../support/runtimes.ts";
import { sendRequest } from "../../support/send-request.ts";
import { startReplica } from "../../support/started-replica.ts";
import { viewYaml } from "../../support/views-directory.ts";
import { untilLooked } from "../../support/watch-looks.ts";

const ON_DISK = { "alpha.yaml": viewYaml("of_the_disk"), "beta.yaml": viewYaml("b") };

// Most of each test is waiting.
describe.concurrent.each(RUNTIMES)("a replica that starts on $name", (runtime) => {
  test("leaves a whole catalog that breaks a rule of this version as it is, and serves its own", async () => {
    await using redis = await startRedis();
    const strange = { ...foreignViews("newer"), gamma: { columns: 5n, identifiers: ["gamma"] } };
    await writeKeys(redis, foreignPublication(strange).writes);
    const before = await sharedKeys(redis);
    await using started = await startReplica({ runtime, files: ON_DISK, redisUrl: redis.url });
    await started.service.waitForLog(said("Catalog activated", { source: "disk" }));
    await untilLooked(redis, { replicas: 1, looks: 3 });
    expect(await sharedKeys(redis)).toEqual(before);
    expect((await sendRequest(started.service.url, "/readyz")).status).toBe(200);
    expect((await sendRequest(started.service.url, "/views/alpha")).text).toContain('"of_the_disk"');
    const refused = started.service.logs().filter(said("Catalog refused", { source: "cache" }));
    expect(new Set(refused.map(({ reason }) => reason))).toEqual(new Set(["invalid-view"]));
  });

  test("takes a Python publication into an empty Redis that had only its list when the replica started", async () => {
    await using redis = await startRedis();
    const { hash, writes } = foreignPublication(foreignViews("python"));
    await writeKeys(redis, writes.slice(0, 1));
    await using started = await startReplica({ runtime, files: ON_DISK, redisUrl: redis.url });
    await untilLooked(redis, { replicas: 1, looks: 4 });
    await writeKeys(redis, writes.slice(1));
    await expectLasting({ redis, replicas: [started] }, hash);
    expect(await heldOf(redis, writes)).toEqual(writes);
  });

  test("takes a Python publication over a fleet's catalog that had half of its views when the replica started", async () => {
    await using fleet = await startFleet({ size: 1, files: ON_DISK, runtime });
    const { redis, replicas } = fleet;
    const publication = foreignPublication(foreignViews("python"));
    const [written, missing] = halvesOf(publication);
    await writeKeys(redis, written);
    const files = { "alpha.yaml": viewYaml("newer_on_disk") };
    await using started = await startReplica({ runtime, files, redisUrl: redis.url });
    await untilLooked(redis, { replicas: 2, looks: 4 });
    await writeKeys(redis, missing);
    await expectLasting({ redis, replicas: [...replicas, started] }, publication.hash);
    expect(await heldOf(redis, publication.writes)).toEqual(publication.writes);
  });
});
