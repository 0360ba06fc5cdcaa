import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ALL_FAULTS } from "../support/faults/all-faults.ts";
import { createFleet, type Fleet } from "./fleet.ts";
import { type KnownCatalog, knownCatalog } from "./known-catalogs.ts";
import { faultDuringReload, faultWhileServing, runScenario, startPublished } from "./scenario.ts";

const SEED = 7;
const HOLD_MS = 1000;
/** `npm run chaos` has every fault at every moment. */
const ALSO_AT_START: ReadonlySet<string> = new Set(["frozen", "no rights", "every value garbage"]);

describe("serve on Node and on Deno, side by side under load", () => {
  let fleet: Fleet;
  let current: KnownCatalog = knownCatalog(0);

  beforeAll(async () => {
    fleet = await createFleet({ seed: SEED, catalog: current });
    await startPublished(fleet, current);
  });
  afterAll(async () => {
    await fleet?.[Symbol.asyncDispose]();
  });

  test.each(ALL_FAULTS.map((fault, index) => ({ fault, isReloading: index % 2 === 1, index })))(
    "get over: $fault.name",
    async ({ fault, isReloading, index }) => {
      const run = { fault, holdMs: HOLD_MS };
      if (isReloading) current = knownCatalog(index);
      const { violations } = isReloading
        ? await faultDuringReload(fleet, { ...run, next: current })
        : await faultWhileServing(fleet, { ...run, current });
      expect(violations).toEqual([]);
    },
  );

  test("answered nothing wrong all the while, and end well", async () => {
    expect(await fleet.stop()).toEqual([]);
  });
});

describe("serve on Node and on Deno, started side by side", () => {
  test.each(ALL_FAULTS.filter(({ name }) => ALSO_AT_START.has(name)))(
    "get over what was there before them: $name",
    async (fault) => {
      expect((await runScenario({ fault, moment: "start", seed: SEED })).violations).toEqual([]);
    },
  );
});
