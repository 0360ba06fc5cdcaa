import { setTimeout as delay } from "node:timers/promises";
import { Redis, type RedisOptions } from "ioredis";
import { jitteredBackoffMs } from "../../lib/backoff.ts";

/** The connection's behaviour towards a server that does not answer. All times in milliseconds. */
export interface RedisClientOptions {
  /** Certificates in PEM: with TLS, these are the trusted CA certificates instead of the system's. */
  readonly ca?: string | undefined;
  /**
   * From the start of an attempt until the TCP connection, and TLS if used, is open, and again from there
   * until the server is ready.
   */
  readonly connectTimeoutMs?: number;
  /** The longest pause between two attempts to connect. */
  readonly retryDelayMsMax?: number;
  /** A number from 0 to 1 that spreads the attempts of a fleet. */
  readonly random?: () => number;
}

const CONNECT_TIMEOUT_MS = 1000;
const RETRY_DELAY_MS_MIN = 50;
const RETRY_DELAY_MS_MAX = 1000;

/**
 * Makes a Redis client that never queues, never resends and never stops reconnecting: a command without a
 * live connection fails at once, and the caller decides what that means.
 *
 * @param url `redis://` or `rediss://`, user, password and database in it
 */
export function createRedisClient(url: string, options: RedisClientOptions = {}): Redis {
  const { ca, connectTimeoutMs = CONNECT_TIMEOUT_MS, random = Math.random } = options;
  const { retryDelayMsMax = RETRY_DELAY_MS_MAX } = options;
  const redisOptions = {
    lazyConnect: true,
    // CLIENT SETINFO and its like need a permission that also allows ending other clients' connections.
    disableClientInfo: true,
    ...(ca === undefined ? {} : { tls: { ca: [ca] } }),
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    connectTimeout: connectTimeoutMs,
    // A frozen server never acknowledges a close: the connection is dropped instead.
    disconnectTimeout: 1,
    retryStrategy: (attempt: number) =>
      jitteredBackoffMs(attempt, { minMs: RETRY_DELAY_MS_MIN, maxMs: retryDelayMsMax }, random()),
    reconnectOnError: reconnectAfterFailover(),
  } satisfies RedisOptions;
  // The client enables TLS for a lower-case scheme only, and would send plain text to REDISS://.
  const client = new Redis(
    url.replace(/^[a-z]+:/i, (scheme) => scheme.toLowerCase()),
    redisOptions,
  );
  dropStalledHandshakes(client, connectTimeoutMs);
  refuseOtherDatabase(client);
  return client;
}

/** The shortest time between reconnects for this reason: a server may stay read-only for long. */
const FAILOVER_PAUSE_MS = 30_000;

/** After a failover the old primary refuses writes: reconnect, to where the name resolves now. */
function reconnectAfterFailover(): (error: Error) => boolean {
  let lastMs = Number.NEGATIVE_INFINITY;
  return (error) => {
    if (!error.message.startsWith("READONLY") || performance.now() - lastMs < FAILOVER_PAUSE_MS) return false;
    lastMs = performance.now();
    return true;
  };
}

/** The client would stay in database 0 when the server lacks, or refuses, the requested database. */
function refuseOtherDatabase(client: Redis): void {
  client.on("error", (error: Error & { readonly command?: { readonly name: string } }) => {
    if (error.command?.name === "select") client.disconnect(true);
  });
}

/**
 * Starts to connect and waits until the server is ready, up to the given time; the client keeps trying after
 * that.
 *
 * @returns whether it is ready
 */
export async function connectRedis(client: Redis, timeoutMs: number): Promise<boolean> {
  const limit = new AbortController();
  const connecting = client.connect().then(
    () => true,
    () => false,
  );
  const ready = await Promise.race([connecting, delay(timeoutMs, false, { signal: limit.signal })]);
  limit.abort();
  return ready;
}

/** The client has no limit of its own between the TCP connection and the first answer. */
function dropStalledHandshakes(client: Redis, timeoutMs: number): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  client.on("connect", () => {
    clearTimeout(timer);
    timer = setTimeout(() => client.disconnect(true), timeoutMs);
  });
  const stop = (): void => clearTimeout(timer);
  client.on("ready", stop);
  client.on("close", stop);
  client.on("end", stop);
}
