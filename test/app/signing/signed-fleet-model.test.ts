import fc from "fast-check";
import { expect, test } from "vitest";
import { createMemoryCache } from "../../../src/adapters/memory/cache.ts";
import { createMemorySource } from "../../../src/adapters/memory/source.ts";
import type { CachePort } from "../../../src/ports/cache-port.ts";
import { catalogOf, createReplica, type ViewFiles } from "../../support/catalog-replica.ts";
import { publishOver } from "../../support/publish-over.ts";
import { keyOf, signed } from "../../support/signed-catalog.ts";
import { release, type SignedReplica, startSignedReplica } from "../../support/signed-replica.ts";
import { viewYaml } from "../../support/views-directory.ts";

const [A, FORGER] = [keyOf("a"), keyOf("b")];
const CONTENTS: readonly ViewFiles[] = [
  { "alpha.yaml": viewYaml("a"), "beta.yaml": viewYaml("b") },
  { "alpha.yaml": viewYaml("a", "z"), "gamma.yaml": viewYaml("g") },
  { "delta.yaml": viewYaml("d") },
];
const EVIL: ViewFiles = { "alpha.yaml": viewYaml("evil"), "beta.yaml": viewYaml("b") };
const KEYS = ["alpha", "beta", "gamma", "hash", "list", "loaded"].map((key) => `mosaic:views:${key}`);
const MANIFEST_KEY = "mosaic:catalog:manifest";
const ALL_KEYS = [...KEYS, MANIFEST_KEY, "mosaic:catalog:state"];
const REPLICAS = 3;
const ROUNDS = 6;
const TTL = { ttlSeconds: 600 };

type Attack =
  | { readonly kind: "delete" | "garble"; readonly key: string }
  | { readonly kind: "save" | "put-back" | "unsigned" | "forged" | "mixed" | "claim" };

type Action =
  | Attack
  | { readonly kind: "release" | "reload-old"; readonly who: number; readonly content: number }
  | { readonly kind: "compare" | "restart"; readonly who: number }
  | { readonly kind: "elapse"; readonly ms: number };

const who = fc.nat(REPLICAS - 1);
const key = fc.constantFrom(...ALL_KEYS);
const actionArbitrary: fc.Arbitrary<Action> = fc.oneof(
  fc.record({ kind: fc.constantFrom("release", "reload-old"), who, content: fc.nat(CONTENTS.length - 1) }),
  fc.record({ kind: fc.constant("compare"), who }),
  fc.record({ kind: fc.constantFrom("compare", "restart"), who }),
  fc.record({ kind: fc.constant("elapse"), ms: fc.constantFrom(100, 1500, 600_000) }),
  fc.record({ kind: fc.constantFrom("delete", "garble"), key }),
  fc.record({ kind: fc.constantFrom("save", "put-back", "unsigned", "forged", "mixed", "claim") }),
);

/** A fleet that shares a cache with somebody who has no key. */
interface Fleet {
  readonly replicas: readonly SignedReplica[];
  /** The views of each release, by generation. */
  readonly released: ReadonlyMap<number, string>;
  play(action: Action): Promise<void>;
}

async function startFleet(): Promise<Fleet> {
  const cache = createMemoryCache();
  const attack = createAttacker(cache);
  const released = new Map<number, string>();
  const releases: ViewFiles[] = [];
  const sign = async (content: number): Promise<ViewFiles> => {
    const views = CONTENTS[content] ?? {};
    released.set(released.size + 1, (await catalogOf(views)).hash);
    const files = await release(views, released.size, [A]);
    releases.push(files);
    return files;
  };
  const disks: ViewFiles[] = Array(REPLICAS).fill(await sign(0));
  const start = (index: number): Promise<SignedReplica> =>
    startSignedReplica({ cache, files: disks[index] ?? {}, keys: [A] });
  const replicas: SignedReplica[] = [];
  for (let index = 0; index < REPLICAS; index++) replicas.push(await start(index));

  async function play(action: Action): Promise<void> {
    switch (action.kind) {
      case "release":
        disks[action.who] = await sign(action.content);
        await replicas[action.who]?.reload(disks[action.who]);
        break;
      case "reload-old": {
        // Whoever signs never signs two contents under one number: this is a folder of some release before.
        await replicas[action.who]?.reload(releases[action.content % releases.length] ?? {});
        break;
      }
      case "compare":
        await replicas[action.who]?.reconcile();
        break;
      case "restart":
        replicas[action.who] = await start(action.who);
        break;
      case "elapse":
        for (const { replica } of replicas) replica.elapse(action.ms);
        break;
      default:
        await attack(action);
    }
  }
  return { replicas, released, play };
}

function createAttacker(cache: CachePort): (attack: Attack) => Promise<void> {
  const encoder = new TextEncoder();
  const { store } = createReplica({ cache, source: createMemorySource({}) }).deps;
  let saved: readonly (Uint8Array | undefined)[] = [];
  return async (attack) => {
    switch (attack.kind) {
      case "delete":
        await cache.delete(attack.key);
        break;
      case "garble":
        await cache.set(attack.key, encoder.encode("%"), TTL);
        break;
      case "save":
        saved = await cache.getMany(ALL_KEYS);
        break;
      case "put-back":
        for (const [index, name] of ALL_KEYS.entries()) {
          const value = saved[index];
          if (value !== undefined) await cache.set(name, value, TTL);
        }
        break;
      case "unsigned":
        await publishOver(store, await catalogOf(EVIL), TTL);
        break;
      case "forged": {
        const catalog = await catalogOf(EVIL);
        await publishOver(store, catalog, { ...TTL, manifest: signed(catalog, 999, [FORGER]) });
        break;
      }
      case "mixed":
        // A manifest that was really signed, beside views that were not.
        await publishOver(store, await catalogOf(EVIL), { ...TTL, manifest: await cache.get(MANIFEST_KEY) });
        break;
      case "claim": {
        const state = JSON.stringify({ hash: "0".repeat(64), revision: 999_999_999_999_999, version: 1 });
        await cache.set("mosaic:catalog:state", encoder.encode(state), TTL);
        break;
      }
    }
  };
}

test("whatever is done to the cache, replicas serve releases alone, never go back, and come to agree", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(actionArbitrary, { maxLength: 40 }), async (actions) => {
      const fleet = await startFleet();
      const generations = (): number[] => fleet.replicas.map((one) => one.generation() ?? 0);
      for (const action of actions) {
        const before = generations();
        await fleet.play(action);
        for (const [index, replica] of fleet.replicas.entries()) {
          const generation = replica.generation() ?? 0;
          expect(replica.served()).toBe(fleet.released.get(generation));
          const isRestarted = action.kind === "restart" && action.who === index;
          if (!isRestarted) expect(generation).toBeGreaterThanOrEqual(before[index] ?? 0);
        }
      }
      const newest = Math.max(...generations());
      for (let round = 0; round < ROUNDS * REPLICAS; round++) {
        await fleet.play({ kind: "elapse", ms: 700_000 });
        await fleet.play({ kind: "compare", who: round % REPLICAS });
      }
      expect(generations()).toEqual(Array(REPLICAS).fill(newest));
    }),
    { numRuns: 100 },
  );
}, 120_000);
