import { describe, expect, test, vi } from "vitest";
import { expectLasting, untilAgreed } from "../../support/agreement.ts";
import {
  type FleetReplica,
  type ReplicaProcess,
  type RunningFleet,
  reloadWith,
  requestReload,
  said,
  servedHash,
  startFleet,
  startFleetOfProcesses,
} from "../../support/running-fleet.ts";
import { RUNTIMES } from "../../support/runtimes.ts";
import { startReplica } from "../../support/started-replica.ts";
import { startTcpProxy, type TcpProxy } from "../../support/tcp-proxy.ts";
import { viewYaml } from "../../support/views-directory.ts";

const FIRST = { "alpha.yaml": viewYaml("a") };
const viewsWith = (column: string) => ({ "alpha.yaml": viewYaml("a", column) });
const proxied = ({ port }: TcpProxy) => ({ REDIS_URL: `redis://127.0.0.1:${port}/0` });
const WAIT = { timeout: 15_000, interval: 20 };

const untilPublished = ({ redis }: RunningFleet): Promise<void> =>
  vi.waitFor(async () => expect(await redis.command("EXISTS", "mosaic:views:hash")).toBe(1), WAIT);

describe.each(RUNTIMES)("a replica on $name", (runtime) => {
  test("a reload on a replica that missed the last ones stays, though Redis was emptied before it", async () => {
    await using opened = new AsyncDisposableStack();
    const proxies: TcpProxy[] = [];
    await using fleet = await startFleetOfProcesses({
      size: 3,
      files: FIRST,
      runtime,
      async envOf(_, redis) {
        const proxy = opened.use(await startTcpProxy({ targetPort: redis.port }));
        proxies.push(proxy);
        return proxied(proxy);
      },
    });
    const { redis, replicas } = fleet;
    const [unaware, ...others] = replicas as [ReplicaProcess, ReplicaProcess, ReplicaProcess];
    const [cut] = proxies;
    await cut?.refuse();
    for (const column of ["one", "two", "three"]) await reloadWith(others[0], viewsWith(column));
    await untilAgreed({ redis, replicas: others }, (await servedHash(others[0])) ?? "");

    for (const { service } of others) service.signal("SIGSTOP");
    await redis.command("FLUSHALL");
    await cut?.accept();
    await untilPublished(fleet);
    await unaware.views.replace(viewsWith("newest"));
    const { hash, published } = await requestReload(unaware);
    expect(published).toBe(true);
    for (const { service } of others) service.signal("SIGCONT");
    await expectLasting(fleet, hash);
  });

  test("a reload made while Redis was away, on a replica that had never seen it, is published when Redis is back", async () => {
    await using opened = new AsyncDisposableStack();
    let proxy: TcpProxy | undefined;
    await using fleet = await startFleet({
      size: 2,
      files: FIRST,
      runtime,
      async envOf(_, redis) {
        proxy ??= opened.use(await startTcpProxy({ targetPort: redis.port }));
        return proxied(proxy);
      },
    });
    const { redis, replicas } = fleet;
    const [first] = replicas as [FleetReplica, ...FleetReplica[]];
    if (proxy === undefined) throw new TypeError("The fleet has no proxy");
    await untilAgreed(fleet, await reloadWith(first, viewsWith("before_outage")));

    await proxy.refuse();
    const files = viewsWith("other_disk");
    await using late = await startReplica({ runtime, files, redisUrl: proxied(proxy).REDIS_URL });
    await late.service.waitForLog(said("Catalog activated", { source: "disk" }));
    await late.views.replace(viewsWith("during_outage"));
    const { hash, published } = await requestReload(late);
    expect(published).toBe(false);
    await proxy.accept();
    await expectLasting({ redis, replicas: [...replicas, late] }, hash);
  });

  test("a reload made while Redis was away gives way to one that was made after it", async () => {
    await using opened = new AsyncDisposableStack();
    let proxy: TcpProxy | undefined;
    await using fleet = await startFleet({
      size: 2,
      files: FIRST,
      runtime,
      async envOf(index, redis) {
        if (index !== 0) return {};
        proxy = opened.use(await startTcpProxy({ targetPort: redis.port }));
        return proxied(proxy);
      },
    });
    const [cut, other] = fleet.replicas as [FleetReplica, FleetReplica];
    await proxy?.refuse();
    for (const column of ["one", "two", "three"]) await reloadWith(cut, viewsWith(column));
    const newest = await reloadWith(other, viewsWith("newest"));
    await proxy?.accept();
    await expectLasting(fleet, newest);
  });
});
