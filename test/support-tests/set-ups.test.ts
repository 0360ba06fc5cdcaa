import process from "node:process";
import { describe, expect, test } from "vitest";
import { startClusterSetUp } from "../support/set-ups/cluster-set-up.ts";
import { createNamespaceNetwork, findNamespaceObstacle } from "../support/set-ups/namespace-network.ts";
import { startSentinelSetUp } from "../support/set-ups/sentinel-set-up.ts";

const OBSTACLE = await findNamespaceObstacle();
if (OBSTACLE !== undefined) process.stderr.write(`Set-ups run on loopback alone: ${OBSTACLE}\n`);
const ROWS = [
  { name: "on loopback", secured: false, isApart: false },
  { name: "on loopback, secured", secured: true, isApart: false },
  ...(OBSTACLE === undefined ? [{ name: "in network namespaces", secured: false, isApart: true }] : []),
];
const network = async (isApart: boolean) => (isApart ? { network: await createNamespaceNetwork() } : {});

describe.each(ROWS)("$name", ({ secured, isApart }) => {
  test("startSentinelSetUp() switches its primary, and promotes a replica when it is killed", async () => {
    await using setUp = await startSentinelSetUp({ secured, ...(await network(isApart)) });
    const first = await setUp.primary();
    expect(first).toBe(setUp.nodes[0]);
    const second = await setUp.switchPrimary();
    expect(second).not.toBe(first);
    await second.kill();
    const third = await setUp.untilPrimaryAfter(second);
    expect(third).not.toBe(second);
    await second.restart();
  });

  test("startClusterSetUp() switches the owner of the namespace, moves its slot, and promotes a replica", async () => {
    await using setUp = await startClusterSetUp({ secured, ...(await network(isApart)) });
    const first = await setUp.owner();
    await first.command("SET", "{mosaic}:key", "value");
    const second = await setUp.switchOwner();
    const third = await setUp.moveSlot();
    expect(new Set([first, second, third]).size).toBe(3);
    expect(await third.command("GET", "{mosaic}:key")).toBe("value");
    await third.command("WAIT", "1", "5000");
    await third.kill();
    const fourth = await setUp.untilOwnerAfter(third);
    expect(await fourth.command("GET", "{mosaic}:key")).toBe("value");
    await third.restart({ keepData: true });
    await setUp.untilServing();
  });
});
