import { describe, expect, test, vi } from "vitest";
import { startBrowser } from "../support/browser.ts";
import { openConsole } from "../support/console-user.ts";
import { startHostedService } from "../support/hosted-service.ts";
import { runMain } from "../support/run-main.ts";
import {
  askForFleet,
  type FleetReplica,
  reloadWith,
  requestReload,
  said,
  servedHash,
  startFleet,
} from "../support/running-fleet.ts";
import { RUNTIMES } from "../support/runtimes.ts";
import { sendRequest } from "../support/send-request.ts";
import { ADMIN_TOKEN } from "../support/service-process.ts";
import { createViewsDirectory, viewYaml } from "../support/views-directory.ts";

const WAIT = { timeout: 20_000, interval: 100 };
const OLD = { "alpha.yaml": viewYaml("a") };
const NEWER = { "alpha.yaml": viewYaml("a", "b") };

async function preview(
  { service }: Pick<FleetReplica, "service">,
  lang = "en",
): Promise<Readonly<Record<string, unknown>>> {
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
  const path = `/admin/views/reload?dryRun=true&lang=${lang}`;
  return (await sendRequest(service.url, path, { method: "POST", headers })).json() as never;
}

describe.each(RUNTIMES)("a replica on $name whose disk is older than the catalog of the fleet", (runtime) => {
  test("warns, on the overview and in each preview, that a reload would bring the old catalog back", async () => {
    await using browser = await startBrowser();
    await using fleet = await startFleet({ size: 3, files: OLD, runtime });
    const [outdated, newer] = fleet.replicas as [FleetReplica, FleetReplica];
    const { self: newerId } = await askForFleet(newer);
    const oldHash = await servedHash(outdated);
    const before = Date.now();
    const hash = await reloadWith(newer, NEWER);
    for (const { service } of fleet.replicas)
      await service.waitForLog(said("Catalog activated", { views_hash: hash }));

    const previewed = await vi.waitFor(async () => {
      const answer = await preview(outdated);
      expect(answer).toMatchObject({ hash: oldHash, previousHash: hash, replaced: { replica: newerId } });
      return answer as { readonly replaced: { readonly at: string } };
    }, WAIT);
    expect(Date.parse(previewed.replaced.at)).toBeGreaterThanOrEqual(before);

    const reload = async (...args: readonly string[]) => {
      const url = outdated.service.url;
      const env = { ADMIN_TOKEN };
      return await runMain(runtime, { args: ["reload", "--dry-run", ...args, url], directory: ".", env });
    };
    const { at } = previewed.replaced;
    expect((await reload()).stdout).toBe(
      [
        "~ alpha",
        `warning: this catalog was served before, and replaced on ${newerId} at ${at}: a reload would bring it back to the whole fleet`,
        `would be reloaded: 1 view, ${oldHash}`,
        "",
      ].join("\n"),
    );
    expect((await reload("--lang", "pt")).stdout).toContain(
      `aviso: este catálogo já foi servido, e substituído em ${newerId} em ${at}: uma recarga o traria de volta a toda a frota\n`,
    );

    await using user = await openConsole(browser, { url: outdated.service.url });
    await user.giveToken(ADMIN_TOKEN);
    const disk = (name: string) =>
      user.page.getByRole("listitem").filter({ has: user.page.getByRole("heading", { name, exact: true }) });
    await expect
      .poll(() => disk("Disk").innerText(), WAIT)
      .toMatch(new RegExp(`The served catalog was published by ${newerId}, [^.]+\\.\\s+What to do:`));
    expect(await disk("Disk").innerText()).toContain(
      "If it is older, first deploy the current files here: reloading now would bring this disk's catalog to the whole fleet.",
    );
    await user.activate(user.find("button", "Português"));
    await expect
      .poll(() => disk("Disco").innerText(), WAIT)
      .toMatch(
        new RegExp(
          `O catálogo servido foi publicado por ${newerId}, [\\s\\S]*implante antes aqui os arquivos atuais`,
        ),
      );
    await user.page.goto(`${outdated.service.url}/#/reload`);
    await user.hear("status", `já foi servido, e substituído em ${newerId}`);
    await user.activate(user.find("button", "English"));
    await user.hear("status", `was served before, and replaced on ${newerId}`);

    await outdated.views.replace({ "alpha.yaml": viewYaml("a", "never-served") });
    expect(await preview(outdated)).not.toHaveProperty("replaced");
    await outdated.views.replace(NEWER);
    expect(await preview(outdated)).not.toHaveProperty("replaced");
    expect(await requestReload(outdated)).toMatchObject({ hash });
  });
});

describe.each(RUNTIMES)("a replica on $name whose files change", (runtime) => {
  test("reports the state of its disk after each preview and each reload, in its checks and its gauge", async () => {
    await using views = await createViewsDirectory(OLD);
    await using service = await startHostedService({ runtime, env: { VIEWS_DIR: views.path } });
    await service.waitForLog(said("Catalog activated"));
    const reported = async () => {
      const { checks } = (await sendRequest(service.url, "/readyz")).json() as {
        readonly checks: { readonly disk: { readonly code: string; readonly count?: number } };
      };
      const { text } = await sendRequest(service.url, "/metrics");
      const gauge = /^mosaic_catalog_disk_divergent (\d)$/m.exec(text)?.[1];
      return [checks.disk.code, checks.disk.count, gauge];
    };
    const invalid = { "alpha.yaml": "columns: [a]\n" };
    expect(await reported()).toEqual(["same", undefined, "0"]);

    await views.replace(NEWER);
    await preview({ service });
    expect(await reported()).toEqual(["differs", undefined, "1"]);
    await views.replace(invalid);
    await preview({ service });
    expect(await reported()).toEqual(["refused", 1, "1"]);
    await views.replace(OLD);
    await preview({ service });
    expect(await reported()).toEqual(["same", undefined, "0"]);

    await views.replace(invalid);
    await expect(requestReload({ service })).rejects.toThrow("422");
    expect(await reported()).toEqual(["refused", 1, "1"]);
    await views.replace(OLD);
    await requestReload({ service });
    expect(await reported()).toEqual(["same", undefined, "0"]);
  });
});
