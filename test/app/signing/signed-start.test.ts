import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type CatalogRedis, startCatalogRedis } from "../../support/catalog-redis.ts";
import { catalogOf } from "../../support/catalog-replica.ts";
import { keyOf } from "../../support/signed-catalog.ts";
import { release, type SignedReplica, startSignedReplica } from "../../support/signed-replica.ts";
import { viewYaml } from "../../support/views-directory.ts";

const FIRST = { "alpha.yaml": viewYaml("a"), "beta.yaml": viewYaml("b") };
const SECOND = { "alpha.yaml": viewYaml("a", "z"), "gamma.yaml": viewYaml("g") };
const [A, B] = [keyOf("a"), keyOf("b")];

describe("a start of a replica that verifies signatures", () => {
  let redis: CatalogRedis;
  const start = (files: Readonly<Record<string, string>>, keys = [A]): Promise<SignedReplica> =>
    startSignedReplica({ cache: redis.cache, files, keys });

  beforeAll(async () => {
    redis = await startCatalogRedis();
  });
  afterAll(() => redis?.[Symbol.asyncDispose]());
  beforeEach(() => redis.server.command("FLUSHALL"));

  test("takes the newer release of disk and cache, and the cache's when they are one", async () => {
    await start(await release(FIRST, 7, [A]));
    const late = await start(await release(SECOND, 6, [A]));
    expect(late.replica.story()).toEqual(["cache-hit", "activated from cache by preload"]);
    const newer = await start(await release(SECOND, 8, [A]));
    expect(newer.replica.story()).toEqual([
      "cache-hit",
      "activated from disk by preload",
      "published 2, removed 1",
    ]);
    const same = await start(await release(SECOND, 8, [A]));
    expect(same.replica.story()).toEqual(["cache-hit", "activated from cache by preload"]);
    expect([late, newer, same].map((one) => one.generation())).toEqual([7, 8, 8]);
  });

  test("takes a signed disk before an unsigned cache, and an unsigned cache before an unsigned disk", async () => {
    const unsigned = await start(FIRST);
    expect((await start(SECOND)).served()).toBe(unsigned.served());
    const signed = await start(await release(SECOND, 1, [A]));
    expect(signed.replica.story()).toContain("activated from disk by preload");
    expect(await unsigned.reconcile()).toBe(true);
    expect([unsigned.generation(), unsigned.served()]).toEqual([1, (await catalogOf(SECOND)).hash]);
  });

  test.each([
    { name: "is invalid", files: { "alpha.yaml": "columns: [" } },
    { name: "is not what was signed", files: { "alpha.yaml": viewYaml("changed") } },
  ])("takes the cache when a newer disk $name", async ({ files }) => {
    await start(await release(FIRST, 7, [A]));
    const { "views.manifest.json": manifest = "" } = await release(SECOND, 8, [A]);
    const replica = await start({ ...files, "views.manifest.json": manifest });
    expect([replica.generation(), replica.replica.story().at(-1)]).toEqual([
      7,
      "activated from cache by preload",
    ]);
  });

  test("takes no word of a manifest that is not signed by a known key", async () => {
    await start(await release(FIRST, 7, [A]));
    const replica = await start(await release(SECOND, 8, [B]));
    expect(replica.replica.story()).toEqual(["cache-hit", "activated from cache by preload"]);
  });

  test("reads its keys again for a release by a key that came after them", async () => {
    await start(await release(SECOND, 8, [B]), [B]);
    const late = await start(await release(FIRST, 7, [A]));
    expect(late.generation()).toBe(7);
    late.trust(A, B);
    expect(await late.reconcile()).toBe(true);
    expect([late.generation(), late.replica.story().filter((line) => line.includes("rollback"))]).toEqual([
      8,
      [],
    ]);
  });
});

describe("a reload of a replica that verifies signatures", () => {
  let redis: CatalogRedis;
  let mine: SignedReplica;

  beforeAll(async () => {
    redis = await startCatalogRedis();
  });
  afterAll(() => redis?.[Symbol.asyncDispose]());
  beforeEach(async () => {
    await redis.server.command("FLUSHALL");
    mine = await startSignedReplica({ cache: redis.cache, files: await release(FIRST, 7, [A]), keys: [A] });
  });

  test("does not put its release over a newer one that it has not heard of", async () => {
    const files = await release(SECOND, 9, [A]);
    await startSignedReplica({ cache: redis.cache, files, keys: [A] });
    const before = await redis.contents();
    expect(await mine.reload(await release(SECOND, 8, [A]))).toEqual({
      kind: "refused",
      reason: "rollback",
      detail: "generation 8 is lower than the published one, 9",
      active: mine.served(),
    });
    expect(await mine.reload(await release(FIRST, 9, [A]))).toMatchObject({ reason: "generation-conflict" });
    expect([await redis.contents(), mine.generation()]).toEqual([before, 7]);
  });

  test("does not put its release over a newer one that comes while it publishes", async () => {
    const { deps } = mine.replica;
    const files = await release(FIRST, 9, [A]);
    const { readCurrent } = deps.store;
    const raced = Object.assign(deps.store, {
      async readCurrent() {
        const seen = await readCurrent();
        await startSignedReplica({ cache: redis.cache, files, keys: [A] });
        return seen;
      },
    });
    expect(await mine.reload(await release(SECOND, 8, [A]))).toMatchObject({
      kind: "reloaded",
      published: false,
    });
    raced.readCurrent = readCurrent;
    expect(mine.replica.story()).toContain("publish-failed: outranked");
    await mine.reconcile();
    expect([mine.generation(), mine.served()]).toEqual([9, (await catalogOf(FIRST)).hash]);
  });

  test("keeps the keys of before while others cannot be read, and is refused", async () => {
    mine.breakKeyring();
    const before = await redis.contents();
    expect(await mine.reload(await release(SECOND, 8, [A]))).toEqual({
      kind: "refused",
      reason: "signing-keys-unusable",
      detail: "Cannot load keyring: it is not JSON",
      active: mine.served(),
    });
    expect([await redis.contents(), mine.generation()]).toEqual([before, 7]);
    mine.trust(B);
    expect(await mine.reload(await release(SECOND, 8, [B]))).toMatchObject({
      kind: "reloaded",
      generation: 8,
    });
  });

  test("takes an unsigned disk, with a warning, unless a manifest is required", async () => {
    expect(await mine.reload(SECOND)).toMatchObject({ generation: undefined, previousGeneration: 7 });
    expect(mine.replica.story()).toContain("unsigned from disk");
    expect(await redis.server.command("GET", "mosaic:catalog:manifest")).toBe(null);
    await redis.server.command("FLUSHALL");
    const files = await release(FIRST, 7, [A]);
    const strict = await startSignedReplica({ cache: redis.cache, files, keys: [A], required: true });
    expect(await strict.reload(SECOND)).toMatchObject({ kind: "refused", reason: "manifest-missing" });
    expect(strict.generation()).toBe(7);
  });
});

describe("a rotation of keys on two replicas", () => {
  let redis: CatalogRedis;
  beforeAll(async () => {
    redis = await startCatalogRedis();
  });
  afterAll(() => redis?.[Symbol.asyncDispose]());

  test("refuses no release on the way from one key to the other", async () => {
    const files = await release(FIRST, 1, [A]);
    const options = { cache: redis.cache, files, keys: [A], required: true };
    const mine = await startSignedReplica(options);
    const theirs = await startSignedReplica(options);
    const both = [mine, theirs];
    const step = async (generation: number, keys: readonly (typeof A)[]): Promise<void> => {
      const next = await release(generation % 2 === 0 ? SECOND : FIRST, generation, keys);
      for (const one of both) one.deploy(next);
      expect(await mine.reload()).toMatchObject({ kind: "reloaded", published: true, generation });
      await theirs.reconcile();
      expect(both.map((one) => one.generation())).toEqual([generation, generation]);
    };
    // Their keyring is replaced and nobody reloads them: they read it when they need it.
    for (const one of both) one.trust(A, B);
    await step(2, [A, B]);
    await step(3, [B]);
    for (const one of both) one.trust(B);
    expect(await theirs.reload()).toMatchObject({ kind: "reloaded", generation: 3 });
    await step(4, [B]);
    const late = await startSignedReplica({ ...options, files: await release(FIRST, 4, [B]), keys: [B] });
    const stories = [...both, late].flatMap(({ replica }) => replica.story());
    expect(stories.filter((line) => line.startsWith("refused"))).toEqual([]);
  });
});
