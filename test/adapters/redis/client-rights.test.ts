import { expect, test, vi } from "vitest";
import { connectRedis, createRedisPair } from "../../../src/adapters/redis/client.ts";
import {
  documentedClusterRights,
  documentedRights,
  documentedSentinelRights,
} from "../../support/secured-redis.ts";
import { startClusterSetUp } from "../../support/set-ups/cluster-set-up.ts";
import { startSentinelSetUp } from "../../support/set-ups/sentinel-set-up.ts";

const WAIT = { timeout: 15_000, interval: 20 };
const PASSWORD = "planted-password";

type Command = (...words: readonly string[]) => Promise<unknown>;

/** What a server has refused, such as `sentinel|master`. */
async function refusals(command: Command): Promise<readonly string[]> {
  const entries = (await command("ACL", "LOG")) as readonly (readonly unknown[])[];
  return entries.map((entry) => String(entry[entry.indexOf("object") + 1]));
}

test("the documented rights are enough at Sentinels, and without the first there is no primary", async () => {
  await using setUp = await startSentinelSetUp();
  const words = await documentedSentinelRights(PASSWORD);
  const [, , user = ""] = words;
  for (const { command } of setUp.sentinels) await command(...words);
  const sentinel = { username: user, password: PASSWORD };
  const open = () => createRedisPair(setUp.settings.REDIS_URL ?? "", { sentinel }).commands;
  const used = open();
  expect(await connectRedis(used.client, 10_000)).toBe(true);
  for (const { command } of setUp.sentinels) expect(await refusals(command)).toEqual([]);
  used.client.disconnect();

  for (const { command } of setUp.sentinels) {
    await command("ACL", "SETUSER", user, "-sentinel|get-master-addr-by-name");
  }
  const refused = open();
  refused.client.connect().catch(() => undefined);
  await expect.poll(refused.fault, WAIT).toMatchObject({ kind: "sentinel-password" });
  refused.client.disconnect();
});

test("the documented rights are enough in a cluster, and without those of a cluster it says which is missing", async () => {
  await using setUp = await startClusterSetUp();
  const words = [...(await documentedRights(PASSWORD, "{mosaic}")), ...(await documentedClusterRights())];
  for (const { command } of setUp.nodes) await command(...words);
  const url = (setUp.settings.REDIS_URL ?? "").replace("://", `://mosaic:${PASSWORD}@`);
  const open = () => createRedisPair(url, { namespace: setUp.namespace }).commands;
  const used = open();
  expect(await connectRedis(used.client, 10_000)).toBe(true);
  await used.client.set("{mosaic}:key", "1");
  for (const { command } of setUp.nodes) expect(await refusals(command)).toEqual([]);
  used.client.disconnect();

  for (const { command } of setUp.nodes) await command("ACL", "SETUSER", "mosaic", "-cluster|slots");
  const refused = open();
  refused.client.connect().catch(() => undefined);
  await vi.waitFor(() => expect(refused.fault()?.kind).toBe("rights"), WAIT);
  refused.client.disconnect();
});
