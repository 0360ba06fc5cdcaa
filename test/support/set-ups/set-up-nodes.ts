import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import {
  type CertificateAuthority,
  type CertificateFiles,
  createCertificateAuthority,
} from "../certificates.ts";
import { type RedisServer, startRedis } from "../redis-server.ts";
import { createLoopbackNetwork, type NetworkHost, type TestNetwork } from "./test-network.ts";

export interface SetUpOptions {
  /** Ended with the set-up. Default: loopback. */
  readonly network?: TestNetwork;
  /** Whether it takes TLS with client certificates and passwords alone. */
  readonly secured?: boolean;
}

/** What the servers of one set-up share. */
export interface SetUpContext extends AsyncDisposable {
  readonly network: TestNetwork;
  /** Of the user `default`, and of Sentinels; undefined without security. */
  readonly password: string | undefined;
  /** The settings of a service that security needs. */
  readonly settings: Readonly<Record<string, string>>;
  /** The server's own TLS settings, by name. */
  tlsConfig(host: NetworkHost): Promise<TlsConfig | undefined>;
}

export interface TlsConfig {
  readonly port: number;
  readonly config: Readonly<Record<string, string>>;
}

/** One Redis server of a set-up. */
export interface SetUpNode extends RedisServer {
  readonly host: NetworkHost;
  /** Where clients and the other servers reach it: over TLS if the set-up is secured. */
  readonly clientPort: number;
}

/** How long a set-up may take for one step, such as a promotion. */
const STEP_MS = 30_000;
const LOOK_PAUSE_MS = 20;
/** Somebody else may bind a port before the server does. */
const STARTS_MAX = 3;

export async function createSetUpContext(options: SetUpOptions): Promise<SetUpContext> {
  const { network = createLoopbackNetwork(), secured = false } = options;
  if (!secured) {
    return {
      network,
      password: undefined,
      settings: {},
      tlsConfig: async () => undefined,
      [Symbol.asyncDispose]: () => network[Symbol.asyncDispose](),
    };
  }
  const authority = await createCertificateAuthority();
  const client = await authority.issue({ for: "DNS:mosaic.example" });
  return {
    network,
    password: randomUUID(),
    settings: { REDIS_TLS_CA: authority.path, REDIS_TLS_CERT: client.cert, REDIS_TLS_KEY: client.key },
    tlsConfig: async (host) => {
      const files = await authority.issue({ for: `IP:${host.address}` });
      return { port: await host.choosePort(), config: tlsWords(authority, files) };
    },
    async [Symbol.asyncDispose]() {
      await network[Symbol.asyncDispose]();
      await authority[Symbol.asyncDispose]();
    },
  };
}

function tlsWords({ path }: CertificateAuthority, { cert, key }: CertificateFiles): TlsConfig["config"] {
  const files = { "tls-ca-cert-file": path, "tls-cert-file": cert, "tls-key-file": key };
  return { ...files, "tls-auth-clients": "yes", "tls-replication": "yes" };
}

/** Starts a server on a host of its own. */
export async function startNode(
  context: SetUpContext,
  argsFor: (host: NetworkHost) => Promise<readonly string[]> | readonly string[],
): Promise<SetUpNode> {
  const host = await context.network.addHost();
  const { choosePort } = host;
  const { password } = context;
  for (let start = 1; ; start += 1) {
    const tls = await context.tlsConfig(host);
    const tlsArgs: TlsConfig["config"] =
      tls === undefined ? {} : { ...tls.config, "tls-port": String(tls.port) };
    const fixed = [
      "--protected-mode",
      "no",
      "--repl-diskless-sync-delay",
      "0",
      "--repl-ping-replica-period",
      "1",
    ];
    const words: readonly string[] = Object.entries(tlsArgs).flatMap(([name, value]) => [`--${name}`, value]);
    try {
      const args = [...fixed, ...words, ...(await argsFor(host))];
      const server = await startRedis({ host, choosePort, password, args });
      return Object.assign(server, { host, clientPort: tls?.port ?? server.port });
    } catch (error) {
      if (start === STARTS_MAX) throw error;
    }
  }
}

/** The part of a URL that names servers. */
export function addressList(servers: readonly Pick<SetUpNode, "clientPort" | "host">[]): string {
  return servers.map(({ host, clientPort }) => `${host.address}:${clientPort}`).join(",");
}

/** Asks again until there is an answer; an error counts as none yet. */
export async function untilFound<Found>(
  what: string,
  look: () => Promise<Found | undefined>,
): Promise<Found> {
  const deadlineMs = performance.now() + STEP_MS;
  let cause: unknown;
  while (performance.now() < deadlineMs) {
    try {
      const found = await look();
      if (found !== undefined) return found;
    } catch (error) {
      cause = error;
    }
    await delay(LOOK_PAUSE_MS);
  }
  throw new Error(`Not within ${STEP_MS} ms: ${what}`, { cause });
}

export async function untilTrue(what: string, look: () => Promise<boolean>): Promise<void> {
  await untilFound(what, async () => (await look()) || undefined);
}

/** The role that a server has by its own words: `master` or `slave`. */
export async function roleOf(node: Pick<RedisServer, "command">): Promise<string> {
  const [role] = (await node.command("ROLE")) as readonly [string];
  return role;
}

/** Whether a server has so many replicas that have all its data. */
export async function hasReplicas(node: Pick<RedisServer, "command">, count: number): Promise<boolean> {
  const info = String(await node.command("INFO", "replication"));
  return info.split("\r\n").filter((line) => /^slave\d+:.*state=online/.test(line)).length === count;
}
