import { describe, expect, test } from "vitest";
import { createMemoryCache } from "../../../src/adapters/memory/cache.ts";
import { createMemorySource } from "../../../src/adapters/memory/source.ts";
import { compareWithDisk } from "../../../src/app/catalog/catalog-service.ts";
import { previewReload, reload } from "../../../src/app/catalog/reload.ts";
import { preload } from "../../../src/app/catalog/sync.ts";
import {
  catalogOf,
  createReplica,
  observedSource,
  publishAs,
  type ViewFiles,
} from "../../support/catalog-replica.ts";
import { viewYaml } from "../../support/views-directory.ts";

const FILES = { "alpha.yaml": viewYaml("a"), "beta.yaml": viewYaml("b") };

/** The views of `FILES` with what a program has added to one of them. */
const withAdded = (added: string): ViewFiles => ({ ...FILES, "beta.yaml": `${viewYaml("b")}${added}\n` });

/** Whether a disk counts as another catalog than the one that is taken from the cache. */
async function isDivergent(published: ViewFiles, onDisk: ViewFiles): Promise<boolean> {
  const cache = createMemoryCache();
  await publishAs(cache, published);
  const replica = createReplica({ cache, source: createMemorySource(onDisk) });
  await preload(replica.deps);
  await compareWithDisk(replica.deps);
  const event = replica.events.at(-1);
  if (event?.kind !== "disk-compared") throw new Error(`The last event is ${event?.kind}`);
  expect(event.diskHash).toBe((await catalogOf(onDisk)).hash);
  return event.divergent;
}

describe("compareWithDisk()", () => {
  test("compares a catalog whose publication is recorded while the disk is read", async () => {
    const cache = createMemoryCache();
    await publishAs(cache, FILES);
    const { deps, events } = createReplica({ cache, source: createMemorySource(FILES) });
    await preload(deps);
    const source = observedSource(createMemorySource(FILES), () => {
      const active = deps.holder.current();
      if (active !== undefined) deps.holder.activate({ ...active, revision: active.revision + 1 });
    });
    await compareWithDisk({ ...deps, source });
    expect(events.at(-1)).toMatchObject({ kind: "disk-compared", divergent: false });
  });

  test.each([
    ["comparison", compareWithDisk],
    ["preview", previewReload],
  ])(
    "a %s that ends after a later reload does not report the disk from before the reload",
    async (_, run) => {
      const memory = createMemorySource(FILES);
      const gate = Promise.withResolvers<void>();
      const replica = createReplica({ cache: createMemoryCache(), source: memory });
      await preload(replica.deps);
      replica.elapse(1);
      memory.replace({ "alpha.yaml": viewYaml("z") });
      const early = await memory.load();
      const running = run({
        ...replica.deps,
        source: { ...memory, load: () => gate.promise.then(() => early) },
      });
      memory.replace({ "alpha.yaml": "columns: [" });
      expect(await reload(replica.deps)).toMatchObject({ kind: "invalid" });
      memory.replace(FILES);
      expect(await reload(replica.deps)).toMatchObject({ kind: "reloaded" });
      replica.forget();
      gate.resolve();
      await running;
      expect(replica.story()).toEqual([]);
    },
  );

  test("a preview that ends after a later refused reload does not clear the refusal", async () => {
    const memory = createMemorySource(FILES);
    const gate = Promise.withResolvers<void>();
    const replica = createReplica({ cache: createMemoryCache(), source: memory });
    await preload(replica.deps);
    const early = await memory.load();
    const running = previewReload({
      ...replica.deps,
      source: { ...memory, load: () => gate.promise.then(() => early) },
    });
    memory.replace({ "alpha.yaml": "columns: [" });
    expect(await reload(replica.deps)).toMatchObject({ kind: "invalid" });
    replica.forget();
    gate.resolve();
    expect(await running).toMatchObject({ kind: "reloaded" });
    expect(replica.story()).toEqual([]);
  });

  test.each([
    ["published", withAdded('__file__: "beta.yaml"\n__signature_ok__: true'), FILES],
    ["on the disk", FILES, withAdded('__file__: "beta.yaml"')],
    ["in both, unlike", withAdded('__file__: "a"'), withAdded('__file__: "b"')],
  ])("does not count keys that begin with __: %s", async (_, published, onDisk) => {
    expect(await isDivergent(published, onDisk)).toBe(false);
  });

  test.each([
    ["another key", withAdded('_file: "beta.yaml"'), FILES],
    ["such a key below the first level", withAdded('extra: {__file__: "beta.yaml"}'), withAdded("extra: {}")],
    ["another value beside such a key", { ...FILES, "beta.yaml": `${viewYaml("c")}__file__: "b"\n` }, FILES],
    ["a view more", { ...withAdded('__file__: "b"'), "gamma.yaml": viewYaml("g") }, FILES],
    ["another name of a view", { "alpha.yaml": viewYaml("a"), "gamma.yaml": viewYaml("b") }, FILES],
  ])("counts %s", async (_, published, onDisk) => {
    expect(await isDivergent(published, onDisk)).toBe(true);
  });
});
