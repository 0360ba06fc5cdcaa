import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectLasting, untilAgreed } from "../../support/agreement.ts";
import {
  foreignPublication,
  foreignViews,
  halvesOf,
  heldOf,
  sharedKeys,
  writeKeys,
} from "../../support/foreign-publication.ts";
import { type RunningFleet, reloadWith, startFleet } from "../../support/running-fleet.ts";
import { RUNTIMES, type Runtime } from "../../support/runtimes.ts";
import { viewYaml } from "../../support/views-directory.ts";
import { untilLooked } from "../../support/watch-looks.ts";

const ON_DISK = { "alpha.yaml": viewYaml("of_the_disk"), "beta.yaml": viewYaml("b") };

describe("running replicas", () => {
  let fleet: RunningFleet;
  beforeAll(async () => {
    const [runtime] = RUNTIMES as readonly [Runtime];
    fleet = await startFleet({ size: 2, files: ON_DISK, runtime });
  });
  afterAll(() => fleet?.[Symbol.asyncDispose]());

  test("do not put views:loaded back while the Python program that removed it may be at work", async () => {
    const { redis, replicas } = fleet;
    const publication = foreignPublication(foreignViews("after_loaded"));
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
    const publication = foreignPublication(foreignViews("half_written"));
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
    const publication = foreignPublication(foreignViews("twice"));
    await writeKeys(redis, publication.writes);
    await untilAgreed(fleet, publication.hash);
    const [written, missing] = halvesOf(publication);
    await redis.command("DEL", "mosaic:views:loaded");
    await writeKeys(redis, written);
    await untilLooked(redis, { replicas: replicas.length, looks: 4 });
    await writeKeys(redis, missing);
    await expectLasting(fleet, publication.hash);
    expect(await heldOf(redis, publication.writes)).toEqual(publication.writes);
  });
});
