import { setTimeout as delay } from "node:timers/promises";
import {
  addressList,
  createSetUpContext,
  hasReplicas,
  roleOf,
  type SetUpContext,
  type SetUpNode,
  type SetUpOptions,
  startNode,
  untilFound,
  untilTrue,
} from "./set-up-nodes.ts";

/** Three primaries that share the slots, with a replica each. */
export interface ClusterSetUp extends AsyncDisposable {
  /** What a service needs to use it. */
  readonly settings: Readonly<Record<string, string>>;
  readonly namespace: string;
  /** Three primaries, then their replicas in the same order; roles may have changed since. */
  readonly nodes: readonly SetUpNode[];
  /** The primary that has the slot of the namespace. */
  owner(): Promise<SetUpNode>;
  /** Resolves when another node than this one has the slot of the namespace, and takes writes. */
  untilOwnerAfter(old: SetUpNode): Promise<SetUpNode>;
  replicaOf(primary: SetUpNode): Promise<SetUpNode>;
  /** A planned switch of the roles of that primary and its replica; resolves with the new primary. */
  switchOwner(): Promise<SetUpNode>;
  /** Moves the slot of the namespace to another primary, with its keys; resolves with that one. */
  moveSlot(move?: SlotMoveOptions): Promise<SetUpNode>;
  /** Adds a primary without slots; resolves when all nodes know it. */
  addNode(): Promise<SetUpNode>;
  /** Resolves when all of these nodes serve all slots. */
  untilServing(nodes?: readonly SetUpNode[]): Promise<void>;
}

export interface SlotMoveOptions {
  /** Default: the next primary. */
  readonly to?: SetUpNode;
  /** Runs when the keys have moved, before the nodes are told. */
  readonly onMoved?: () => Promise<void>;
}

const NAMESPACE = "{mosaic}";
const SHARDS = 3;
const SLOTS = 16_384;
const NODE_TIMEOUT_MS = 1000;
/** How long the others may take once most nodes have answered. */
const GRACE_MS = 100;
/** Longer than Redis tries a switch that was asked for. */
const SWITCH_ATTEMPT_MS = 6000;

/** One line of CLUSTER NODES. */
interface KnownNode {
  readonly id: string;
  readonly port: number;
  readonly address: string;
  readonly flags: readonly string[];
  readonly slots: readonly string[];
}

export async function startClusterSetUp(options: SetUpOptions = {}): Promise<ClusterSetUp> {
  const stack = new AsyncDisposableStack();
  try {
    const context = stack.use(await createSetUpContext(options));
    const starting = Array.from({ length: 2 * SHARDS }, () => startClusterNode(context));
    const nodes = await Promise.all(starting.map(async (node) => stack.use(await node)));
    await formCluster(nodes);
    const resources = stack.move();
    const addNode = async (): Promise<SetUpNode> => {
      const node = resources.use(await startClusterNode(context));
      nodes.push(node);
      await introduce([nodes[0] as SetUpNode, node]);
      await untilAcquainted(nodes);
      await untilServing([node]);
      return node;
    };
    return { ...createSetUp(context, nodes), addNode, [Symbol.asyncDispose]: () => resources.disposeAsync() };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

function startClusterNode(context: SetUpContext): Promise<SetUpNode> {
  const tls = context.password === undefined ? [] : ["--tls-cluster", "yes"];
  const cluster = ["--cluster-enabled", "yes", "--cluster-node-timeout", String(NODE_TIMEOUT_MS)];
  return startNode(context, async ({ choosePort }) => [
    ...cluster,
    // By default it is 10,000 above the other port: there the system's own connections may be.
    ...["--cluster-port", String(await choosePort()), "--cluster-allow-replica-migration", "no", ...tls],
  ]);
}

async function formCluster(nodes: readonly SetUpNode[]): Promise<void> {
  const primaries = nodes.slice(0, SHARDS);
  for (const [index, node] of primaries.entries()) {
    const from = Math.floor((index * SLOTS) / SHARDS);
    const to = Math.floor(((index + 1) * SLOTS) / SHARDS) - 1;
    await node.command("CLUSTER", "ADDSLOTSRANGE", String(from), String(to));
  }
  for (const [index, node] of nodes.entries())
    await node.command("CLUSTER", "SET-CONFIG-EPOCH", String(index + 1));
  await introduce(nodes);
  await untilAcquainted(nodes);
  for (const [index, primary] of primaries.entries()) {
    const replica = nodes[SHARDS + index] as SetUpNode;
    await replica.command("CLUSTER", "REPLICATE", String(await primary.command("CLUSTER", "MYID")));
  }
  for (const primary of primaries)
    await untilTrue("the replicas follow their primaries", () => hasReplicas(primary, 1));
  await untilServing(nodes);
}

/** Has the first node meet the others. */
async function introduce([first, ...others]: readonly SetUpNode[]): Promise<void> {
  for (const { host, clientPort, command } of others) {
    const [, busPort = ""] = (await command("CONFIG", "GET", "cluster-port")) as readonly string[];
    await first?.command("CLUSTER", "MEET", host.address, String(clientPort), busPort);
  }
}

function untilAcquainted(nodes: readonly SetUpNode[]): Promise<void> {
  return untilTrue("the nodes know each other", async () => {
    const known = await Promise.all(nodes.map(knownNodes));
    return known.every(
      (list) => list.filter(({ flags }) => !flags.includes("handshake")).length === nodes.length,
    );
  });
}

function createSetUp(
  { password, settings }: SetUpContext,
  nodes: readonly SetUpNode[],
): Omit<ClusterSetUp, keyof AsyncDisposable | "addNode"> {
  const scheme = password === undefined ? "redis-cluster" : "rediss-cluster";
  const user = password === undefined ? "" : `default:${password}@`;
  const owner = (): Promise<SetUpNode> =>
    untilFound("a primary has the slot of the namespace", () => slotOwner(nodes));
  const untilOwnerAfter = (old: SetUpNode): Promise<SetUpNode> =>
    untilFound("another primary has the slot of the namespace", async () => {
      const node = await slotOwner(nodes);
      if (node === old) return undefined;
      await node?.command("SET", `${NAMESPACE}:set-up:probe`, "1", "PX", "1000");
      return node;
    });
  return {
    settings: {
      CACHE_BACKEND: "redis",
      REDIS_URL: `${scheme}://${user}${addressList(nodes)}`,
      CACHE_NAMESPACE: NAMESPACE,
      ...settings,
    },
    namespace: NAMESPACE,
    nodes,
    owner,
    untilOwnerAfter,
    async switchOwner() {
      const old = await owner();
      const replica = await replicaOf(nodes, old);
      let askedMs = Number.NEGATIVE_INFINITY;
      await untilTrue("the replica has taken over", async () => {
        if ((await slotOwner(nodes)) !== old) return true;
        // A replica on a busy machine gives a switch up in silence.
        if (performance.now() - askedMs < SWITCH_ATTEMPT_MS) return false;
        askedMs = performance.now();
        await replica.command("CLUSTER", "FAILOVER");
        return false;
      });
      return untilOwnerAfter(old);
    },
    replicaOf: (primary) => replicaOf(nodes, primary),
    async moveSlot({ to, onMoved = async () => undefined } = {}) {
      const source = await owner();
      const target = to ?? (await otherPrimary(nodes, source));
      await migrateSlot({ source, target, nodes, password, onMoved });
      // A replica that is promoted before it knows of the move would not take the slot.
      await untilTrue("every node knows of the move", async () => {
        const owners = await Promise.all(nodes.map(ownerSeenBy));
        return owners.every((found) => found !== undefined && found.id === owners[0]?.id);
      });
      return untilOwnerAfter(source);
    },
    untilServing: (some = nodes) => untilServing(some),
  };
}

async function knownNodes({ command }: Pick<SetUpNode, "command">): Promise<readonly KnownNode[]> {
  const lines = String(await command("CLUSTER", "NODES"))
    .trim()
    .split("\n");
  return lines.map((line) => {
    const [id = "", address = "", flags = "", , , , , , ...slots] = line.split(" ");
    const [host = "", port = ""] = (address.split("@")[0] ?? "").split(":");
    return { id, address: host, port: Number(port), flags: flags.split(","), slots };
  });
}

async function slotOf({ command }: SetUpNode): Promise<number> {
  return Number(await command("CLUSTER", "KEYSLOT", NAMESPACE));
}

/** The node that has the slot by the words of every node that sees a cluster that is well. */
async function slotOwner(nodes: readonly SetUpNode[]): Promise<SetUpNode | undefined> {
  const [found, ...others] = await answersOf(nodes, ownerSeenBy);
  if (found === undefined || others.some((other) => other.id !== found.id)) return undefined;
  // A node names the port for TLS, or the other one, by how it is asked.
  return nodes.find(
    ({ host, port, clientPort }) => host.address === found.address && [port, clientPort].includes(found.port),
  );
}

/** What nodes answer; one that is frozen or isolated does not hold up the others. */
async function answersOf<Value>(
  nodes: readonly SetUpNode[],
  ask: (node: SetUpNode) => Promise<Value | undefined>,
): Promise<readonly Value[]> {
  const answers: Value[] = [];
  const { promise: most, resolve } = Promise.withResolvers<void>();
  let ended = 0;
  const asking = nodes.map(async (node) => {
    const answer = await ask(node).catch(() => undefined);
    if (answer !== undefined) answers.push(answer);
    ended += 1;
    if (ended * 2 > nodes.length) resolve();
  });
  await Promise.race([Promise.all(asking), most.then(() => delay(GRACE_MS)), delay(NODE_TIMEOUT_MS)]);
  return [...answers];
}

/** The slot's primary as a node knows it; undefined for a node that does not serve. */
async function ownerSeenBy(node: SetUpNode): Promise<KnownNode | undefined> {
  if (!(await isServing(node))) return undefined;
  const slot = await slotOf(node);
  return (await knownNodes(node)).find(({ slots }) =>
    slots.some((range) => {
      const [from = "", to = from] = range.split("-");
      return Number(from) <= slot && slot <= Number(to);
    }),
  );
}

async function replicaOf(nodes: readonly SetUpNode[], primary: SetUpNode): Promise<SetUpNode> {
  const id = String(await primary.command("CLUSTER", "MYID"));
  return untilFound("the primary has a replica", async () => {
    for (const node of nodes) {
      const info = String(await node.command("CLUSTER", "NODES").catch(() => ""));
      if (info.split("\n").some((line) => line.includes("myself,slave") && line.includes(` ${id} `)))
        return node;
    }
    return undefined;
  });
}

async function otherPrimary(nodes: readonly SetUpNode[], owner: SetUpNode): Promise<SetUpNode> {
  return untilFound("there is another primary", async () => {
    for (const node of nodes) {
      if (node !== owner && (await roleOf(node).catch(() => "")) === "master" && (await isServing(node)))
        return node;
    }
    return undefined;
  });
}

interface SlotMove {
  readonly source: SetUpNode;
  readonly target: SetUpNode;
  readonly nodes: readonly SetUpNode[];
  readonly password: string | undefined;
  readonly onMoved: () => Promise<void>;
}

/** As operators do it, key by key, while clients use the slot. */
async function migrateSlot({ source, target, nodes, password, onMoved }: SlotMove): Promise<void> {
  const slot = String(await slotOf(source));
  const [sourceId, targetId] = [source, target].map(({ command }) => command("CLUSTER", "MYID"));
  const to = String(await targetId);
  await target.command("CLUSTER", "SETSLOT", slot, "IMPORTING", String(await sourceId));
  await source.command("CLUSTER", "SETSLOT", slot, "MIGRATING", to);
  const auth = password === undefined ? [] : ["AUTH", password];
  const { host, clientPort } = target;
  for (;;) {
    const keys = (await source.command("CLUSTER", "GETKEYSINSLOT", slot, "10")) as readonly string[];
    if (keys.length === 0) break;
    const goal = [host.address, String(clientPort), "", "0", "5000", "REPLACE", ...auth, "KEYS"];
    await source.command("MIGRATE", ...goal, ...keys);
  }
  await onMoved();
  for (const node of [target, source]) await node.command("CLUSTER", "SETSLOT", slot, "NODE", to);
  for (const node of nodes) {
    const isPrimary = (await roleOf(node).catch(() => "")) === "master";
    if (isPrimary && node !== target && node !== source)
      await node.command("CLUSTER", "SETSLOT", slot, "NODE", to).catch(() => undefined);
  }
}

async function isServing({ command }: SetUpNode): Promise<boolean> {
  return String(await command("CLUSTER", "INFO")).includes("cluster_state:ok");
}

async function untilServing(nodes: readonly SetUpNode[]): Promise<void> {
  for (const node of nodes) await untilTrue("the cluster serves all slots", () => isServing(node));
}
