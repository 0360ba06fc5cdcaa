import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createMemorySource } from "../../../src/adapters/memory/source.ts";
import { type ComparisonMemory, preload, reconcile } from "../../../src/app/catalog/sync.ts";
import { type Catalog, createCatalog } from "../../../src/domain/catalog/catalog.ts";
import type { Entity } from "../../../src/domain/view/entity.ts";
import { type CatalogRedis, startCatalogRedis } from "../../support/catalog-redis.ts";
import {
  catalogOf,
  contentOf,
  createReplica,
  publishAs,
  type Replica,
  readPublished,
} from "../../support/catalog-replica.ts";
import { viewYaml } from "../../support/views-directory.ts";

const PUBLISHED = {
  "alpha.yaml": viewYaml("a", "b"),
  "beta.yaml": viewYaml("a"),
  "gone.yaml": viewYaml("a"),
};
const ON_DISK = { "alpha.yaml": viewYaml("a", "c"), "beta.yaml": viewYaml("a") };
const ZEROS = "0".repeat(64);
const DISK_KEYS = [
  "mosaic:catalog:digests",
  "mosaic:catalog:digests:0",
  "mosaic:catalog:state",
  "mosaic:views:alpha",
  "mosaic:views:beta",
  "mosaic:views:hash",
  "mosaic:views:list",
  "mosaic:views:loaded",
];

type Command = readonly string[];

interface Corruption {
  readonly name: string;
  /** Run on what a Mosaic replica has published. */
  readonly commands: readonly Command[];
  readonly reason: string;
  readonly detail: string;
  /** Views that nobody knows of any more, since the list was lost; their TTL ends them. */
  readonly left?: readonly string[];
  /** Views of the old catalog that go with the publication; 1 unless the list was lost. */
  readonly removed?: number;
  /** How long it is left as it is; default: as long as another program may be at work. */
  readonly graceMs?: number;
}

const NO_MARK: Command = ["DEL", "mosaic:catalog:state"];
const view = (text: string): Command => ["SET", "mosaic:views:beta", text];
const list = (text: string): Command => ["SET", "mosaic:views:list", text];
const markFor = (hash: string): Command => [
  "SET",
  "mosaic:catalog:state",
  `{"hash": "${hash}", "version": 1}`,
];
/** Without a publication state, no publication looks like this while it is replaced. */
const DAMAGE = { graceMs: 1500 };
const LOST_LIST = { left: ["mosaic:views:gone"], removed: 0 };

/** What the three views hash to once the text of one of them is another. */
async function hashWith(text: string): Promise<string> {
  const views = new Map((await catalogOf(PUBLISHED)).views);
  return createCatalog(views.set("beta" as Entity, new TextEncoder().encode(text))).hash;
}

async function corruptions(): Promise<readonly Corruption[]> {
  const { hash } = await catalogOf(PUBLISHED);
  const next = await catalogOf(ON_DISK);
  const changed = '{"columns": ["b"], "identifiers": ["a"]}';
  const halves = '{"columns": [';
  const mismatch = async (text: string) => `the hash of the views is ${await hashWith(text)}, not ${hash}`;
  const badJson = { reason: "bad-json", detail: "views:beta is not JSON" };
  const missing = { reason: "missing-view", detail: "views:beta is absent" };
  const mismatched = { reason: "hash-mismatch", detail: await mismatch(changed) };
  const badList = {
    reason: "bad-list",
    detail: "views:list is not a list of entities",
    ...LOST_LIST,
  };
  const badHash = { reason: "bad-hash", detail: "views:hash is not a catalog hash" };
  const badMark = { reason: "bad-mark", detail: 'views:loaded is not "1"' };
  const notTheHash = { reason: "hash-mismatch", detail: `the hash of the views is ${hash}, not ${ZEROS}` };
  const wrongHash: Command = ["SET", "mosaic:views:hash", ZEROS];
  const nextHash: Command = ["SET", "mosaic:views:hash", next.hash];
  const halfWritten = {
    reason: "hash-mismatch",
    detail: `the hash of the views is ${hash}, not ${next.hash}`,
  };
  const row = (
    name: string,
    commands: readonly Command[],
    expected: Omit<Corruption, "commands" | "name">,
  ) => ({
    name,
    commands,
    ...expected,
  });
  return [
    row("a view is missing", [["DEL", "mosaic:views:beta"]], missing),
    row("a view is missing, without the mark", [["DEL", "mosaic:views:beta"], NO_MARK], missing),
    row("a byte of a view changed", [view(changed)], mismatched),
    row("a byte of a view changed, without the mark", [view(changed), NO_MARK], mismatched),
    row("the hash is another", [wrongHash], notTheHash),
    row("the hash and the mark are another", [wrongHash, markFor(ZEROS)], notTheHash),
    row("the hash is none", [["SET", "mosaic:views:hash", "abc"]], badHash),
    row("the hash is none, without the mark", [["SET", "mosaic:views:hash", "abc"], NO_MARK], {
      ...badHash,
      ...DAMAGE,
    }),
    row("the hash is missing", [["DEL", "mosaic:views:hash"]], {
      reason: "missing-hash",
      detail: "views:hash is absent",
    }),
    row("a view is no JSON", [view(halves)], badJson),
    row("a view is no JSON, without the mark", [view(halves), NO_MARK], badJson),
    row("a view is no object, without the mark", [view("[]"), NO_MARK], {
      reason: "hash-mismatch",
      detail: await mismatch("[]"),
    }),
    row(
      "a view holds NaN, without the mark",
      [view('{"columns": ["a"], "identifiers": ["a"], "x": NaN}'), NO_MARK],
      {
        reason: "bad-json",
        detail: "views:beta is not JSON",
      },
    ),
    row("the next catalog is half-written", [nextHash], halfWritten),
    row("the next catalog is half-written, with its mark", [nextHash, markFor(next.hash)], halfWritten),
    row("the list is missing", [["DEL", "mosaic:views:list"]], {
      reason: "missing-list",
      detail: "views:list is absent",
      ...LOST_LIST,
    }),
    row("the list names what is no entity", [list('["alpha", "../beta"]')], {
      reason: "invalid-entity",
      detail: 'views:list names "../beta", which is not a valid entity',
      ...LOST_LIST,
    }),
    ...["", "{}", "[]", "[1]", '["hash"]', "nonsense"].map((text) =>
      row(`the list is ${JSON.stringify(text)}`, [list(text)], badList),
    ),
    row("the list is nonsense, without the mark", [list("nonsense"), NO_MARK], { ...badList, ...DAMAGE }),
    row(
      "a view has another type",
      [
        ["DEL", "mosaic:views:beta"],
        ["RPUSH", "mosaic:views:beta", "x"],
      ],
      missing,
    ),
    row(
      "the list has another type",
      [
        ["DEL", "mosaic:views:list"],
        ["HSET", "mosaic:views:list", "x", "y"],
      ],
      {
        reason: "missing-list",
        detail: "views:list is absent",
        ...LOST_LIST,
      },
    ),
    row(
      "the hash has another type",
      [
        ["DEL", "mosaic:views:hash"],
        ["SADD", "mosaic:views:hash", "x"],
      ],
      {
        reason: "missing-hash",
        detail: "views:hash is absent",
      },
    ),
    row("the loaded key is not 1", [["SET", "mosaic:views:loaded", "0"]], badMark),
    row("the loaded key is not 1, without the mark", [["SET", "mosaic:views:loaded", "0"], NO_MARK], {
      ...badMark,
      ...DAMAGE,
    }),
    row("the loaded key is alone", [["FLUSHALL"], ["SET", "mosaic:views:loaded", "1"]], {
      reason: "missing-hash",
      detail: "views:hash is absent",
      removed: 0,
      ...DAMAGE,
    }),
  ];
}

const NOT_LOADED: readonly (readonly [name: string, commands: readonly Command[]])[] = [
  ["the loaded key is missing", [["DEL", "mosaic:views:loaded"]]],
  [
    "the loaded key has another type",
    [
      ["DEL", "mosaic:views:loaded"],
      ["RPUSH", "mosaic:views:loaded", "1"],
    ],
  ],
];

describe("preload()", async () => {
  let redis: CatalogRedis;
  let onDisk: Catalog;
  let replica: Replica;

  beforeAll(async () => {
    redis = await startCatalogRedis();
    onDisk = await catalogOf(ON_DISK);
  });
  afterAll(() => redis?.[Symbol.asyncDispose]());
  beforeEach(async () => {
    await redis.server.command("FLUSHALL");
    await publishAs(redis.cache, PUBLISHED);
    replica = createReplica({ cache: redis.cache, source: createMemorySource(ON_DISK) });
  });

  async function expectHealed(left: readonly string[]): Promise<void> {
    expect(replica.deps.holder.current()).toMatchObject({ source: "disk", catalog: onDisk });
    expect(await readPublished(redis.cache)).toEqual(contentOf(onDisk));
    expect(await redis.keys()).toEqual([...DISK_KEYS, ...left].sort());
  }

  test.each(await corruptions())(
    "refuses the cache, serves the disk, and publishes it after a grace period when $name",
    async (corruption) => {
      for (const command of corruption.commands) await redis.server.command(...command);
      const before = await redis.contents();
      const memory: ComparisonMemory = {};
      const active = { kind: "active", source: "disk", hash: onDisk.hash };
      expect(await preload(replica.deps, memory)).toEqual(active);
      expect(replica.pauses).toEqual([100]);
      const story = [
        `cache-miss: ${corruption.reason}`,
        `refused from cache by preload: ${corruption.reason}, ${corruption.detail}`,
        "activated from disk by preload",
      ];
      expect(replica.story()).toEqual(story);
      replica.elapse((corruption.graceMs ?? 30_000) - 1);
      await reconcile(replica.deps, memory);
      expect([replica.story(), await redis.contents()]).toEqual([story, before]);
      replica.elapse(1);
      await reconcile(replica.deps, memory);
      expect(replica.story()).toEqual([...story, `published 2, removed ${corruption.removed ?? 1}`]);
      await expectHealed(corruption.left ?? []);
    },
  );

  test.each(NOT_LOADED)(
    "waits for a program at work when %s, then puts it back and takes the rest",
    async (_, commands) => {
      for (const command of commands) await redis.server.command(...command);
      const memory: ComparisonMemory = {};
      const active = { kind: "active", source: "disk", hash: onDisk.hash };
      expect(await preload(replica.deps, memory)).toEqual(active);
      expect(replica.pauses).toEqual([]);
      expect(replica.story()).toEqual(["cache-miss: absent", "activated from disk by preload"]);
      replica.elapse(29_999);
      await reconcile(replica.deps, memory);
      expect(await redis.server.command("GET", "mosaic:views:loaded").catch(() => null)).not.toBe("1");
      replica.elapse(1);
      await reconcile(replica.deps, memory);
      await reconcile(replica.deps, memory);
      expect(replica.story().slice(2)).toEqual([
        "repaired: flag",
        "cache-hit",
        "activated from cache by reconcile",
      ]);
      expect(await readPublished(redis.cache)).toEqual(contentOf(await catalogOf(PUBLISHED)));
    },
  );

  test("serves nothing when the cache is corrupt and the disk is empty", async () => {
    await redis.server.command("DEL", "mosaic:views:beta");
    const before = await redis.contents();
    replica = createReplica({ cache: redis.cache, source: createMemorySource({}) });
    expect(await preload(replica.deps)).toEqual({
      kind: "unavailable",
      refusals: [
        { source: "cache", reason: "missing-view", detail: "views:beta is absent" },
        {
          source: "disk",
          reason: "invalid-catalog",
          detail: 'Cannot load catalog "memory": the catalog has no views',
        },
      ],
    });
    expect(replica.deps.holder.current()).toBeUndefined();
    expect(await redis.contents()).toEqual(before);
  });
});
