import process from "node:process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { RUNTIMES, type Runtime } from "../support/runtimes.ts";
import { findNamespaceObstacle } from "../support/set-ups/namespace-network.ts";
import { SET_UPS, type SetUpScene } from "./set-up-scenario.ts";

/** What only that set-up has; `npm run chaos` has every fault of each, with either runtime first. */
const SHORT: Readonly<Record<string, readonly string[]>> = {
  "one server": ["DNS moved late"],
  Sentinel: ["stale promotion"],
  Cluster: ["killed primary", "slot moved"],
};
const OBSTACLE = await findNamespaceObstacle();
const ROWS = SET_UPS.map((setUp, index) => ({
  ...setUp,
  runtime: RUNTIMES[index % RUNTIMES.length] as Runtime,
  faults: setUp.faults.filter((name) => SHORT[setUp.name]?.includes(name)),
}));

describe.each(OBSTACLE === undefined ? ROWS : [])(
  "three replicas on $name, under load",
  ({ open, runtime, faults }) => {
    let scene: SetUpScene;
    beforeAll(async () => {
      scene = await open(runtime);
    });
    afterAll(() => scene?.[Symbol.asyncDispose]());

    test.each(faults)("get over: %s", async (name) => {
      expect((await scene.run(name)).violations).toEqual([]);
    });

    test("answered nothing wrong all the while, and end well", async () => {
      expect(await scene.stop()).toEqual([]);
    });
  },
);

test("set-ups are tried in network namespaces, or the reason for none is printed", () => {
  if (OBSTACLE !== undefined) process.stderr.write(`No faults of Sentinel and Cluster here: ${OBSTACLE}\n`);
  expect(ROWS.map(({ name, faults }) => [name, faults])).toEqual(Object.entries(SHORT));
});
