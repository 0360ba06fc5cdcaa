import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type Browser, startBrowser } from "../support/browser.ts";
import { toneOf } from "../support/computed-looks.ts";
import { openConsoleInTest } from "../support/open-console-in-test.ts";
import {
  askForFleet,
  type FleetOfProcesses,
  type ReplicaProcess,
  reloadWith,
  said,
  startFleetOfProcesses,
} from "../support/running-fleet.ts";
import { RUNTIMES, type Runtime } from "../support/runtimes.ts";
import { ADMIN_TOKEN } from "../support/service-process.ts";
import { viewYaml } from "../support/views-directory.ts";

const WAIT = { timeout: 15_000, interval: 50 };

describe("the console of a fleet of one replica on Node and one on Deno", () => {
  const opened = new AsyncDisposableStack();
  let browser: Browser;
  let fleet: FleetOfProcesses;
  beforeAll(async () => {
    browser = opened.use(await startBrowser());
    const [runtime] = RUNTIMES as readonly [Runtime];
    fleet = opened.use(
      await startFleetOfProcesses({ size: 2, files: { "view_a.yaml": viewYaml("a") }, runtime }),
    );
  });
  afterAll(() => opened.disposeAsync());

  test.each([
    ["Node", 0],
    ["Deno", 1],
  ])("the replica on %s shows the other one diverge and come back", async (_name, place) => {
    const [self, other] = (place === 0 ? fleet.replicas : fleet.replicas.toReversed()) as [
      ReplicaProcess,
      ReplicaProcess,
    ];
    await expect.poll(async () => (await askForFleet(self)).replicas.length, WAIT).toBe(2);
    const { self: ownId, replicas } = await askForFleet(self);
    const otherId = replicas.find(({ id }) => id !== ownId)?.id ?? "";
    const user = await openConsoleInTest(browser, { url: `${self.service.url}/#/fleet` });
    await user.giveToken(ADMIN_TOKEN);
    await user.see("table", "Replicas");
    const rowOf = (id: string): Promise<string> =>
      user.page.getByRole("table").getByRole("row").filter({ hasText: id }).innerText();
    await expect.poll(() => rowOf(ownId), WAIT).toContain("this replica");
    expect(await rowOf(otherId)).not.toMatch(/this replica|diverges/);

    onTestFinished(() => other.service.signal("SIGCONT"));
    other.service.signal("SIGSTOP");
    const hash = await reloadWith(self, { "view_b.yaml": viewYaml("b", `c${place}`) });
    await expect.poll(() => rowOf(otherId), WAIT).toContain("diverges");
    const divergence = user.page.locator("tr.divergent .badge").filter({ hasText: "diverges" });
    expect(await toneOf(divergence)).toBe("warn");
    expect(await rowOf(ownId)).not.toContain("diverges");

    other.service.signal("SIGCONT");
    await other.service.waitForLog(said("Catalog activated", { views_hash: hash }));
    await expect.poll(() => rowOf(otherId), WAIT).not.toContain("diverges");
    await user.activate(user.find("button", "Português"));
    await user.see("table", "Réplicas");
    await expect.poll(() => rowOf(ownId), WAIT).toContain("esta réplica");
  });

  test("E1: the page says when the shared cache is away, shows the other replica as it was seen last, and both when it is back", async () => {
    const [first] = fleet.replicas as [ReplicaProcess];
    const user = await openConsoleInTest(browser, { url: `${first.service.url}/#/fleet` });
    await user.giveToken(ADMIN_TOKEN);
    const rows = user.find("table", "Replicas").getByRole("row");
    await expect.poll(() => rows.count(), WAIT).toBe(3);
    await fleet.redis.kill();
    await user.page.getByText(/^Cache: redis, down/).waitFor();
    const server = `127.0.0.1:${fleet.redis.port}`;
    await user.hear("alert", "this replica cannot see the others", `${server} refused: connection refused`);
    const ownCache = rows.filter({ hasText: "this replica" }).locator(".badge").filter({ hasText: "down" });
    expect(await toneOf(ownCache)).toBe("warn");
    await user.activate(user.find("link", "Overview"));
    const check = user.page.locator(".check").filter({ has: user.find("link", "Cache") });
    expect(await toneOf(check.locator(".badge"))).toBe("warn");
    const cause = user.page.locator(".check .cause");
    await cause.filter({ hasText: `${server} refused: connection refused` }).waitFor();
    const stranger = await openConsoleInTest(browser, { url: first.service.url, language: "pt-BR" });
    await stranger.page.locator(".check .cause").getByText("refused: conexão recusada").waitFor();
    expect(await stranger.page.getByText(server).count()).toBe(0);
    await user.activate(user.find("link", "Reload"));
    await user.page.getByText("a reload would change this replica alone").waitFor();
    await user.activate(user.find("link", "Fleet"));
    await expect
      .poll(() => user.page.getByRole("status").first().innerText(), WAIT)
      .toContain("Other replicas unknown");
    expect(await user.page.getByText("has a local cache").count()).toBe(0);
    // The other one is still there, as it was seen last.
    await expect.poll(() => rows.count(), WAIT).toBe(3);
    const gone = rows.filter({ hasText: /last seen \d+\s\S+ ago/ });
    await expect.poll(() => gone.count(), WAIT).toBe(1);
    expect(await gone.getAttribute("class")).toBe("gone");
    await fleet.redis.restart();
    await user.page.getByText("Cache: redis, up").waitFor();
    await expect.poll(() => gone.count(), WAIT).toBe(0);
    await expect.poll(() => rows.count(), WAIT).toBe(3);
  });
});
