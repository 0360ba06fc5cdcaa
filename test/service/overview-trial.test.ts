import { describe, expect, test, vi } from "vitest";
import {
  askForFleet,
  type FleetAnswer,
  type FleetReplica,
  requestReload,
  startFleet,
} from "../support/running-fleet.ts";
import { RUNTIMES } from "../support/runtimes.ts";
import { sendRequest } from "../support/send-request.ts";
import { startTcpProxy, type TcpProxy } from "../support/tcp-proxy.ts";
import { viewYaml } from "../support/views-directory.ts";

const WAIT = { timeout: 20_000, interval: 100 };
const SUMMARY = "mosaic:replicas:summary";

interface Checks {
  readonly checks: Readonly<Record<string, { readonly code: string; readonly since: string }>>;
}

describe.each(RUNTIMES)("The overview on $name", (runtime) => {
  test("one replica names another that is cut off, and a catalog on disk that is invalid, since when, and the cause", async () => {
    let proxy: TcpProxy | undefined;
    await using fleet = await startFleet({
      size: 3,
      files: { "alpha.yaml": viewYaml("a") },
      runtime,
      envOf: async (index, redis) => {
        if (index !== 1) return {};
        proxy = await startTcpProxy({ targetPort: redis.port });
        return { REDIS_URL: `redis://127.0.0.1:${proxy.port}/0` };
      },
    });
    await using _ = proxy as unknown as TcpProxy;
    const [healthy, cutOff] = fleet.replicas as [FleetReplica, FleetReplica];
    const readyz = async () => (await sendRequest(healthy.service.url, "/readyz")).json() as Checks;
    await vi.waitFor(async () => expect((await askForFleet(healthy)).replicas).toHaveLength(3), WAIT);
    const before = Date.now();
    const { self: cutOffId } = await askForFleet(cutOff);

    await proxy?.refuse();
    await healthy.views.replace({ "alpha.yaml": "columns: [a]\n" });
    await expect(requestReload(healthy)).rejects.toThrow("422");
    // The time until a heartbeat expires passes at once.
    await fleet.redis.command("DEL", `mosaic:replicas:id:${cutOffId}`, "mosaic:leases:fleet");
    const summary = await vi.waitFor(async () => {
      const stored = JSON.parse(String(await fleet.redis.command("GET", SUMMARY)));
      expect(stored.lost).toMatchObject([{ id: cutOffId }]);
      return stored;
    }, WAIT);
    expect(Date.parse(summary.lost[0].since)).toBeGreaterThanOrEqual(before);
    const since = new Date(Date.parse(summary.lost[0].since) - 20_000).toISOString();
    await fleet.redis.command(
      "SET",
      SUMMARY,
      JSON.stringify({ ...summary, lost: [{ id: cutOffId, since }] }),
      "EX",
      "30",
    );

    await vi.waitFor(async () => {
      const { checks } = await readyz();
      expect(checks.fleet).toEqual({ status: "warn", code: "lost", count: 1, since });
      expect(checks.disk).toMatchObject({
        status: "warn",
        code: "refused",
        reason: "invalid-catalog",
        count: 1,
      });
    }, WAIT);
    expect(Date.parse((await readyz()).checks.disk?.since ?? "")).toBeGreaterThanOrEqual(before);
    const known = (await askForFleet(healthy)) as FleetAnswer & { readonly lost: unknown };
    expect(known.lost).toEqual([{ id: cutOffId, since }]);
  });
});
