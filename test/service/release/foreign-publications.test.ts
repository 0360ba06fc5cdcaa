import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { JsonObject } from "../../../src/domain/json-value.ts";
import { expectLasting, untilAgreed } from "../../support/agreement.ts";
import {
  type ForeignPublication,
  type ForeignWrite,
  foreignPublication,
  heldOf,
  sharedKeys,
  writeKeys,
} from "../../support/foreign-publication.ts";
import { startRedis } from "../../support/redis-server.ts";
import { type RunningFleet, reloadWith, said, servedHash, startFleet } from "../../support/running-fleet.ts";
import { RUNTIMES, type Runtime } from "../../support/runtimes.ts";
import { sendRequest } from "../../support/send-request.ts";
import { startReplica } from "../../support/started-replica.ts";
import { viewYaml } from "../../support/views-directory.ts";
import { untilLooked } from "../../support/watch-looks.ts";

const ON_DISK = { "alpha.yaml": viewYaml("of_the_disk"), "beta.yaml": viewYaml("b") };

/** Two views that replicas have too, and two that they do not. */
function viewsOf(program: string): Readonly<Record<string, JsonObject>> {
  const names = ["zeta", "alpha", "beta", "gamma"];
  return Object.fromEntries(
    names.map((name) => [name, { columns: [name, program], identifiers: [name], description: "é" }]),
  );
}

/** The list and the first two views, then the rest with hash and loaded. */
function halvesOf({
  writes,
}: ForeignPublication): readonly [readonly ForeignWrite[], readonly ForeignWrite[]] {
  return [writes.slice(0, 3), writes.slice(3)];
}

describe.each(RUNTIMES)("a replica that starts on $name", (runtime) => {
  test("leaves a whole catalog that breaks a rule of this version as it is, and serves its own", async () => {
    await using redis = await startRedis();
    const strange = { ...viewsOf("newer"), gamma: { columns: 5n, identifiers: ["gamma"] } };
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
    const { hash, writes } = foreignPublication(viewsOf("python"));
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
    const publication = foreignPublication(viewsOf("python"));
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

describe("running replicas", () => {
  let fleet: RunningFleet;
  beforeAll(async () => {
    const [runtime] = RUNTIMES as readonly [Runtime];
    fleet = await startFleet({ size: 2, files: ON_DISK, runtime });
  });
  afterAll(() => fleet?.[Symbol.asyncDispose]());

  test("do not put views:loaded back while the Python program that removed it may be at work", async () => {
    const { redis, replicas } = fleet;
    const publication = foreignPublication(viewsOf("after_loaded"));
    const { "mosaic:views:loaded": _, ...before } = await sharedKeys(redis);
    await redis.command("DEL", "mosaic:views:loaded");
    await untilLooked(redis, { replicas: replicas.length, looks: 4 });
    expect(await sharedKeys(redis)).toEqual(before);
    await writeKeys(redis, publication.writes);
    await expectLasting(fleet, publication.hash);
    expect(await heldOf(redis, publication.writes)).toEqual(publication.writes);
  });

  test("leave what a Python program writes, which removed views:loaded first, and take it when it is whole", async () => {
    const { redis, replicas } = fleet;
    const [first] = replicas;
    if (first === undefined) throw new RangeError("The fleet has no replica");
    await untilAgreed(fleet, await reloadWith(first, { "alpha.yaml": viewYaml("reloaded") }));
    const publication = foreignPublication(viewsOf("half_written"));
    const [written, missing] = halvesOf(publication);
    await redis.command("DEL", "mosaic:views:loaded");
    await writeKeys(redis, written);
    await untilLooked(redis, { replicas: replicas.length, looks: 4 });
    expect(await heldOf(redis, written)).toEqual(written);
    expect(await redis.command("EXISTS", "mosaic:views:loaded")).toBe(0);
    await writeKeys(redis, missing);
    await expectLasting(fleet, publication.hash);
    expect(await heldOf(redis, publication.writes)).toEqual(publication.writes);
  });

  test("put up with a Python program that writes the same catalog again, key by key", async () => {
    const { redis, replicas } = fleet;
    const publication = foreignPublication(viewsOf("twice"));
    await writeKeys(redis, publication.writes);
    await untilAgreed(fleet, publication.hash);
    const [written, missing] = halvesOf(publication);
    await redis.command("DEL", "mosaic:views:loaded");
    await writeKeys(redis, written);
    await untilLooked(redis, { replicas: replicas.length, looks: 4 });
    await writeKeys(redis, missing);
    await expectLasting(fleet, publication.hash);
    expect(await heldOf(redis, publication.writes)).toEqual(publication.writes);
    expect(new Set(await Promise.all(replicas.map(servedHash)))).toEqual(new Set([publication.hash]));
  });
});
