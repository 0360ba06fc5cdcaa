import { expect, test } from "vitest";
import { awaitRecovery } from "./await-recovery.ts";
import { createFleet } from "./fleet.ts";
import { knownCatalog } from "./known-catalogs.ts";
import { startPublished } from "./scenario.ts";

const SEED = 11;
const RESTARTS = 3;

test("serve takes the published catalog before that of its disk, however early requests come", async () => {
  const [published, deployed] = [knownCatalog(0), knownCatalog(1)];
  await using fleet = await createFleet({ seed: SEED, catalog: published });
  await startPublished(fleet, published);
  const violations = [...(await fleet.stop())];
  for (const { views } of fleet.replicas) await views.replace(deployed.files);
  for (let restart = 0; restart < RESTARTS; restart++) {
    // Requests are sent from the moment on that a replica listens; the deployed catalog is none that they may show.
    await fleet.start();
    const healedMs = performance.now();
    const recovery = await awaitRecovery(fleet, { hashes: [published.hash], healedMs });
    violations.push(...recovery.violations, ...(await fleet.stop()));
  }
  expect(violations).toEqual([]);
});
