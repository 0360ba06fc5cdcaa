import { describe, expect, test } from "vitest";
import { createMemoryCache } from "../../../src/adapters/memory/cache.ts";
import type { CatalogEvent } from "../../../src/app/catalog/events.ts";
import { createHistory, type History } from "../../../src/app/status/history.ts";
import type { Catalog } from "../../../src/domain/catalog/catalog.ts";
import { HISTORY_ENTRIES_MAX } from "../../../src/domain/fleet/history.ts";
import type { Diagnostic } from "../../../src/domain/view/diagnostic.ts";
import { CacheError, type CachePort } from "../../../src/ports/cache-port.ts";
import { catalogOf } from "../../support/signed-catalog.ts";

const FIRST = catalogOf({ alpha: "a", beta: "b" });
const SECOND = catalogOf({ alpha: "changed", gamma: "g" });

const activated = (
  catalog: Catalog,
  previous: Catalog | undefined,
  trigger: "preload" | "reconcile" | "reload" = "reload",
): CatalogEvent => ({
  kind: "activated",
  trigger,
  source: "disk",
  catalog,
  previousHash: previous?.hash,
  generation: undefined,
  atMs: 0,
});

const refused = (trigger: "preload" | "reload"): CatalogEvent => ({
  kind: "refused",
  trigger,
  refusal: { source: "disk", reason: "invalid-catalog", detail: "columns: a secret of view_a" },
});

/** A replica that shares a cache with others, with a clock that goes on by a second at each reading. */
function startReplica(
  replica: string,
  cache: Pick<CachePort, "get" | "publish">,
  clock = { ms: 0 },
): History {
  return createHistory({
    cache,
    replica,
    viewsDir: "data/views/",
    wallMs: () => {
      clock.ms += 1000;
      return clock.ms;
    },
    random: () => 0,
    pause: async () => undefined,
    signal: new AbortController().signal,
  });
}

const kindsOf = async (history: History): Promise<readonly string[]> =>
  (await history.list()).entries.map(({ replica, kind }) => `${replica} ${kind}`);

describe("createHistory()", () => {
  test("records what was activated, with the numbers and names of views that differ", async () => {
    const history = startReplica("pod-1", createMemoryCache());
    history.onCatalogEvent(activated(FIRST, undefined, "preload"));
    history.onCatalogEvent({ kind: "published", hash: FIRST.hash, views: 2, removed: 0 });
    history.onCatalogEvent(activated(SECOND, FIRST));
    const { shared, entries } = await history.list();
    expect(shared).toBe(true);
    expect(entries).toEqual([
      expect.objectContaining({
        kind: "activated",
        trigger: "reload",
        from: FIRST.hash,
        to: SECOND.hash,
        added: 1,
        changed: 1,
        removed: 1,
        views: ["alpha", "gamma", "beta"],
      }),
      expect.objectContaining({ kind: "published", to: FIRST.hash }),
      expect.objectContaining({
        kind: "activated",
        trigger: "preload",
        from: null,
        added: 2,
        at: "1970-01-01T00:00:01.000Z",
      }),
    ]);
  });

  test("records a refusal with its reason, once while a start retries, and no value of a view", async () => {
    const history = startReplica("pod-1", createMemoryCache());
    history.onCatalogEvent(refused("preload"));
    history.onCatalogEvent(refused("preload"));
    history.onCatalogEvent(refused("reload"));
    const { entries } = await history.list();
    expect(entries.map(({ trigger, reason }) => [trigger, reason])).toEqual([
      ["reload", "invalid-catalog"],
      ["preload", "invalid-catalog"],
    ]);
    expect(JSON.stringify(entries)).not.toContain("secret");
  });

  test("records where the first error of a refused disk is, and how many there are, but no message", async () => {
    const history = startReplica("pod-1", createMemoryCache());
    const error: Diagnostic = {
      severity: "error",
      ...{ code: "yaml-syntax", pointer: "", line: 2, column: 10, message: "a secret", hint: "a secret" },
      file: "data/views/view_a.yaml",
    };
    const diagnostics: readonly Diagnostic[] = [
      { ...error, severity: "warning", line: 1 },
      error,
      { ...error, line: 9 },
    ];
    history.onCatalogEvent({ kind: "source-invalid", diagnostics });
    history.onCatalogEvent(refused("reload"));
    history.onCatalogEvent({
      kind: "source-invalid",
      diagnostics: [{ ...error, file: `${"f".repeat(300)}.yaml` }],
    });
    history.onCatalogEvent(refused("reload"));
    const cached = { source: "cache", reason: "invalid-view", detail: "" } as const;
    history.onCatalogEvent({ kind: "refused", trigger: "reconcile", refusal: cached });
    const { entries } = await history.list();
    const first = { file: "view_a.yaml", line: 2, column: 10, code: "yaml-syntax" };
    expect(entries.map(({ errors }) => errors)).toEqual([undefined, { total: 1 }, { total: 2, first }]);
    expect(JSON.stringify(entries)).not.toContain("secret");
  });

  test("records the id of the request that caused a reload", async () => {
    const history = startReplica("pod-1", createMemoryCache());
    history.onCatalogEvent({ ...activated(FIRST, undefined), requestId: "mine" });
    history.onCatalogEvent({ ...refused("reload"), requestId: "second" });
    history.onCatalogEvent(activated(SECOND, FIRST, "reconcile"));
    const { entries } = await history.list();
    expect(entries.map(({ requestId }) => requestId)).toEqual([undefined, "second", "mine"]);
  });

  test("keeps when each replica of its entries was last seen, over restarts and older versions", async () => {
    const cache = createMemoryCache();
    const clock = { ms: 0 };
    const first = startReplica("pod-1", cache, clock);
    const second = startReplica("pod-2", cache, clock);
    first.onCatalogEvent(activated(FIRST, undefined));
    second.onCatalogEvent(activated(FIRST, undefined));
    await first.flush();
    await second.flush();
    const at = new Date(clock.ms).toISOString();
    second.departed([
      { replica: "pod-2", at },
      { replica: "without-entry", at },
    ]);
    await second.flush();
    expect((await first.list()).departed).toEqual([{ replica: "pod-2", at }]);
    const later = [{ replica: "pod-2", at: new Date(clock.ms + 1000).toISOString() }];
    first.departed(later);
    await first.flush();
    const restarted = await startReplica("pod-3", cache, clock).list();
    expect(restarted.departed).toEqual(later);
    // An older version writes the entries alone.
    const { entries } = restarted;
    const old = new TextEncoder().encode(JSON.stringify({ schema: 1, entries }));
    await cache.set("history", old, { ttlSeconds: 60 });
    expect((await first.list()).departed).toEqual(later);
  });

  test("records no outage of the cache, which refuses no catalog and would fill the history", async () => {
    const history = startReplica("pod-1", createMemoryCache());
    for (const reason of ["cache-timeout", "cache-unavailable", "cache-timeout"] as const) {
      const refusal = { source: "cache", reason, detail: "no answer" } as const;
      history.onCatalogEvent({ kind: "refused", trigger: "reconcile", refusal });
    }
    const damage = { source: "cache", reason: "missing-view", detail: "evicted" } as const;
    history.onCatalogEvent({ kind: "refused", trigger: "reconcile", refusal: damage });
    expect((await history.list()).entries.map(({ reason }) => reason)).toEqual(["missing-view"]);
  });

  test("records a reload that changed nothing, and no event that is not about the catalog's history", async () => {
    const history = startReplica("pod-1", createMemoryCache());
    history.onCatalogEvent({ kind: "cache-hit" });
    history.onCatalogEvent({ kind: "reloaded", hash: SECOND.hash, previousHash: FIRST.hash });
    history.onCatalogEvent({ kind: "reloaded", hash: FIRST.hash, previousHash: FIRST.hash });
    history.onCatalogEvent({ kind: "repaired", hash: FIRST.hash, part: "flag" });
    history.onCatalogEvent(activated(FIRST, FIRST, "reconcile"));
    expect(await kindsOf(history)).toEqual(["pod-1 repaired", "pod-1 reloaded"]);
  });

  test("records a reload that changed nothing in one entry, and the publication of the next one again", async () => {
    const history = startReplica("pod-1", createMemoryCache());
    const published: CatalogEvent = { kind: "published", hash: FIRST.hash, views: 2, removed: 0 };
    history.onCatalogEvent(activated(FIRST, FIRST));
    history.onCatalogEvent(published);
    history.onCatalogEvent({ kind: "reloaded", hash: FIRST.hash, previousHash: FIRST.hash });
    expect(await kindsOf(history)).toEqual(["pod-1 reloaded"]);
    history.onCatalogEvent(published);
    expect(await kindsOf(history)).toEqual(["pod-1 published", "pod-1 reloaded"]);
  });

  test("survives the restart of every replica in turn", async () => {
    const cache = createMemoryCache();
    const clock = { ms: 0 };
    const [first, second] = [startReplica("pod-1", cache, clock), startReplica("pod-2", cache, clock)];
    first.onCatalogEvent(activated(FIRST, undefined));
    await first.flush();
    second.onCatalogEvent(activated(FIRST, undefined, "reconcile"));
    await second.flush();
    const third = startReplica("pod-3", cache, clock);
    third.onCatalogEvent(activated(FIRST, undefined, "preload"));
    await third.flush();
    expect(await kindsOf(startReplica("pod-4", cache, clock))).toEqual([
      "pod-3 activated",
      "pod-2 activated",
      "pod-1 activated",
    ]);
  });

  test("after a flush of the cache, live replicas write back what they know", async () => {
    const cache = createMemoryCache();
    const history = startReplica("pod-1", cache);
    history.onCatalogEvent(activated(FIRST, undefined));
    await history.flush();
    await cache.delete("history");
    expect(await kindsOf(history)).toEqual(["pod-1 activated"]);
    await expect.poll(() => kindsOf(startReplica("pod-2", cache))).toEqual(["pod-1 activated"]);
  });

  test("without the shared cache it keeps what it knows, and writes it with the next entry", async () => {
    const memory = createMemoryCache();
    const outage = { down: true };
    const failing = async (): Promise<never> => {
      throw new CacheError("get", "unavailable", "down");
    };
    const cache: Pick<CachePort, "get" | "publish"> = {
      get: (...parameters) => (outage.down ? failing() : memory.get(...parameters)),
      publish: (...parameters) => (outage.down ? failing() : memory.publish(...parameters)),
    };
    const history = startReplica("pod-1", cache);
    history.onCatalogEvent(activated(FIRST, undefined));
    const alone = await history.list();
    expect([alone.shared, alone.entries.length]).toEqual([false, 1]);
    outage.down = false;
    history.onCatalogEvent(activated(SECOND, FIRST));
    await expect.poll(() => kindsOf(startReplica("pod-2", memory))).toHaveLength(2);
  });

  test("replicas that write at the same time lose no entry", async () => {
    const cache = createMemoryCache();
    const clock = { ms: 0 };
    const replicas = ["pod-1", "pod-2", "pod-3", "pod-4"].map((id) => startReplica(id, cache, clock));
    for (const replica of replicas) replica.onCatalogEvent(activated(FIRST, undefined));
    await expect.poll(async () => (await kindsOf(startReplica("pod-5", cache))).toSorted()).toHaveLength(4);
  });

  test("a flush waits for a write that is running, and writes again what that write could not", async () => {
    const memory = createMemoryCache();
    const gate = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const history = startReplica("pod-1", {
      get: memory.get,
      async publish(...parameters) {
        begun.resolve();
        await gate.promise;
        return memory.publish(...parameters);
      },
    });
    history.onCatalogEvent(activated(FIRST, undefined));
    await begun.promise;
    const other = startReplica("pod-2", memory);
    other.onCatalogEvent(activated(SECOND, undefined));
    await other.flush();
    const flushed = history.flush().then(async () => (await memory.get("history")) ?? new Uint8Array());
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    gate.resolve();
    expect(new TextDecoder().decode(await flushed)).toContain("pod-1");
  });

  test("is bounded, however much happens", async () => {
    const history = startReplica("pod-1", createMemoryCache());
    for (let reload = 0; reload < 500; reload++) {
      history.onCatalogEvent(activated(reload % 2 === 0 ? SECOND : FIRST, reload % 2 === 0 ? FIRST : SECOND));
    }
    expect((await history.list()).entries).toHaveLength(HISTORY_ENTRIES_MAX);
  });
});
