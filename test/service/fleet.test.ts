import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import {
  askForFleet,
  type FleetOfProcesses,
  type FleetReplica,
  type ReplicaProcess,
  type RunningFleet,
  reloadWith,
  said,
  servedHash,
  startFleet,
  startFleetOfProcesses,
} from "../support/running-fleet.ts";
import { RUNTIMES } from "../support/runtimes.ts";
import { startTcpProxy, type TcpProxy } from "../support/tcp-proxy.ts";
import { viewYaml } from "../support/views-directory.ts";

const FIRST = { "alpha.yaml": viewYaml("a"), "beta.yaml": viewYaml("b") };
const SECOND = { "alpha.yaml": viewYaml("a", "z"), "gamma.yaml": viewYaml("g") };
const WAIT = { timeout: 15_000, interval: 20 };

const all = <Replica>(fleet: {
  readonly replicas: readonly Replica[];
}): readonly [Replica, Replica, Replica] => {
  const [first, second, third] = fleet.replicas;
  if (first === undefined || second === undefined || third === undefined)
    throw new RangeError("Too few replicas");
  return [first, second, third];
};

const untilAllServe = (fleet: RunningFleet, hash: string): Promise<void> =>
  vi.waitFor(async () => {
    for (const replica of fleet.replicas) expect(await servedHash(replica)).toBe(hash);
    expect(await fleet.redis.command("GET", "mosaic:views:hash")).toBe(hash);
  }, WAIT);

/** Each has replicas on both runtimes; one of them has a Redis as it should be run. */
const FLEETS = RUNTIMES.map((runtime, index) => ({ name: runtime.name, runtime, secured: index === 1 }));

describe.each(FLEETS)("a fleet that begins with $name, secured: $secured", ({ runtime, secured }) => {
  // One after the other in one fleet, whose third replica reaches Redis through a proxy.
  describe("through reloads and faults", () => {
    let fleet: FleetOfProcesses;
    let proxy: TcpProxy | undefined;

    beforeAll(async () => {
      fleet = await startFleetOfProcesses({
        size: 3,
        files: FIRST,
        runtime,
        secured,
        async envOf(index, redis) {
          if (index !== 2) return {};
          proxy = await startTcpProxy({ targetPort: redis.port });
          return { REDIS_TLS_CA: "", REDIS_URL: `redis://127.0.0.1:${proxy.port}/0` };
        },
      });
    });
    afterAll(async () => {
      await fleet?.[Symbol.asyncDispose]();
      await proxy?.[Symbol.asyncDispose]();
    });

    test("GET /admin/replicas shows who serves what", async () => {
      const [first, second] = all(fleet);
      const hash = await servedHash(first);
      await vi.waitFor(async () => {
        const seen = await askForFleet(first);
        expect(seen).toMatchObject({ shared: true, hash, diverging: 0 });
        expect(seen.replicas.map(({ catalog }) => catalog)).toEqual(
          Array(3).fill(expect.objectContaining({ hash, revision: 2, generation: null, views: 2 })),
        );
      }, WAIT);
      expect((await askForFleet(second)).self).not.toBe((await askForFleet(first)).self);
    });

    test("a reload on one replica is active on all within a second", async () => {
      const [first, ...others] = fleet.replicas as [ReplicaProcess, ...ReplicaProcess[]];
      const hash = await reloadWith(first, SECOND);
      const published = await first.service.waitForLog(said("Catalog published", { views_hash: hash }));
      for (const { service } of others) {
        const activated = await service.waitForLog(
          said("Catalog activated", { views_hash: hash, trigger: "reconcile" }),
        );
        expect(Date.parse(activated.time) - Date.parse(published.time)).toBeLessThan(1000);
      }
      await untilAllServe(fleet, hash);
    });

    test("a replica whose connections were cut during the reload catches up when it has them again", async () => {
      const [first, , cut] = all(fleet);
      await proxy?.refuse();
      const hash = await reloadWith(first, FIRST);
      expect(await servedHash(cut)).not.toBe(hash);
      await proxy?.accept();
      await untilAllServe(fleet, hash);
    });

    test("a replica that was frozen does not put its older catalog over a newer one, though Redis was emptied", async () => {
      const [first, second] = all(fleet);
      first.service.signal("SIGSTOP");
      const hash = await reloadWith(second, SECOND);
      await fleet.redis.command("FLUSHALL");
      first.service.signal("SIGCONT");
      await untilAllServe(fleet, hash);
    });

    test("GET /admin/replicas shows who has gone, and who diverges", async () => {
      const [first, second, third] = all(fleet);
      const hash = await servedHash(first);
      await vi.waitFor(async () => expect((await askForFleet(first)).replicas).toHaveLength(3), WAIT);
      await third.service.stop();
      expect((await askForFleet(first)).replicas).toHaveLength(2);

      await fleet.redis.command("SET", "mosaic:views:hash", "0".repeat(64));
      expect(await askForFleet(first)).toMatchObject({ hash: "0".repeat(64), diverging: 2 });
      // Another program may be publishing: half a minute passes before what is served is put back. Once is enough.
      if (secured) await fleet.redis.command("SET", "mosaic:views:hash", hash ?? "");
      await vi.waitFor(async () => expect(await askForFleet(first)).toMatchObject({ hash, diverging: 0 }), {
        ...WAIT,
        timeout: 60_000,
      });

      second.service.signal("SIGKILL");
      await vi.waitFor(async () => expect((await askForFleet(first)).replicas).toHaveLength(1), WAIT);
    }, 120_000);
  });

  test("a replica that receives no announcements catches up by its own comparisons", async () => {
    await using fleet = await startFleet({
      size: 2,
      files: FIRST,
      runtime,
      secured,
      async envOf(index, redis) {
        if (index !== 1) return {};
        await redis.command("ACL", "SETUSER", "deaf", "on", ">x", "~*", "resetchannels", "+@all");
        return { REDIS_TLS_CA: "", REDIS_URL: `redis://deaf:x@127.0.0.1:${redis.port}/0` };
      },
    });
    const [first, deaf] = fleet.replicas as [FleetReplica, FleetReplica];
    const hash = await reloadWith(first, SECOND);
    await untilAllServe(fleet, hash);
    expect(deaf.service.logs().filter(said("Subscribed to announcements"))).toEqual([]);
  });

  test("a publisher that is killed in the middle of a reload leaves one whole catalog", async () => {
    const many = Object.fromEntries(
      Array.from({ length: 1500 }, (_, index) => [`view_${index}.yaml`, viewYaml("a", `column_${index}`)]),
    );
    await using fleet = await startFleetOfProcesses({ size: 3, files: FIRST, runtime, secured });
    const [first, second, third] = all(fleet);
    const before = await servedHash(second);
    const dying = reloadWith(first, many).catch(() => undefined);
    const activated = await first.service.waitForLog(said("Catalog activated", { trigger: "reload" }));
    first.service.signal("SIGKILL");
    await dying;
    const possible = [before, activated.views_hash];
    await vi.waitFor(async () => {
      const hashes = [await servedHash(second), await servedHash(third)];
      expect(hashes[0]).toBe(hashes[1]);
      expect(possible).toContain(hashes[0]);
      expect(await fleet.redis.command("GET", "mosaic:views:hash")).toBe(hashes[0]);
    }, WAIT);
    const refused = [second, third].flatMap(({ service }) => service.logs().filter(said("Catalog refused")));
    expect(refused).toEqual([]);
  });
});
