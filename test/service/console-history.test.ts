import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Browser, startBrowser } from "../support/browser.ts";
import { openConsoleInTest } from "../support/open-console-in-test.ts";
import { runMain } from "../support/run-main.ts";
import {
  askForFleet,
  type FleetReplica,
  type RunningFleet,
  reloadWith,
  servedHash,
  startFleet,
} from "../support/running-fleet.ts";
import { RUNTIMES, type Runtime } from "../support/runtimes.ts";
import { sendRequest } from "../support/send-request.ts";
import { ADMIN_TOKEN } from "../support/service-process.ts";
import { viewYaml } from "../support/views-directory.ts";

const WAIT = { timeout: 15_000, interval: 50 };
const VIEWS = { "view_a.yaml": viewYaml("a") };

describe("the history page of a fleet of one replica on Node and one on Deno", () => {
  const opened = new AsyncDisposableStack();
  let browser: Browser;
  let fleet: RunningFleet;
  beforeAll(async () => {
    browser = opened.use(await startBrowser());
    const [runtime] = RUNTIMES as readonly [Runtime];
    fleet = opened.use(
      await startFleet({
        ...{ size: 2, files: VIEWS, runtime },
        envOf: (index) => (index === 1 ? { REPLICA_NAME: "web-1" } : {}),
      }),
    );
  });
  afterAll(() => opened.disposeAsync());

  test.each([
    ["Node", 0],
    ["Deno", 1],
  ])(
    "shows what was refused on %s, that the served catalog stays, and the id of the request",
    async (name, place) => {
      const replica = fleet.replicas[place] as FleetReplica;
      const served = (await servedHash(replica))?.slice(0, 12);
      await replica.views.replace({ ...VIEWS, "view_broken.yaml": "identifiers: [a]\ncolumns: [a, b\n" });
      const requestId = `refused-on-${name}`;
      const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, "x-request-id": requestId };
      const answer = await sendRequest(replica.service.url, "/admin/views/reload", {
        method: "POST",
        headers,
      });
      expect(answer.status).toBe(422);

      const user = await openConsoleInTest(browser, { url: `${replica.service.url}/#/history` });
      await user.giveToken(ADMIN_TOKEN);
      const refused = user.page.locator(".events li").filter({ hasText: "refused" }).first();
      await expect
        .poll(async () => (await refused.locator("p").innerText()).replace(/\s+/g, " "), WAIT)
        .toBe(
          `invalid-catalog: the catalog on disk is invalid; view_broken.yaml:2:10 yaml-syntax, 1 error. Still served: ${served}`,
        );
      await user.activate(refused.locator("summary"));
      await refused.getByText(requestId, { exact: true }).waitFor();
      await user.activate(user.find("button", "Português"));
      await refused.getByText("Continua no ar:").waitFor();
      await replica.views.replace(VIEWS);
      await sendRequest(replica.service.url, "/admin/views/reload", { method: "POST", headers });
    },
  );

  test.each([
    ["Node", 0],
    ["Deno", 1],
  ])(
    "names the views of a change on %s by kind, links those that are served, and explains each tick",
    async (_name, place) => {
      const replica = fleet.replicas[place] as FleetReplica;
      await reloadWith(replica, { ...VIEWS, "view_gone.yaml": viewYaml("a") });
      await reloadWith(replica, {
        "view_a.yaml": viewYaml("a", `c${place}`),
        "view_new.yaml": viewYaml("a"),
      });
      const user = await openConsoleInTest(browser, { url: `${replica.service.url}/#/history` });
      await user.giveToken(ADMIN_TOKEN);
      const events = user.page.locator(".events li");
      const change = events.filter({ hasText: /1 removed/ }).first();
      await expect
        .poll(async () => (await change.locator(".group").allInnerTexts()).map((text) => text.trim()), WAIT)
        .toEqual(["1 added: view_new", "1 changed: view_a", "1 removed: view_gone"]);
      expect(await change.getByRole("link").allInnerTexts()).toEqual(["view_new", "view_a"]);
      // The view that was added has been removed since.
      const added = events.filter({ hasText: /1 added: view_gone/ }).first();
      expect(await added.getByRole("link").count()).toBe(0);
      await user.activate(change.getByRole("link").first());
      await user.see("heading", "view_new");

      await user.page.goBack();
      await user.page.locator(".track i").first().waitFor();
      const ticks = await user.page.evaluate<readonly string[]>(
        `[...document.querySelectorAll(".track i")].map(({ title }) => title)`,
      );
      const legend = user.page.locator(".legend li").filter({ has: user.page.locator("i") });
      expect((await legend.allInnerTexts()).sort()).toEqual([...new Set(ticks)].sort());
      await reloadWith(replica, VIEWS);
    },
  );

  test("names the replica that has a name, in the history and in the fleet, beside one that has none", async () => {
    const [first] = fleet.replicas as [FleetReplica];
    const user = await openConsoleInTest(browser, { url: `${first.service.url}/#/history` });
    await user.giveToken(ADMIN_TOKEN);
    const lanes = user.page.locator(".lane");
    await lanes.filter({ hasText: /web-1 \S+-[0-9a-f]{8}/ }).waitFor();
    expect(await lanes.filter({ hasText: "web-1" }).count()).toBe(1);
    await user.activate(user.find("link", "Fleet"));
    await user.page.getByRole("rowheader").filter({ hasText: "web-1" }).waitFor();
    const [runtime] = RUNTIMES as readonly [Runtime];
    const stdoutOf = async (command: string): Promise<string> => {
      const args = [command, first.service.url];
      return (await runMain(runtime, { args, directory: ".", env: { ADMIN_TOKEN } })).stdout;
    };
    expect(await stdoutOf("status")).toMatch(/^web-1 \(\S+-[0-9a-f]{8}\) /m);
    expect(await stdoutOf("history")).toMatch(/^\S+Z web-1 \(\S+\) activated /m);
  });

  test("ends the lane of a replica where it was last seen, once it has stopped and while it cannot be seen", async () => {
    const [first, second] = fleet.replicas as [FleetReplica, FleetReplica];
    const { self } = await askForFleet(second);
    const user = await openConsoleInTest(browser, { url: `${first.service.url}/#/history` });
    await user.giveToken(ADMIN_TOKEN);
    const lane = user.page.locator(".lane").filter({ hasText: self });
    await lane.waitFor();
    const gone = lane.locator(".gone");
    expect(await gone.count()).toBe(0);
    await fleet.redis.kill();
    await expect.poll(() => gone.count(), WAIT).toBe(1);
    await lane.getByText(/^gone, last seen /).waitFor();
    await fleet.redis.restart();
    await expect.poll(() => gone.count(), WAIT).toBe(0);

    await second.service.stop();
    await expect.poll(() => gone.count(), WAIT).toBe(1);
    const served = await lane.locator(".track span:not(.gone)").last().boundingBox();
    const hatched = await gone.boundingBox();
    expect(served && hatched && Math.abs(served.x + served.width - hatched.x)).toBeLessThanOrEqual(2);
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
    const listed = (await sendRequest(first.service.url, "/admin/history", { headers })).json();
    expect(listed).toMatchObject({ departed: [{ replica: self, at: expect.any(String) }] });
    await user.activate(user.find("button", "Português"));
    await lane.getByText(/^ausente, vista pela última vez /).waitFor();
  });
});
