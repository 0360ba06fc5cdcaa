import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type CatalogRedis, startCatalogRedis } from "../../support/catalog-redis.ts";
import { catalogOf } from "../../support/catalog-replica.ts";
import { publishOver } from "../../support/publish-over.ts";
import { keyOf } from "../../support/signed-catalog.ts";
import { release, type SignedReplica, startSignedReplica } from "../../support/signed-replica.ts";
import { viewYaml } from "../../support/views-directory.ts";

const FIRST = { "alpha.yaml": viewYaml("a"), "beta.yaml": viewYaml("b") };
const SECOND = { "alpha.yaml": viewYaml("a", "z"), "gamma.yaml": viewYaml("g") };
const [A, B] = [keyOf("a"), keyOf("b")];

describe("replicas that verify signatures", () => {
  let redis: CatalogRedis;
  let mine: SignedReplica;
  let theirs: SignedReplica;
  const manifest = (): Promise<unknown> => redis.server.command("GET", "mosaic:catalog:manifest");
  const start = async (files: Readonly<Record<string, string>>, keys = [A]): Promise<SignedReplica> =>
    startSignedReplica({ cache: redis.cache, files, keys });

  beforeAll(async () => {
    redis = await startCatalogRedis();
  });
  afterAll(() => redis?.[Symbol.asyncDispose]());
  beforeEach(async () => {
    await redis.server.command("FLUSHALL");
    mine = await start(await release(FIRST, 7, [A]));
    theirs = await start(await release(FIRST, 7, [A]));
    mine.replica.forget();
    theirs.replica.forget();
  });

  test("a new generation of the same views is taken, and the views stay what they are", async () => {
    const before = theirs.replica.deps.holder.current()?.catalog;
    const reloaded = mine.replica.deps.holder.current()?.catalog;
    await mine.reload(await release(FIRST, 8, [A]));
    expect(mine.replica.deps.holder.current()?.catalog).toBe(reloaded);
    expect(await theirs.reconcile()).toBe(false);
    expect(theirs.replica.story()).toEqual(["cache-hit", "manifest taken: generation 8 after 7"]);
    expect(theirs.replica.deps.holder.current()?.catalog).toBe(before);
    theirs.replica.forget();
    await theirs.reconcile();
    await mine.reconcile();
    expect(theirs.replica.story()).toEqual([]);
    expect([mine.generation(), theirs.generation()]).toEqual([8, 8]);
  });

  test("the same generation signed by another key is taken, and published by whoever has it", async () => {
    for (const one of [mine, theirs]) one.trust(A, B);
    const signedByBoth = await release(FIRST, 7, [B]);
    await mine.reload(signedByBoth);
    await theirs.reconcile();
    expect(theirs.replica.story()).toEqual(["cache-hit", "manifest taken: generation 7 after 7"]);
    await redis.server.command("FLUSHALL");
    await theirs.reconcile();
    expect(await manifest()).toBe(signedByBoth["views.manifest.json"]);
  });

  test("nobody publishes over a manifest that was not seen, though all the rest is as it was", async () => {
    const { store, holder } = mine.replica.deps;
    const { catalog, manifest: held } = holder.current() ?? {};
    if (catalog === undefined) throw new Error("There is no active catalog");
    const expected = await store.readCurrent();
    expect(new TextDecoder().decode(expected.manifestValue)).toBe(new TextDecoder().decode(held));
    await redis.server.command("SET", "mosaic:catalog:manifest", "{}");
    const outcome = await store.publish(catalog, { ttlSeconds: 60, manifest: held, revision: 9, expected });
    expect([outcome, await manifest()]).toEqual([{ kind: "conflict" }, "{}"]);
    expect(await publishOver(store, catalog, { ttlSeconds: 60 })).toMatchObject({ kind: "published" });
    expect(await manifest()).toBe(null);
  });

  test("the newer generation wins, whatever the revisions say", async () => {
    await mine.reload(await release(SECOND, 8, [A]));
    const keys = await redis.keys();
    const newer = await Promise.all(keys.map(async (key) => [key, await redis.cache.get(key)] as const));
    await redis.server.command("FLUSHALL");
    for (let count = 0; count < 5; count++) await theirs.reload(await release(FIRST, 7, [A]));
    const [held, shared] = [theirs, mine].map(({ replica }) => replica.deps.holder.current()?.revision ?? 0);
    expect(held).toBeGreaterThan(shared ?? 0);
    await redis.server.command("FLUSHALL");
    for (const [key, value] of newer) {
      if (value !== undefined) await redis.cache.set(key, value, { ttlSeconds: 60 });
    }
    expect(await theirs.reconcile()).toBe(true);
    expect([theirs.generation(), theirs.served()]).toEqual([8, (await catalogOf(SECOND)).hash]);
  });

  test("an older release that is put back is refused, and replaced at once", async () => {
    const old = await release(SECOND, 6, [A]);
    await redis.server.command("FLUSHALL");
    await start(old);
    await mine.reconcile();
    expect(mine.replica.story()).toEqual([
      "cache-miss: rollback",
      "refused from cache by reconcile: rollback, generation 6 is lower than the active generation 7",
      "published 2, removed 1",
    ]);
    await theirs.reconcile();
    expect([mine.generation(), theirs.generation()]).toEqual([7, 7]);
  });

  test("two releases of one number are refused by each other's replicas, until a third one comes", async () => {
    await redis.server.command("FLUSHALL");
    const other = await start(await release(SECOND, 7, [A]));
    const before = await redis.contents();
    for (const one of [mine, other, mine]) {
      await one.reconcile();
      one.replica.elapse(700_000);
    }
    expect(mine.replica.story().filter((line) => line.startsWith("refused"))).toEqual([
      "refused from cache by reconcile: generation-conflict, generation 7 is already active with another catalog hash",
    ]);
    expect(await redis.contents()).toEqual(before);
    expect(await mine.reload(await release(FIRST, 7, [A]))).toMatchObject({ reason: "generation-conflict" });
    await mine.reload(await release(FIRST, 8, [A]));
    await other.reconcile();
    expect(other.generation()).toBe(8);
  });

  test.each([
    { name: "no manifest", damage: ["DEL", "mosaic:catalog:manifest"] },
    {
      name: "no manifest, and a state that tells of none",
      damage: ["DEL", "mosaic:catalog:manifest", "mosaic:catalog:state"],
    },
  ])("a publication with $name is replaced when it stays", async ({ damage }) => {
    await redis.server.command(...damage);
    for (let count = 0; count < 42; count++) {
      await mine.reconcile();
      mine.replica.elapse(1500);
    }
    expect(mine.replica.story().slice(0, 3)).toEqual([
      "cache-miss: manifest-stripped",
      expect.stringContaining("refused from cache by reconcile: manifest-stripped"),
      "published 2, removed 0",
    ]);
    expect(mine.replica.story()).toHaveLength(3);
    const late = await start({ ...FIRST }, [A]);
    expect(late.generation()).toBe(7);
  });

  test("views that break a rule may be of a newer program, but not without its signature", async () => {
    const before = await redis.contents();
    await redis.server.command("SET", "mosaic:views:alpha", "{}");
    await redis.server.command("SET", "mosaic:views:hash", "0".repeat(64));
    await mine.reconcile();
    mine.replica.elapse(1500);
    await mine.reconcile();
    expect(mine.replica.story().at(-1)).toBe("published 2, removed 0");
    expect(Object.keys(await redis.contents())).toEqual(Object.keys(before));
    expect(await theirs.reconcile()).toBe(false);
  });

  test.each([
    { name: "without the mark that all is loaded", keys: ["mosaic:views:loaded"], waitMs: 1500 },
    { name: "of which a manifest is left", keys: ["mosaic:views:loaded", "mosaic:views:hash"], waitMs: 0 },
  ])(
    "a publication $name does not keep a replica from a newer release for ever",
    async ({ keys, waitMs }) => {
      await mine.reload(await release(SECOND, 8, [A]));
      await redis.server.command("DEL", ...keys);
      await mine.reconcile();
      mine.replica.elapse(waitMs);
      await mine.reconcile();
      expect(await theirs.reconcile()).toBe(true);
      expect([theirs.generation(), theirs.replica.story().filter((line) => line.startsWith("pub"))]).toEqual([
        8,
        [],
      ]);
    },
  );

  test("what is left of a newer release is not filled up with an older one", async () => {
    await mine.reload(await release(SECOND, 8, [A]));
    await redis.server.command("DEL", "mosaic:views:loaded", "mosaic:views:hash");
    const left = await redis.contents();
    for (let count = 0; count < 3; count++) {
      await theirs.reconcile();
      theirs.replica.elapse(60_000);
    }
    expect(await redis.contents()).toEqual(left);
    await mine.reconcile();
    expect(await theirs.reconcile()).toBe(true);
  });

  test("unsigned views are never served, and replaced when they stay", async () => {
    await redis.server.command("FLUSHALL");
    const unsigned = await start(SECOND);
    expect(unsigned.replica.story()).toContain("unsigned from disk");
    await mine.reconcile();
    mine.replica.elapse(1499);
    await mine.reconcile();
    expect(await manifest()).toBe(null);
    mine.replica.elapse(1);
    await mine.reconcile();
    expect(await manifest()).not.toBe(null);
    expect(await unsigned.reconcile()).toBe(true);
    expect([mine.served(), unsigned.served()]).toEqual(Array(2).fill((await catalogOf(FIRST)).hash));
  });

  test("a replica without the new key keeps what it has, and leaves the newer release alone", async () => {
    mine.trust(A, B);
    await mine.reload(await release(SECOND, 8, [B]));
    const before = await redis.contents();
    for (let count = 0; count < 3; count++) {
      await theirs.reconcile();
      theirs.replica.elapse(60_000);
    }
    expect([theirs.generation(), theirs.replica.story().length]).toEqual([7, 2]);
    expect(await redis.contents()).toEqual(before);
    const late = await start(await release(FIRST, 7, [A]));
    expect(late.replica.story().at(-1)).toBe("publish-failed: outranked");
    expect(await redis.contents()).toEqual(before);
    theirs.trust(A, B);
    expect(await theirs.reconcile()).toBe(true);
    expect([theirs.generation(), theirs.served()]).toEqual([8, (await catalogOf(SECOND)).hash]);
  });

  test("a forgery that claims an unknown key is not served, and does not stay for ever", async () => {
    await redis.server.command("FLUSHALL");
    await start(await release(SECOND, 999, [B]), [B]);
    await mine.reconcile();
    mine.replica.elapse(599_999);
    await mine.reconcile();
    const forged = await manifest();
    mine.replica.elapse(1);
    await mine.reconcile();
    expect(await manifest()).not.toBe(forged);
    expect(mine.generation()).toBe(7);
    expect(await theirs.reconcile()).toBe(false);
  });

  test("a replica that lost patience is put right by one that has the newer release", async () => {
    mine.trust(A, B);
    await mine.reload(await release(SECOND, 8, [B]));
    const newer = await manifest();
    await theirs.reconcile();
    theirs.replica.elapse(600_000);
    await theirs.reconcile();
    expect(await manifest()).not.toBe(newer);
    await mine.reconcile();
    expect(await manifest()).toBe(newer);
    expect([mine.generation(), theirs.generation()]).toEqual([8, 7]);
  });

  test("what a replica may no longer trust it serves on, and publishes no more", async () => {
    mine.trust(B);
    expect(await mine.reload()).toMatchObject({ kind: "refused", reason: "signature-invalid" });
    await redis.server.command("FLUSHALL");
    mine.replica.forget();
    await mine.reconcile();
    await mine.reconcile();
    expect(mine.replica.story().filter((line) => line.startsWith("publish"))).toEqual([
      "publish-failed: signature-invalid",
    ]);
    expect([await redis.keys(), mine.generation()]).toEqual([[], 7]);
  });
});
