import { withNamespace } from "../adapters/decorators/namespace.ts";
import { createRedisBroadcast } from "../adapters/redis/broadcast.ts";
import { createRedisCache } from "../adapters/redis/cache.ts";
import {
  connectRedis,
  createRedisPair,
  type RedisClientOptions,
  type RedisPair,
} from "../adapters/redis/client.ts";
import { readTlsFiles } from "../adapters/redis/read-tls-files.ts";
import { createReportFilter } from "../lib/report-filter.ts";
import type { CachePort } from "../ports/cache-port.ts";
import type {
  CacheConnection,
  ConnectionFailure,
  SharedCache,
  SharedCacheHooks,
  SharedCacheSettings,
} from "./lifecycle/service.ts";
import { CaCertificatesError } from "./settings/setting-values.ts";
import type { Settings } from "./settings/settings.ts";
import { maskUrl } from "./settings/url-settings.ts";
import type { Log } from "./telemetry/log.ts";

/** Maximum number of different errors that are logged for one outage. */
const CONNECTION_ERRORS_LOGGED_MAX = 10;
const CONNECT_WAIT_MS = 1000;
/**
 * How long `mosaic inspect` waits for a connection: the timeout of one attempt, and a little more so that the
 * reason of a failure arrives.
 */
const CONNECT_FAILURE_WAIT_MS = 1500;

/** A cache and a channel before decorators are applied. */
export interface OpenedCache
  extends Pick<SharedCache, "address" | "broadcast" | "close" | "connect" | "fault" | "hasFleet" | "watch"> {
  readonly cache: CachePort;
  /** The kind of server as spans name it, such as `redis`. */
  readonly system?: string;
}

/**
 * Reads the TLS files of the settings, and returns a function that opens the connections to Redis.
 *
 * @throws {CaCertificatesError} when a TLS file cannot be read
 */
export async function prepareRedis(
  settings: Settings,
  log: Log,
): Promise<(hooks: SharedCacheHooks) => OpenedCache> {
  const options = await createRedisOptions(settings);
  return (hooks) => openRedis(createRedisPair(settings.redisUrl ?? "", options), settings, log, hooks);
}

function openRedis(
  { commands, subscriber }: RedisPair,
  { cacheNamespace, redisUrl }: Settings,
  log: Log,
  { onDefect }: SharedCacheHooks,
): OpenedCache {
  const { client } = commands;
  logFailures(commands, log);
  const cache = createRedisCache(client, { onOversized: createOversizedLog(log) });
  const broadcast = createRedisBroadcast({
    publisher: client,
    subscriber: subscriber.client,
    channel: `${cacheNamespace}:events`,
    onDefect,
  });
  return {
    cache,
    system: "redis",
    broadcast,
    hasFleet: true,
    fault: commands.fault,
    address: () => commands.address() ?? maskUrl(redisUrl ?? ""),
    close: cache.close,
    async connect() {
      await connectRedis(client, CONNECT_WAIT_MS);
    },
    watch({ ready, lost }) {
      client.on("ready", ready);
      client.on("close", lost);
    },
  };
}

/** The client retries forever; log each distinct error once per outage. */
function logFailures(connection: RedisPair["commands"], log: Log): void {
  const logged = new Set<string>();
  const { client } = connection;
  connection.onFailure(({ fault, detail }) => {
    if (logged.has(detail) || logged.size === CONNECTION_ERRORS_LOGGED_MAX) return;
    logged.add(detail);
    const message = client.status === "ready" ? "Redis refused a command" : "Redis connection failed";
    log.warn({ fault: fault?.kind, detail }, message);
  });
  client.on("ready", () => logged.clear());
}

/**
 * Connects to the shared cache that the settings name, only to read it; undefined if they name none.
 *
 * @throws {CaCertificatesError} when a TLS file cannot be read
 */
export async function openSharedCache(settings: SharedCacheSettings): Promise<CacheConnection | undefined> {
  const { redisUrl, cacheNamespace } = settings;
  if (redisUrl === undefined) return undefined;
  const { commands } = createRedisPair(redisUrl, await createRedisOptions(settings));
  const { client } = commands;
  let failure: ConnectionFailure | undefined;
  commands.onFailure((latest) => {
    if (failure === undefined || latest.fault !== undefined) failure = latest;
  });
  client.on("ready", () => {
    failure = undefined;
  });
  const cache = createRedisCache(client);
  await connectRedis(client, CONNECT_FAILURE_WAIT_MS);
  return {
    cache: withNamespace(cache, cacheNamespace),
    connectionFailure: () => failure,
    fault: commands.fault,
  };
}

/** @throws {CaCertificatesError} when a file that the settings name cannot be used */
async function createRedisOptions(settings: SharedCacheSettings): Promise<RedisClientOptions> {
  const files = { ca: settings.redisTlsCa, cert: settings.redisTlsCert, key: settings.redisTlsKey };
  const read = await readTlsFiles(files);
  if (read.kind === "unusable") {
    const setting = `REDIS_TLS_${read.file.toUpperCase()}`;
    throw new CaCertificatesError(setting, files[read.file] ?? "", read.detail);
  }
  return {
    tls: { ...read.files, serverName: settings.redisTlsServername },
    sentinel: { username: settings.redisSentinelUsername, password: settings.redisSentinelPassword },
    namespace: settings.cacheNamespace,
  };
}

/** A value of the shared cache that was not read, because it is too large. */
interface OversizedRead {
  readonly key: string;
  readonly bytes: number;
  readonly bytesMax: number;
}

/** Maximum number of keys that are logged one by one. */
const LOGGED_KEYS_MAX = 20;

/**
 * Makes a function that logs each oversized key once. Beyond the maximum number of keys, one line stands for
 * all other keys.
 *
 * @param nowMs a monotonic clock
 */
export function createOversizedLog(log: Log, nowMs?: () => number): (oversized: OversizedRead) => void {
  const decide = createReportFilter(LOGGED_KEYS_MAX, nowMs);
  return ({ key, bytes, bytesMax }) => {
    const decision = decide(key);
    if (decision === "new") {
      const fields = { key, bytes, bytes_max: bytesMax };
      log.warn(fields, "Value in Redis is too large and counts as absent");
    } else if (decision === "excess")
      log.warn({ keys: LOGGED_KEYS_MAX }, "More values in Redis are too large: their keys are not logged");
  };
}
