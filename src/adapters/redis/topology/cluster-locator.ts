import { findHashTag, formatAddress, type HostAndPort } from "../../../lib/redis-url.ts";
import {
  collectAnswers,
  createLocatorClient,
  describeFailures,
  type LocatorClient,
  type LocatorClientOptions,
} from "./locator-client.ts";
import { ConnectionError, recognizeFault } from "./recognize-fault.ts";
import type { PrimaryLocator } from "./sentinel-locator.ts";

export interface ClusterLocatorOptions extends LocatorClientOptions {
  /** Some nodes of the cluster. Each lists all nodes. */
  readonly nodes: readonly HostAndPort[];
  /** The namespace of the keys; its hash tag decides in which slot the keys are. */
  readonly namespace: string;
}

/** One node's view of the cluster. */
interface ClusterState {
  /** The primary of the namespace's slot, as `host:port`. */
  readonly owner: string | undefined;
  /** All nodes that the queried node lists. */
  readonly nodes: readonly HostAndPort[];
}

/** Maximum number of queried nodes: a cluster may be large. */
const QUERIED_NODES_MAX = 16;

/**
 * Queries the nodes of a cluster for the owner of a namespace's slot, and uses the most frequent answer: a primary that
 * is cut off from the others still considers itself the owner.
 */
export function createClusterLocator(options: ClusterLocatorOptions): PrimaryLocator {
  const slot = slotOf(findHashTag(options.namespace) ?? options.namespace);
  const seeds = options.nodes;
  let known: readonly HostAndPort[] = [];

  return {
    async locate() {
      const nodes = removeDuplicateNodes([...known, ...seeds]).slice(0, QUERIED_NODES_MAX);
      const clients = nodes.map((node) => createLocatorClient(node, options));
      try {
        const answers = await collectAnswers(clients, (client) => readClusterState(client, slot));
        const views = answers.flatMap(({ value }) => (value === undefined ? [] : [value]));
        if (views.length === 0)
          throw createNoClusterError(
            describeFailures(answers, { ...options.login, topologyKind: "cluster" }),
            answers,
          );
        known = removeDuplicateNodes(views.flatMap((view) => view.nodes));
        const owner = findMostFrequent(
          views.flatMap((view) => (view.owner === undefined ? [] : [view.owner])),
        );
        const found = known.find((node) => formatAddress(node) === owner);
        if (found === undefined) throw new ConnectionError("slot-unserved", `slot ${slot} has no primary`);
        return found;
      } finally {
        for (const client of clients) client.close();
      }
    },
    close: () => undefined,
  };
}

function createNoClusterError(
  detail: string,
  answers: readonly { readonly error?: Error }[],
): ConnectionError {
  const kinds = answers.map(({ error }) => error && recognizeFault(error, "cluster")?.kind);
  // If all nodes report the same fault, this fault is the reason.
  const [kind] = kinds;
  const commonKind = kind !== undefined && kinds.every((each) => each === kind) ? kind : "no-cluster";
  return new ConnectionError(commonKind, detail);
}

/** Reads the ranges of `CLUSTER SLOTS`: first slot, last slot, the primary, its replicas. */
async function readClusterState(client: LocatorClient, slot: number): Promise<ClusterState> {
  const ranges = (await client.send(["CLUSTER", "SLOTS"])) as readonly (readonly unknown[])[];
  const nodes: HostAndPort[] = [];
  let owner: string | undefined;
  for (const [first, last, ...serving] of ranges) {
    const named = serving.map((node) => {
      const [host, port] = node as readonly unknown[];
      // A node that does not know its own host name returns no host name for itself.
      return {
        host: host === null || host === "" || host === "?" ? client.host : String(host),
        port: Number(port),
      };
    });
    nodes.push(...named);
    const [primary] = named;
    if (primary !== undefined && Number(first) <= slot && slot <= Number(last))
      owner = formatAddress(primary);
  }
  return { owner, nodes };
}

function findMostFrequent(names: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort(([, one], [, other]) => other - one)[0]?.[0];
}

function removeDuplicateNodes(nodes: readonly HostAndPort[]): readonly HostAndPort[] {
  return [...new Map(nodes.map((node) => [formatAddress(node), node])).values()];
}

const SLOT_COUNT = 16_384;

/** The slot of a hash tag: its CRC-16 (XMODEM) modulo the number of slots, as in Redis Cluster. */
export function slotOf(tag: string): number {
  let crc = 0;
  for (const byte of new TextEncoder().encode(tag)) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 0x8000) === 0 ? crc << 1 : (crc << 1) ^ 0x1021;
    crc &= 0xffff;
  }
  return crc % SLOT_COUNT;
}
