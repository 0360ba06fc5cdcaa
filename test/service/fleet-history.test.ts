import { expect, test, vi } from "vitest";
import { type HostedService, startHostedService } from "../support/hosted-service.ts";
import { startRedis } from "../support/redis-server.ts";
import { requestReload } from "../support/running-fleet.ts";
import { RUNTIMES } from "../support/runtimes.ts";
import { sendRequest } from "../support/send-request.ts";
import { cacheSettings } from "../support/service-combinations.ts";
import { ADMIN_TOKEN } from "../support/service-process.ts";
import { createViewsDirectory, viewYaml } from "../support/views-directory.ts";

const WAIT = { timeout: 20_000, interval: 100 };
const KEY = "mosaic:history";
const ENTRIES_MAX = 120;
const BYTES_MAX = 256 * 1024;

interface Entry {
  readonly kind: string;
  readonly to: string | null;
  readonly replica: string;
  readonly number: number;
}

async function historyOf({ url }: HostedService): Promise<readonly Entry[]> {
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
  const answer = (await sendRequest(url, "/admin/history", { headers })).json();
  expect(answer).toMatchObject({ shared: true });
  return (answer as { readonly entries: readonly Entry[] }).entries;
}

test("The history of a fleet on both runtimes survives the restart of every replica in turn and a flush, and is bounded", async () => {
  await using redis = await startRedis();
  await using views = await createViewsDirectory({ "alpha.yaml": viewYaml("a") });
  await using opened = new AsyncDisposableStack();
  const start = async (runtime: (typeof RUNTIMES)[number]): Promise<HostedService> => {
    const service = opened.use(
      await startHostedService({ runtime, env: { ...cacheSettings(redis), VIEWS_DIR: views.path } }),
    );
    await service.waitForLog(({ msg }) => msg === "Catalog activated");
    return service;
  };
  const stored = async () => String((await redis.command("GET", KEY)) ?? "");
  const storedEntries = async (): Promise<readonly Entry[]> =>
    JSON.parse((await stored()) || '{"entries":[]}').entries;
  let fleet = [];
  for (const runtime of RUNTIMES) fleet.push(await start(runtime));
  const [first] = fleet as [HostedService];
  await views.replace({ "alpha.yaml": viewYaml("a", "b") });
  const { hash } = await requestReload({ service: first });
  await vi.waitFor(async () => expect((await storedEntries()).length).toBeGreaterThanOrEqual(5), WAIT);
  const before = await storedEntries();
  await requestReload({ service: first });

  const restarted = [];
  for (const [index, runtime] of RUNTIMES.entries()) {
    await fleet[index]?.stop();
    restarted.push(await start(runtime));
  }
  fleet = restarted;
  // All that the first replicas had to record was written when they stopped.
  const firstIds = new Set(before.map(({ replica }) => replica));
  const recorded = (await storedEntries()).filter(({ replica, to }) => firstIds.has(replica) && to === hash);
  // One reload with a change and one without.
  expect(recorded.map(({ kind }) => kind).toSorted()).toEqual([
    "activated",
    "activated",
    "published",
    "reloaded",
  ]);
  for (const service of fleet) expect(await historyOf(service)).toEqual(expect.arrayContaining([...before]));

  await redis.command("FLUSHALL");
  await vi.waitFor(
    async () => expect(await storedEntries()).toEqual(expect.arrayContaining([...before])),
    WAIT,
  );

  const [again] = fleet as [HostedService];
  for (let count = 0; count < ENTRIES_MAX; count++) await requestReload({ service: again });
  await vi.waitFor(async () => expect(await storedEntries()).toHaveLength(ENTRIES_MAX), WAIT);
  expect((await stored()).length).toBeLessThan(BYTES_MAX);
  expect(await historyOf(again)).toHaveLength(ENTRIES_MAX);
});
