import type { ClusterSetUp } from "../support/set-ups/cluster-set-up.ts";
import type { SentinelSetUp } from "../support/set-ups/sentinel-set-up.ts";
import { roleOf, type SetUpNode, untilTrue } from "../support/set-ups/set-up-nodes.ts";
import type { SingleSetUp } from "../support/set-ups/single-set-up.ts";
import type { NetworkFaults, NetworkHost } from "../support/set-ups/test-network.ts";

/** What a fault is put on. */
export interface FaultScene<SetUp> {
  readonly setUp: SetUp;
  readonly network: NetworkFaults;
  /** Of the replicas. */
  readonly hosts: readonly NetworkHost[];
  /** Has a replica reload a new catalog; resolves when it was acknowledged. */
  reload(replica: number): Promise<void>;
}

/** One fault of a set-up. */
export interface SetUpFault<SetUp> {
  readonly name: string;
  /** Puts the fault on, with a reload while it lasts; resolves when Redis itself is able to answer again. */
  run(scene: FaultScene<SetUp>): Promise<void>;
  /** Makes the set-up whole again once the fleet has recovered. */
  mend?(scene: FaultScene<SetUp>, before: SetUpNode): Promise<void>;
}

const bringBack = async (node: SetUpNode): Promise<void> => node.restart();
const thaw = async (node: SetUpNode): Promise<void> => node.thaw();

/** Replicas of Redis that lag, one reload behind, when their primary is killed. */
async function killBehind(
  { reload }: Pick<FaultScene<unknown>, "reload">,
  primary: SetUpNode,
  lagging: readonly SetUpNode[],
): Promise<void> {
  for (const node of lagging) node.freeze();
  await reload(1);
  await primary.kill();
  for (const node of lagging) node.thaw();
}

export const SENTINEL_FAULTS: readonly SetUpFault<SentinelSetUp>[] = [
  {
    name: "killed primary",
    async run({ setUp, reload }) {
      const old = await setUp.primary();
      await old.kill();
      await reload(1);
      await setUp.untilPrimaryAfter(old);
    },
    mend: (_, before) => bringBack(before),
  },
  { name: "planned switch", run: ({ setUp }) => setUp.switchPrimary().then(ignore) },
  {
    name: "quorum lost",
    async run({ setUp, reload }) {
      const old = await setUp.primary();
      const lost = setUp.sentinels.slice(1);
      for (const sentinel of lost) await sentinel.kill();
      await old.kill();
      await reload(1);
      for (const sentinel of lost) await sentinel.restart();
      await setUp.untilPrimaryAfter(old);
    },
    mend: (_, before) => bringBack(before),
  },
  {
    name: "split and healed",
    async run({ setUp, network, hosts, reload }) {
      const old = await setUp.primary();
      const [sentinel] = setUp.sentinels;
      await splitWith(network, {
        side: [old.host, sentinel?.host, hosts[0]],
        all: [...setUp.nodes, ...setUp.sentinels, ...hosts.map((host) => ({ host }))],
      });
      await setUp.untilPrimaryAfter(old);
      await reload(0);
      await network.heal();
      await untilTrue("the old primary follows", async () => (await roleOf(old)) === "slave");
    },
  },
  {
    name: "stale promotion",
    async run(scene) {
      const { setUp } = scene;
      const old = await setUp.primary();
      await killBehind(
        scene,
        old,
        setUp.nodes.filter((node) => node !== old),
      );
      await setUp.untilPrimaryAfter(old);
    },
    mend: (_, before) => bringBack(before),
  },
  {
    name: "frozen",
    async run({ setUp, reload }) {
      const old = await setUp.primary();
      old.freeze();
      await reload(1);
      await setUp.untilPrimaryAfter(old);
    },
    mend: (_, before) => thaw(before),
  },
  {
    name: "blackholed",
    async run({ setUp, network, reload }) {
      const old = await setUp.primary();
      await network.isolate(old.host);
      await reload(1);
      await setUp.untilPrimaryAfter(old);
    },
    mend: ({ network }) => network.heal(),
  },
];

export const CLUSTER_FAULTS: readonly SetUpFault<ClusterSetUp>[] = [
  {
    name: "killed primary",
    async run({ setUp, reload }) {
      const old = await setUp.owner();
      await old.kill();
      await reload(1);
      await setUp.untilOwnerAfter(old);
    },
    mend: (_, before) => before.restart({ keepData: true }),
  },
  { name: "planned switch", run: ({ setUp }) => setUp.switchOwner().then(ignore) },
  {
    name: "slot moved",
    async run({ setUp, reload }) {
      const moving = setUp.moveSlot();
      await reload(1);
      await moving;
    },
  },
  {
    name: "quorum lost",
    async run({ setUp, reload }) {
      const owner = await setUp.owner();
      const others = (await primariesOf(setUp.nodes)).filter((node) => node !== owner);
      const lost = [owner, ...others.slice(0, 1)];
      await Promise.all(lost.map((node) => node.kill()));
      await reload(1);
      for (const node of lost) await node.restart({ keepData: true });
      await setUp.owner();
    },
  },
  {
    name: "split and healed",
    async run({ setUp, network, hosts, reload }) {
      const old = await setUp.owner();
      await splitWith(network, {
        side: [old.host, hosts[0]],
        all: [...setUp.nodes, ...hosts.map((host) => ({ host }))],
      });
      await setUp.untilOwnerAfter(old);
      await reload(0);
      await network.heal();
      await untilTrue("the old primary follows", async () => (await roleOf(old)) === "slave");
    },
  },
  {
    name: "stale promotion",
    async run(scene) {
      const { setUp } = scene;
      const old = await setUp.owner();
      await killBehind(scene, old, [await setUp.replicaOf(old)]);
      await setUp.untilOwnerAfter(old);
    },
    mend: (_, before) => before.restart({ keepData: true }),
  },
  {
    name: "frozen",
    async run({ setUp, reload }) {
      const old = await setUp.owner();
      old.freeze();
      await reload(1);
      await setUp.untilOwnerAfter(old);
    },
    mend: (_, before) => thaw(before),
  },
  {
    name: "blackholed",
    async run({ setUp, network, reload }) {
      const old = await setUp.owner();
      await network.isolate(old.host);
      await reload(1);
      await setUp.untilOwnerAfter(old);
    },
    mend: ({ network }) => network.heal(),
  },
];

async function takeOver({ setUp }: FaultScene<SingleSetUp>): Promise<void> {
  await setUp.promote();
  await setUp.moveName();
}

const demote = ({ setUp }: FaultScene<SingleSetUp>): Promise<void> => setUp.demoteOther();

export const SINGLE_FAULTS: readonly SetUpFault<SingleSetUp>[] = [
  {
    name: "killed primary",
    async run(scene) {
      await (await scene.setUp.primary()).kill();
      await scene.reload(1);
      await takeOver(scene);
    },
    async mend(scene, before) {
      await before.restart();
      await demote(scene);
    },
  },
  {
    name: "planned switch",
    async run(scene) {
      await takeOver(scene);
      await demote(scene);
    },
  },
  {
    name: "quorum lost",
    async run({ setUp, reload }) {
      const primary = await setUp.primary();
      await primary.command("CONFIG", "SET", "min-replicas-to-write", "2");
      await reload(1);
      await primary.command("CONFIG", "SET", "min-replicas-to-write", "0");
    },
  },
  {
    name: "split and healed",
    async run(scene) {
      const { setUp, network, hosts } = scene;
      const old = await setUp.primary();
      await splitWith(network, {
        side: [old.host, hosts[0]],
        all: [...setUp.nodes, ...hosts.map((host) => ({ host }))],
      });
      await takeOver(scene);
      await scene.reload(0);
      await network.heal();
      await demote(scene);
    },
  },
  {
    name: "stale promotion",
    async run(scene) {
      const { setUp } = scene;
      await killBehind(scene, await setUp.primary(), [setUp.standby()]);
      await takeOver(scene);
    },
    async mend(scene, before) {
      await before.restart();
      await demote(scene);
    },
  },
  {
    name: "frozen",
    async run(scene) {
      (await scene.setUp.primary()).freeze();
      await scene.reload(1);
      await takeOver(scene);
    },
    async mend(scene, before) {
      before.thaw();
      await demote(scene);
    },
  },
  {
    name: "blackholed",
    async run(scene) {
      await scene.network.isolate((await scene.setUp.primary()).host);
      await scene.reload(1);
      await takeOver(scene);
    },
    async mend(scene) {
      await scene.network.heal();
      await demote(scene);
    },
  },
  {
    name: "DNS moved late",
    async run(scene) {
      await scene.setUp.promote();
      await demote(scene);
      await scene.reload(1);
      await scene.setUp.moveName();
    },
  },
];

async function primariesOf(nodes: readonly SetUpNode[]): Promise<readonly SetUpNode[]> {
  const roles = await Promise.all(nodes.map((node) => roleOf(node).catch(() => "")));
  return nodes.filter((_, index) => roles[index] === "master");
}

async function splitWith(
  network: NetworkFaults,
  hosts: {
    readonly side: readonly (NetworkHost | undefined)[];
    readonly all: readonly { readonly host: NetworkHost }[];
  },
): Promise<void> {
  const side = hosts.side.flatMap((host) => host ?? []);
  const inside = new Set(side.map(({ address }) => address));
  const other = hosts.all.map(({ host }) => host).filter(({ address }) => !inside.has(address));
  await network.split(side, other);
}

function ignore(): void {}
