import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { findServer } from "../find-server.ts";
import { createGuardedDirectory, type GuardedDirectory } from "../guarded-directory.ts";
import { sendRedisCommand } from "../send-redis-command.ts";
import { type GuardedProcess, spawnGuarded } from "../spawn-guarded.ts";
import {
  addressList,
  createSetUpContext,
  hasReplicas,
  type SetUpContext,
  type SetUpNode,
  type SetUpOptions,
  startNode,
  untilFound,
  untilTrue,
} from "./set-up-nodes.ts";
import type { NetworkHost } from "./test-network.ts";

/** One Sentinel, in a process of its own. */
export interface SentinelProcess {
  readonly host: NetworkHost;
  readonly clientPort: number;
  command(...args: readonly string[]): Promise<unknown>;
  kill(): Promise<void>;
  /** With what it knew. */
  restart(): Promise<void>;
}

/** A primary, two replicas and three Sentinels that watch them. */
export interface SentinelSetUp extends AsyncDisposable {
  /** What a service needs to use it. */
  readonly settings: Readonly<Record<string, string>>;
  readonly nodes: readonly SetUpNode[];
  readonly sentinels: readonly SentinelProcess[];
  /** The server that the Sentinels name. */
  primary(): Promise<SetUpNode>;
  /** Resolves when the Sentinels name another primary than this one, which takes writes. */
  untilPrimaryAfter(old: SetUpNode): Promise<SetUpNode>;
  /** A planned switch of roles; resolves with the new primary. */
  switchPrimary(): Promise<SetUpNode>;
}

const NAME = "mosaic-primary";
const REPLICAS = 2;
const SENTINELS = 3;
const QUORUM = 2;
const DOWN_AFTER_MS = 1000;
/** Sentinels wait twice as long between two promotions. */
const FAILOVER_TIMEOUT_MS = 2000;
const STOP_GRACE_MS = 3000;
const COMMAND_TIMEOUT_MS = 5000;

export async function startSentinelSetUp(options: SetUpOptions = {}): Promise<SentinelSetUp> {
  const stack = new AsyncDisposableStack();
  try {
    const context = stack.use(await createSetUpContext(options));
    const first = stack.use(await startNode(context, () => []));
    const replicaOf = ["--replicaof", `${first.host.address} ${first.clientPort}`];
    const replicas = Array.from({ length: REPLICAS }, () => startNode(context, () => replicaOf));
    const nodes = [first, ...(await Promise.all(replicas.map(async (node) => stack.use(await node))))];
    await untilTrue("the replicas follow the primary", () => hasReplicas(first, REPLICAS));
    const watching = Array.from({ length: SENTINELS }, async () => {
      const sentinel = await startSentinel(context, first);
      stack.defer(sentinel.stop);
      return sentinel;
    });
    const sentinels: readonly SentinelProcess[] = await Promise.all(watching);
    await untilTrue("the Sentinels know of each other and of the replicas", async () => {
      const known = await Promise.all(sentinels.map(knownTo));
      return known.every(
        ({ replicas, others }) => replicas === String(REPLICAS) && others === String(SENTINELS - 1),
      );
    });
    const resources = stack.move();
    return {
      ...createSetUp(context, nodes, sentinels),
      [Symbol.asyncDispose]: () => resources.disposeAsync(),
    };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

function createSetUp(
  { password, settings }: SetUpContext,
  nodes: readonly SetUpNode[],
  sentinels: readonly SentinelProcess[],
): Omit<SentinelSetUp, keyof AsyncDisposable> {
  const scheme = password === undefined ? "redis-sentinel" : "rediss-sentinel";
  const user = password === undefined ? "" : `default:${password}@`;
  const ofSentinels = password === undefined ? {} : { REDIS_SENTINEL_PASSWORD: password };
  /** The node that most Sentinels name. */
  const named = async (): Promise<SetUpNode | undefined> => {
    const answers = await Promise.all(
      sentinels.map((sentinel) =>
        sentinel.command("SENTINEL", "GET-MASTER-ADDR-BY-NAME", NAME).catch(() => undefined),
      ),
    );
    const addresses = answers.map((answer) => (Array.isArray(answer) ? answer.join(":") : ""));
    return nodes.find((node) => addresses.filter((each) => each === addressList([node])).length >= QUORUM);
  };
  const untilPrimaryAfter = (old: SetUpNode): Promise<SetUpNode> =>
    untilFound("the Sentinels name another primary", async () => {
      const node = await named();
      if (node === undefined || node === old) return undefined;
      await node.command("SET", "set-up:probe", "1", "PX", "1000");
      return node;
    });
  return {
    settings: {
      CACHE_BACKEND: "redis",
      REDIS_URL: `${scheme}://${user}${addressList(sentinels)}/0#${NAME}`,
      ...ofSentinels,
      ...settings,
    },
    nodes,
    sentinels,
    primary: () => untilFound("the Sentinels name a primary", named),
    untilPrimaryAfter,
    async switchPrimary() {
      const old = await untilFound("the Sentinels name a primary", named);
      await untilTrue("a Sentinel begins the failover", async () => {
        // It refuses while it sees no replica that is well.
        for (const sentinel of sentinels.slice(0, 1)) await sentinel.command("SENTINEL", "FAILOVER", NAME);
        return true;
      });
      return untilPrimaryAfter(old);
    },
  };
}

async function knownTo(
  sentinel: SentinelProcess,
): Promise<{ readonly replicas: string | undefined; readonly others: string | undefined }> {
  const fields = (await sentinel.command("SENTINEL", "MASTER", NAME)) as readonly string[];
  const fieldOf = (name: string): string | undefined => fields[fields.indexOf(name) + 1];
  return { replicas: fieldOf("num-slaves"), others: fieldOf("num-other-sentinels") };
}

async function startSentinel(
  context: SetUpContext,
  primary: SetUpNode,
): Promise<SentinelProcess & { stop(): Promise<void> }> {
  const host = await context.network.addHost();
  const [port, tls] = [await host.choosePort(), await context.tlsConfig(host)];
  const { password } = context;
  const directory = await createGuardedDirectory("mosaic-sentinel-");
  const file = join(directory.path, "sentinel.conf");
  const secret = `requirepass ${password}\nsentinel auth-pass ${NAME} ${password}\nsentinel sentinel-pass ${password}\n`;
  const tlsLines = Object.entries(tls?.config ?? {}).map(([name, value]) => `${name} ${value}\n`);
  await writeFile(
    file,
    `bind ${host.address}
port ${port}
${tls === undefined ? "" : `tls-port ${tls.port}`}
dir ${directory.path}
${tlsLines.join("")}sentinel monitor ${NAME} ${primary.host.address} ${primary.clientPort} ${QUORUM}
sentinel down-after-milliseconds ${NAME} ${DOWN_AFTER_MS}
sentinel failover-timeout ${NAME} ${FAILOVER_TIMEOUT_MS}
sentinel parallel-syncs ${NAME} ${REPLICAS}
${password === undefined ? "" : secret}`,
  );
  const address = { host: host.address, port, password, timeoutMs: COMMAND_TIMEOUT_MS };
  const command = (...args: readonly string[]): Promise<unknown> => sendRedisCommand(address, args);
  const launch = async (): Promise<GuardedProcess> => {
    const child = await spawnSentinel(host, file, directory);
    await untilTrue(`a Sentinel answers; it printed ${child.output()}`, async () => {
      if (!child.isRunning()) throw new Error(`The Sentinel ended: ${child.output()}`);
      return (await command("PING")) === "PONG";
    });
    return child;
  };
  let child = await launch();
  return {
    host,
    clientPort: tls?.port ?? port,
    command,
    kill: () => child.kill(),
    async restart() {
      child = await launch();
    },
    async stop() {
      await child.stop(STOP_GRACE_MS);
      await directory.remove();
    },
  };
}

/** redis-sentinel is redis-server under another name. */
async function spawnSentinel(
  { enter }: NetworkHost,
  file: string,
  { path }: GuardedDirectory,
): Promise<GuardedProcess> {
  const program = await findServer("redis-server");
  return spawnGuarded({
    command: "/usr/bin/env",
    args: [...enter, program, file, "--sentinel"],
    directory: path,
  });
}
