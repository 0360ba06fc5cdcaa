import type { Runtime } from "../support/runtimes.ts";
import { type ClusterSetUp, startClusterSetUp } from "../support/set-ups/cluster-set-up.ts";
import { createNamespaceNetwork, type NamespaceNetwork } from "../support/set-ups/namespace-network.ts";
import { type SentinelSetUp, startSentinelSetUp } from "../support/set-ups/sentinel-set-up.ts";
import { hasReplicas, type SetUpNode, untilTrue } from "../support/set-ups/set-up-nodes.ts";
import { type SingleSetUp, startSingleSetUp } from "../support/set-ups/single-set-up.ts";
import { awaitRecovery, type WatchedFleet } from "./await-recovery.ts";
import { type KnownCatalog, knownCatalog } from "./known-catalogs.ts";
import type { ScenarioResult } from "./scenario.ts";
import { CLUSTER_FAULTS, SENTINEL_FAULTS, type SetUpFault, SINGLE_FAULTS } from "./set-up-faults.ts";
import { createSetUpFleet, type SetUpFleet } from "./set-up-fleet.ts";

/** A set-up with its fleet under load, and the faults that can be put on it, one after the other. */
export interface SetUpScene extends AsyncDisposable {
  run(fault: string): Promise<ScenarioResult>;
  /** Ends the fleet; what must not have been. */
  stop(): Promise<readonly string[]>;
}

const START_MS = 60_000;
const PATIENCE_MS = 30_000;

/** What every set-up has. */
interface Settled {
  readonly settings: Readonly<Record<string, string>>;
}

interface Kind<SetUp extends Settled> {
  readonly faults: readonly SetUpFault<SetUp>[];
  readonly start: (network: NamespaceNetwork) => Promise<SetUp & AsyncDisposable>;
  readonly primary: (setUp: SetUp) => Promise<SetUpNode>;
  /** Whether nothing is left of the last fault. */
  readonly settle: (setUp: SetUp) => Promise<void>;
}

const SINGLE: Kind<SingleSetUp> = {
  faults: SINGLE_FAULTS,
  start: (network) => startSingleSetUp({ network }),
  primary: (setUp) => setUp.primary(),
  settle: async (setUp) => untilFollowed(setUp.primary, 1),
};
const SENTINEL: Kind<SentinelSetUp> = {
  faults: SENTINEL_FAULTS,
  start: (network) => startSentinelSetUp({ network }),
  primary: (setUp) => setUp.primary(),
  settle: async (setUp) => untilFollowed(setUp.primary, 2),
};
const CLUSTER: Kind<ClusterSetUp> = {
  faults: CLUSTER_FAULTS,
  start: (network) => startClusterSetUp({ network }),
  primary: (setUp) => setUp.owner(),
  async settle(setUp) {
    await setUp.untilServing();
    await untilFollowed(setUp.owner, 1);
  },
};

/** Every set-up, with the names of its faults. */
export const SET_UPS = [named("one server", SINGLE), named("Sentinel", SENTINEL), named("Cluster", CLUSTER)];

function named<SetUp extends Settled>(name: string, kind: Kind<SetUp>) {
  const faults = kind.faults.map((fault) => fault.name);
  return { name, faults, open: (runtime: Runtime) => openScene(kind, runtime) };
}

async function untilFollowed(primary: () => Promise<SetUpNode>, count: number): Promise<void> {
  await untilTrue("the primary has its replicas", async () => hasReplicas(await primary(), count));
}

/** @param runtime of the first replica and of the third; the second has the other one */
async function openScene<SetUp extends Settled>(kind: Kind<SetUp>, runtime: Runtime): Promise<SetUpScene> {
  const stack = new AsyncDisposableStack();
  try {
    const network = await createNamespaceNetwork();
    const setUp = stack.use(await kind.start(network));
    const first = knownCatalog(0);
    const { settings } = setUp;
    const fleet = stack.use(await createSetUpFleet({ network, settings, catalog: first, runtime }));
    // Found once for all commands: while a node does not answer, each search takes its time.
    const watched = (): WatchedFleet => {
      const primary = kind.primary(setUp);
      return { ...fleet, redis: { command: async (...args) => (await primary).command(...args) } };
    };
    await fleet.start();
    await requireRecovered(watched(), first);
    let number = 0;
    const resources = stack.move();
    return {
      async run(name) {
        const fault = kind.faults.find((each) => each.name === name);
        if (fault === undefined) throw new RangeError(`Unknown fault "${name}"`);
        await kind.settle(setUp);
        const before = await kind.primary(setUp);
        const refused: string[] = [];
        let current = knownCatalog(number);
        const reload = async (replica: number): Promise<void> => {
          number += 1;
          current = knownCatalog(number);
          refused.push(...(await reloadAt(fleet, replica, current)));
        };
        await reload(2);
        const scene = { setUp, network: network.faults, hosts: fleet.hosts, reload };
        const beganMs = performance.now();
        await fault.run(scene);
        const healedMs = performance.now();
        const recovery = await awaitRecovery(watched(), {
          hashes: [current.hash],
          healedMs,
          patienceMs: PATIENCE_MS,
        });
        await fault.mend?.(scene, before);
        const faultMs = healedMs - beganMs;
        return { faultMs, recoveryMs: recovery.elapsedMs, violations: [...refused, ...recovery.violations] };
      },
      stop: () => fleet.stop(),
      [Symbol.asyncDispose]: () => resources.disposeAsync(),
    };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

async function requireRecovered(fleet: WatchedFleet, { hash }: KnownCatalog): Promise<void> {
  const healedMs = performance.now();
  const recovery = await awaitRecovery(fleet, { hashes: [hash], healedMs, patienceMs: START_MS });
  if (!recovery.isRecovered) throw new Error(`The fleet did not start:\n${recovery.violations.join("\n")}`);
}

/** Only the disk of this replica has the catalog: the others can have it from nobody but Redis. */
async function reloadAt(fleet: SetUpFleet, index: number, next: KnownCatalog): Promise<readonly string[]> {
  const replica = fleet.replicas[index];
  if (replica === undefined) throw new RangeError("No such replica");
  fleet.allow(next);
  await replica.views.replace(next.files);
  const answer = await replica.reload();
  return answer.status === 200
    ? []
    : [`${replica.name}: the reload ended with ${answer.status}: ${answer.text}`];
}
