import process from "node:process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { RUNTIMES, type Runtime } from "../support/runtimes.ts";
import { findNamespaceObstacle } from "../support/set-ups/namespace-network.ts";
import { SET_UPS, type SetUpScene } from "./set-up-scenario.ts";

/** `npm run chaos` has every fault of every set-up. */
const SHORT: ReadonlySet<string> = new Set([
  "killed primary",
  "slot moved",
  "stale promotion",
  "DNS moved late",
]);

const [RUNTIME] = RUNTIMES as readonly [Runtime];
const OBSTACLE = await findNamespaceObstacle();

describe.each(OBSTACLE === undefined ? SET_UPS : [])("three replicas on $name, under load", (setUp) => {
  let scene: SetUpScene;
  beforeAll(async () => {
    scene = await setUp.open(RUNTIME);
  });
  afterAll(() => scene?.[Symbol.asyncDispose]());

  test.each(setUp.faults.filter((name) => SHORT.has(name)))("get over: %s", async (name) => {
    expect((await scene.run(name)).violations).toEqual([]);
  });

  test("answered nothing wrong all the while, and end well", async () => {
    expect(await scene.stop()).toEqual([]);
  });
});

test("set-ups are tried in network namespaces, or the reason for none is printed", () => {
  if (OBSTACLE !== undefined) process.stderr.write(`No faults of Sentinel and Cluster here: ${OBSTACLE}\n`);
  expect(SET_UPS.map(({ name }) => name)).toEqual(["one server", "Sentinel", "Cluster"]);
});
