import type { Redis } from "ioredis";
import { requireTimes, startUnblockedTimer } from "../../lib/deadline.ts";
import { parseRedisUrl, type RedisAddress } from "../../lib/redis-url.ts";
import { createClusterLocator } from "./topology/cluster-locator.ts";
import type { Endpoint, ServerInfo } from "./topology/connector.ts";
import { followPrimary, keepOnSameServer, watchPrimary } from "./topology/follow-primary.ts";
import { createRedisConnection, type RedisConnection } from "./topology/redis-connection.ts";
import { createSentinelLocator } from "./topology/sentinel-locator.ts";
import type { TlsFiles } from "./topology/tls-options.ts";

/** Options of a client. All times are in milliseconds. */
export interface RedisClientOptions {
  /** Certificates, key and server name, for URLs with TLS. */
  readonly tls?: TlsFiles | undefined;
  /** The login at the Sentinels. */
  readonly sentinel?: { readonly username?: string | undefined; readonly password?: string | undefined };
  /** The prefix of all keys. The hash tag of the prefix decides in which slot of a cluster the keys are. */
  readonly namespace?: string;
  /**
   * The time limit to open the connection, including TLS. After that, the server has the same time again to become
   * ready.
   */
  readonly connectTimeoutMs?: number;
  /** The longest pause between two attempts to connect. */
  readonly retryDelayMsMax?: number;
  /** Returns a number from 0 to 1, which spreads the attempts of a fleet. */
  readonly random?: () => number;
}

const CONNECT_TIMEOUT_MS = 1000;
const RETRY_DELAY_MS_MAX = 1000;
/** The time limit of one request to a Sentinel or to a node of a cluster. */
const LOCATOR_TIMEOUT_MS = 500;

/** Two connections to one server: one for commands, one for announcements. */
export interface RedisPair {
  readonly topologyKind: RedisAddress["kind"];
  readonly commands: RedisConnection;
  readonly subscriber: RedisConnection;
}

/**
 * Makes the two clients for a URL; the caller connects them. Both follow the primary, and stop following it when the
 * client of commands ends.
 *
 * @throws {TypeError} for a URL that does not name a Redis set-up
 */
export function createRedisPair(url: string, options: RedisClientOptions = {}): RedisPair {
  const { random = Math.random } = options;
  const target = createTarget(url, options);
  const commands = target.connect();
  const subscriber = target.connect();
  const stops = [
    followTarget(commands, target, random),
    keepOnSameServer(commands, subscriber, random),
    ...(target.address.kind === "sentinel" ? [watchPrimary(commands, target.locate, random)] : []),
  ];
  commands.client.once("end", () => {
    for (const stop of stops) stop();
    target.close();
  });
  return { topologyKind: target.address.kind, commands, subscriber };
}

/**
 * Makes a single client that follows the primary, without a second one for subscriptions.
 *
 * @param url with user, password and database
 * @throws {TypeError} for a URL that does not name a Redis set-up
 */
export function createRedisClient(url: string, options: RedisClientOptions = {}): Redis {
  const target = createTarget(url, options);
  const connection = target.connect();
  const stop = followTarget(connection, target, options.random ?? Math.random);
  connection.client.once("end", () => {
    stop();
    target.close();
  });
  return connection.client;
}

/** The address that a URL names, and how to connect to its primary. */
interface RedisTarget {
  readonly address: RedisAddress;
  readonly locate: () => Promise<Endpoint>;
  readonly connect: () => RedisConnection;
  readonly close: () => void;
}

function createTarget(url: string, options: RedisClientOptions): RedisTarget {
  const { connectTimeoutMs = CONNECT_TIMEOUT_MS, retryDelayMsMax = RETRY_DELAY_MS_MAX } = options;
  const { random = Math.random } = options;
  requireTimes({ connectTimeoutMs, retryDelayMsMax });
  const parsed = parseRedisUrl(url);
  if (parsed.kind === "invalid")
    throw new TypeError(`Cannot connect to Redis: the URL is not ${parsed.form.en}`);
  const { address } = parsed;
  const tls = address.tls ? (options.tls ?? {}) : undefined;
  const { locate, close } = createLocator(address, options, tls);
  const connection = { address, locate, tls, connectTimeoutMs, retryDelayMsMax, random };
  return { address, locate, connect: () => createRedisConnection(connection), close };
}

function createLocator(
  address: RedisAddress,
  { sentinel = {}, namespace = "" }: RedisClientOptions,
  tls: TlsFiles | undefined,
): Pick<RedisTarget, "close" | "locate"> {
  const timeoutMs = LOCATOR_TIMEOUT_MS;
  switch (address.kind) {
    case "server":
      return createFixedLocator({ host: address.host, port: address.port });
    case "socket":
      return createFixedLocator({ path: address.path });
    case "sentinel": {
      const { sentinels, master } = address;
      return createSentinelLocator({ sentinels, master, login: sentinel, tls, timeoutMs });
    }
    case "cluster":
      return createClusterLocator({ nodes: address.nodes, namespace, login: address, tls, timeoutMs });
  }
}

function createFixedLocator(endpoint: Endpoint): Pick<RedisTarget, "close" | "locate"> {
  return { locate: async () => endpoint, close: () => undefined };
}

function followTarget(connection: RedisConnection, target: RedisTarget, random: () => number): () => void {
  const probeServer = async (): Promise<ServerInfo | undefined> => {
    const probe = target.connect();
    try {
      return (await connectRedis(probe.client, CONNECT_TIMEOUT_MS)) ? probe.state.server : undefined;
    } finally {
      probe.client.disconnect();
    }
  };
  return followPrimary(connection, { topologyKind: target.address.kind, probeServer, random });
}

/**
 * Starts to connect, and waits until the server is ready, at most for the given time. After that time the client
 * continues to try.
 *
 * @returns whether the server is ready
 */
export async function connectRedis(client: Redis, timeoutMs: number): Promise<boolean> {
  const limit = Promise.withResolvers<false>();
  const connecting = client.connect().then(
    () => true,
    () => false,
  );
  const stopTimer = startUnblockedTimer(timeoutMs, () => limit.resolve(false));
  const isReady = await Promise.race([connecting, limit.promise]);
  stopTimer();
  return isReady;
}
