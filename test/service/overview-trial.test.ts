import { expect, test, vi } from "vitest";
import { startBrowser } from "../support/browser.ts";
import { openConsole } from "../support/console-user.ts";
import {
  askForFleet,
  type FleetAnswer,
  type FleetReplica,
  requestReload,
  startFleet,
} from "../support/running-fleet.ts";
import { RUNTIMES, type Runtime } from "../support/runtimes.ts";
import { sendRequest } from "../support/send-request.ts";
import { ADMIN_TOKEN } from "../support/service-process.ts";
import { startTcpProxy, type TcpProxy } from "../support/tcp-proxy.ts";
import { viewYaml } from "../support/views-directory.ts";

const WAIT = { timeout: 20_000, interval: 100 };
const SUMMARY = "mosaic:replicas:summary";

interface Checks {
  readonly checks: Readonly<Record<string, { readonly code: string; readonly since: string }>>;
}

// The other runtime serves the second replica.
const [runtime] = RUNTIMES as readonly [Runtime];

test("the overview of every replica names one that is cut off, and one whose catalog on disk is invalid, since when, and the way out", async () => {
  await using browser = await startBrowser();
  let proxy: TcpProxy | undefined;
  await using fleet = await startFleet({
    size: 3,
    files: { "alpha.yaml": viewYaml("a") },
    runtime,
    envOf: async (index, redis) => {
      if (index !== 2) return {};
      proxy = await startTcpProxy({ targetPort: redis.port });
      return { REDIS_URL: `redis://127.0.0.1:${proxy.port}/0` };
    },
  });
  await using _ = proxy as unknown as TcpProxy;
  const [invalid, healthy, cutOff] = fleet.replicas as [FleetReplica, FleetReplica, FleetReplica];
  const checksOf = async ({ service }: FleetReplica) =>
    ((await sendRequest(service.url, "/readyz")).json() as Checks).checks;
  await vi.waitFor(async () => expect((await askForFleet(healthy)).replicas).toHaveLength(3), WAIT);
  const before = Date.now();
  const { self: cutOffId } = await askForFleet(cutOff);
  const { self: invalidId } = await askForFleet(invalid);

  await proxy?.refuse();
  const cutOffMs = Date.now();
  await invalid.views.replace({ "alpha.yaml": "columns: [a]\n" });
  await expect(requestReload(invalid)).rejects.toThrow("422");
  // The time until a heartbeat expires passes at once.
  await fleet.redis.command("DEL", `mosaic:replicas:id:${cutOffId}`, "mosaic:leases:fleet");
  const summary = await vi.waitFor(async () => {
    const stored = JSON.parse(String(await fleet.redis.command("GET", SUMMARY)));
    expect(stored.lost).toMatchObject([{ id: cutOffId }]);
    return stored;
  }, WAIT);
  // The last heartbeat, not the moment at which it was missed.
  expect(Date.parse(summary.lost[0].since)).toBeLessThanOrEqual(cutOffMs);
  const since = new Date(Date.parse(summary.lost[0].since) - 40_000).toISOString();
  await fleet.redis.command(
    "SET",
    SUMMARY,
    JSON.stringify({ ...summary, lost: [{ id: cutOffId, since }] }),
    "EX",
    "30",
  );

  const refused = (await checksOf(invalid)).disk;
  expect(refused).toMatchObject({ status: "warn", code: "refused", reason: "invalid-catalog", count: 1 });
  expect(Date.parse(refused?.since ?? "")).toBeGreaterThanOrEqual(before);
  // The time until the fleet is counted again passes at once.
  await vi.waitFor(async () => {
    await fleet.redis.command("DEL", "mosaic:leases:fleet");
    const checks = await checksOf(healthy);
    expect(checks.disk).toEqual({
      status: "warn",
      code: "refused-elsewhere",
      count: 1,
      since: refused?.since,
    });
    expect(checks.fleet).toMatchObject({ status: "warn", code: "lost", count: 1 });
  }, WAIT);
  expect((await checksOf(invalid)).disk?.code).toBe("refused");
  const known = (await askForFleet(healthy)) as FleetAnswer & { readonly lost: readonly unknown[] };
  expect(known.lost).toMatchObject([{ id: cutOffId }]);
  expect(known.replicas.find(({ id }) => id === invalidId)).toMatchObject({
    disk: { reason: "invalid-catalog", since: refused?.since },
  });

  for (const replica of [healthy, invalid]) {
    await using user = await openConsole(browser, { url: replica.service.url });
    user.watched.forgive(/status of 401/);
    await user.giveToken("wrong-token");
    await user.hear("alert", "This is not the admin token of this service.");
    await user.giveToken(ADMIN_TOKEN);
    await user.hearNoMore("alert", "This is not the admin token of this service.");
    const concern = (name: string) =>
      user.page.getByRole("listitem").filter({ has: user.page.getByRole("heading", { name }) });
    await expect
      .poll(() => concern("Fleet").innerText(), WAIT)
      .toMatch(
        new RegExp(
          `${cutOffId} has sent no heartbeat since [\\s\\S]*What to do: If its process runs, open its own overview: [^.]*shared cache[^.]*. Start it again only if it is dead`,
        ),
      );
    await expect
      .poll(() => concern("Disk").innerText(), WAIT)
      .toMatch(
        replica === healthy
          ? new RegExp(
              `${invalidId} refused \\(invalid-catalog: the catalog on disk is invalid\\) since [\\s\\S]*What to do: Fix the files of these[\\s\\S]* Then reload each of them`,
            )
          : /alpha\.yaml:1:1[\s\S]*What to do: Fix the files/,
      );
    // No green sign while something needs attention.
    expect(await user.page.locator(".state .badge").first().getAttribute("class")).toBe("badge warn");
    await user.page.goto(`${replica.service.url}/#/fleet`);
    const vanished = user.page.locator(".notice.warn").filter({ hasText: cutOffId });
    await vanished.getByText("has sent no heartbeat since").waitFor();
    await vanished.getByText("If its process runs, open its own overview").waitFor();
    const summary = "2 replicas, all serving the same catalog; vanished: 1; disk refused: 1";
    expect(await user.page.getByText(summary).getAttribute("class")).toBe("badge warn");
  }
});
