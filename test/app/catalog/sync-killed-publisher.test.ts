import type { Command } from "ioredis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createFilesystemSource } from "../../../src/adapters/filesystem/source.ts";
import { createRedisCache } from "../../../src/adapters/redis/cache.ts";
import { reload } from "../../../src/app/catalog/reload.ts";
import { preload, reconcile } from "../../../src/app/catalog/sync.ts";
import { shareCatalogRedis } from "../../support/catalog-redis.ts";
import { createReplica, type Replica } from "../../support/catalog-replica.ts";
import { connectTestRedis } from "../../support/connect-redis.ts";
import { createViewsDirectory, type ViewsDirectory, viewYaml } from "../../support/views-directory.ts";

/** More than a small publication has, and several pages of digests. */
const VIEWS = 300;
const PATIENCE_MS = 31_000;

function filesOf(changes: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const names = Array.from({ length: VIEWS }, (_, index) => `view_${index}.yaml`);
  return { ...Object.fromEntries(names.map((name) => [name, viewYaml("ticker")])), ...changes };
}

const FIRST = filesOf();
const SECOND = filesOf({ "view_7.yaml": viewYaml("ticker", "changed"), "view_new.yaml": viewYaml("ticker") });

const hashOf = ({ deps }: Replica): string | undefined => deps.holder.current()?.catalog.hash;

describe("a fleet whose publisher is killed", () => {
  const redis = shareCatalogRedis();
  const folders = new Map<typeof FIRST, ViewsDirectory>();
  beforeAll(async () => {
    for (const files of [FIRST, SECOND]) folders.set(files, await createViewsDirectory(files));
  });
  afterAll(async () => {
    for (const folder of folders.values()) await folder.remove();
  });
  // Only files have a digest, whose record is a command of a publication too.
  const sourceOf = (files: typeof FIRST) => createFilesystemSource(folders.get(files)?.path ?? "");
  const replicaOf = (files: typeof FIRST): Replica =>
    createReplica({ cache: redis.cache, source: sourceOf(files) });

  /** A replica that dies at a command, before it is sent or once it was done, and the number of its commands. */
  async function createMortal(diesAt: number, moment: "after" | "before") {
    const client = await connectTestRedis(redis.server.url);
    const sent = { isCounting: false, commands: 0 };
    const send = client.sendCommand.bind(client);
    client.sendCommand = (command: Command, ...rest) => {
      if (!sent.isCounting) return send(command, ...rest);
      sent.commands += 1;
      if (sent.commands < diesAt) return send(command, ...rest);
      const isDone = sent.commands === diesAt && moment === "after" ? send(command, ...rest) : undefined;
      const dead = Promise.resolve(isDone).then(() => {
        client.disconnect();
        throw new Error("The publisher was killed");
      });
      dead.catch(() => undefined);
      return dead;
    };
    const replica = createReplica({ cache: createRedisCache(client), source: sourceOf(SECOND) });
    return { replica, sent, close: () => client.disconnect() };
  }

  /** The reload's number of commands; the fleet is whole afterwards. */
  async function killAt(diesAt: number, moment: "after" | "before"): Promise<number> {
    await redis.server.command("FLUSHALL");
    const bystander = replicaOf(FIRST);
    await preload(bystander.deps);
    const first = hashOf(bystander);
    const { replica: victim, sent, close } = await createMortal(diesAt, moment);
    await preload(victim.deps);
    sent.isCounting = true;
    await reload(victim.deps).catch(() => undefined);
    const second = hashOf(victim);
    close();
    const memory = {};
    await reconcile(bystander.deps, memory);
    bystander.elapse(PATIENCE_MS);
    await reconcile(bystander.deps, memory);
    const served = hashOf(bystander);
    expect([first, second]).toContain(served);
    const stored = await bystander.deps.store.read();
    expect(stored).toMatchObject({ kind: "verified", catalog: { hash: served } });
    const late = replicaOf(FIRST);
    expect(await preload(late.deps)).toMatchObject({ kind: "active", source: "cache", hash: served });
    const restarted = replicaOf(SECOND);
    await preload(restarted.deps);
    expect(await reload(restarted.deps)).toMatchObject({ kind: "reloaded", published: true });
    await reconcile(bystander.deps, memory);
    expect(hashOf(bystander)).toBe(hashOf(restarted));
    return sent.commands;
  }

  test.each(["before", "after"] as const)(
    "serves one whole catalog, and the next reload succeeds: at each command, %s it is done",
    async (moment) => {
      const all = await killAt(Number.POSITIVE_INFINITY, moment);
      expect(all).toBeGreaterThan(5);
      expect(await redis.keys()).toContain("mosaic:catalog:source");
      for (let diesAt = 1; diesAt <= all; diesAt += 1) await killAt(diesAt, moment);
    },
  );
});
