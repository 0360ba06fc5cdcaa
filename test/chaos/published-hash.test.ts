import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { DATA_FAULTS } from "../support/faults/data-faults.ts";
import type { FaultTarget } from "../support/faults/fault.ts";
import { type RedisServer, startRedis } from "../support/redis-server.ts";
import { createSeededRandom } from "../support/seeded-random.ts";
import { knownCatalog } from "./known-catalogs.ts";
import { readPublishedHash } from "./published-hash.ts";

const CATALOG = knownCatalog(0);

describe("readPublishedHash()", () => {
  let redis: RedisServer;
  let target: FaultTarget;

  beforeAll(async () => {
    redis = await startRedis();
    const random = createSeededRandom(1);
    target = { redis, proxies: [], namespace: "mosaic", random, shiftClocks: async () => undefined };
  });
  afterAll(async () => {
    await redis?.stop();
  });
  beforeEach(async () => {
    await redis.command("FLUSHALL");
    const views = [...CATALOG.bodies].flatMap(([path, body]) =>
      path === "/views" ? [] : [[path.slice("/views/".length), body] as const],
    );
    const list = JSON.stringify(views.map(([entity]) => entity));
    const keys = [...views, ["list", list], ["hash", CATALOG.hash], ["loaded", "1"]] as const;
    for (const [name, value] of keys) await redis.command("SET", `mosaic:views:${name}`, value, "EX", "600");
  });

  test("readPublishedHash() verifies what was published", async () => {
    expect(await readPublishedHash(redis, "mosaic")).toEqual({ kind: "verified", hash: CATALOG.hash });
  });

  const rows = [
    { what: "a view that is missing", command: ["DEL", "mosaic:views:shared_03"] },
    { what: "a view that was changed", command: ["APPEND", "mosaic:views:shared_03", " "] },
    { what: "a view that nobody lists", command: ["SET", "mosaic:views:ghost", "{}", "EX", "600"] },
    { what: "a key that never expires", command: ["PERSIST", "mosaic:views:hash"] },
    { what: "no mark that all is loaded", command: ["DEL", "mosaic:views:loaded"] },
  ];
  test.each(rows)("readPublishedHash() refuses $what", async ({ command }) => {
    await redis.command(...command);
    expect(await readPublishedHash(redis, "mosaic")).toMatchObject({ kind: "wrong" });
  });

  test.each(DATA_FAULTS)("readPublishedHash() refuses what $name leaves", async (fault) => {
    await fault.inject(target);
    await expect.poll(() => readPublishedHash(redis, "mosaic")).toMatchObject({ kind: "wrong" });
  });
});
