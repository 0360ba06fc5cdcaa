import { describe, expect, test, vi } from "vitest";
import { expectLasting, untilAgreed } from "../../support/agreement.ts";
import { type RedisServer, startRedis } from "../../support/redis-server.ts";
import { type FleetReplica, requestReload, startFleet } from "../../support/running-fleet.ts";
import { RUNTIMES } from "../../support/runtimes.ts";
import { startTcpProxy, type TcpProxy } from "../../support/tcp-proxy.ts";
import { viewYaml } from "../../support/views-directory.ts";

const viewsWith = (column: string) => ({ "alpha.yaml": viewYaml("a", column) });
const WAIT = { timeout: 15_000, interval: 20 };

/** Resolves when the copy of a primary names this catalog too. */
const untilCopied = (copy: RedisServer, hash: string): Promise<void> =>
  vi.waitFor(async () => expect(await copy.command("GET", "mosaic:views:hash")).toBe(hash), WAIT);

async function publish(replica: FleetReplica, column: string): Promise<string> {
  await replica.views.replace(viewsWith(column));
  const { hash, published } = await requestReload(replica);
  expect(published).toBe(true);
  return hash;
}

describe.each(RUNTIMES)("a primary that is cut off with a replica on $name", (runtime) => {
  test("the newest reload on the promoted Redis outlasts older ones on the primary that was cut off", async () => {
    await using opened = new AsyncDisposableStack();
    const proxies: TcpProxy[] = [];
    await using fleet = await startFleet({
      size: 3,
      files: viewsWith("first"),
      runtime,
      async envOf(_, redis) {
        const proxy = opened.use(await startTcpProxy({ targetPort: redis.port }));
        proxies.push(proxy);
        return { REDIS_URL: `redis://127.0.0.1:${proxy.port}/0` };
      },
    });
    const primary = fleet.redis;
    const [minority, ...majority] = fleet.replicas as [FleetReplica, FleetReplica, FleetReplica];
    const [toMinority, ...toMajority] = proxies as [TcpProxy, TcpProxy, TcpProxy];
    await primary.command("CONFIG", "SET", "repl-diskless-sync-delay", "0");
    await using promoted = await startRedis({ args: ["--replicaof", "127.0.0.1", String(primary.port)] });
    const shared = await publish(majority[0], "before_split");
    await untilAgreed(fleet, shared);
    await untilCopied(promoted, shared);

    for (const proxy of toMajority) await proxy.refuse();
    await promoted.command("REPLICAOF", "NO", "ONE");
    for (const proxy of toMajority) {
      proxy.retarget(promoted.port);
      await proxy.accept();
    }
    await untilAgreed({ redis: promoted, replicas: majority }, shared);
    for (const column of ["minority_1", "minority_2", "minority_3"]) await publish(minority, column);
    const newest = await vi.waitFor(() => publish(majority[0], "majority"), WAIT);
    await untilAgreed({ redis: promoted, replicas: majority }, newest);

    await toMinority.refuse();
    await primary.command("REPLICAOF", "127.0.0.1", String(promoted.port));
    toMinority.retarget(promoted.port);
    await toMinority.accept();
    await expectLasting({ redis: promoted, replicas: fleet.replicas }, newest);
  });
});
