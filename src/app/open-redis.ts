import { withNamespace } from "../adapters/decorators/namespace.ts";
import { createRedisBroadcast } from "../adapters/redis/broadcast.ts";
import { createRedisCache } from "../adapters/redis/cache.ts";
import { connectRedis, createRedisClient } from "../adapters/redis/client.ts";
import { connectionFailure, describeClientError } from "../adapters/redis/connection-failure.ts";
import { readCaCertificates } from "../adapters/redis/read-ca-certificates.ts";
import type { CachePort } from "../ports/cache-port.ts";
import type { LookedIntoCache, SharedCacheSettings } from "./lifecycle/service.ts";
import type { SharedCache, SharedCacheHooks } from "./run-service.ts";
import { CaCertificatesError } from "./settings/setting-values.ts";
import type { Settings } from "./settings/settings.ts";
import type { Log } from "./telemetry/log.ts";
import { createOversizedLog } from "./telemetry/log-oversized.ts";

/** Different errors of one outage that are logged. */
const CONNECTION_ERRORS_TOLD_MAX = 10;
/** How long Redis may keep the start waiting. */
const CONNECT_WAIT_MS = 1000;
/** How long a command waits for a connection: an attempt's own time, and a little more to hear why it failed. */
const CONNECT_FAILURE_WAIT_MS = 1500;

/** A cache and a channel as they are opened, before anything stands in front of them. */
export interface OpenedCache
  extends Pick<SharedCache, "broadcast" | "close" | "connect" | "hasFleet" | "watch"> {
  readonly cache: CachePort;
  /** The server behind it, as spans name it. */
  readonly system?: string;
}

/**
 * Reads what connections to the Redis of the settings need, and returns how they are opened.
 *
 * @throws {CaCertificatesError} when the certificates that they name cannot be had
 */
export async function prepareRedis(
  settings: Settings,
  log: Log,
): Promise<(hooks: SharedCacheHooks) => OpenedCache> {
  const ca = await loadCaCertificates(settings);
  const connect = () => createRedisClient(settings.redisUrl ?? "", { ca });
  return (hooks) => openRedis(connect, settings, log, hooks);
}

function openRedis(
  createClient: () => ReturnType<typeof createRedisClient>,
  { cacheNamespace }: Settings,
  log: Log,
  { onDefect }: SharedCacheHooks,
): OpenedCache {
  const client = createClient();
  logConnectionErrors(client, log);
  const cache = createRedisCache(client, { onOversized: createOversizedLog(log) });
  const broadcast = createRedisBroadcast({
    publisher: client,
    subscriber: createClient(),
    channel: `${cacheNamespace}:events`,
    onDefect,
  });
  return {
    cache,
    system: "redis",
    broadcast,
    hasFleet: true,
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

/** The client tries again and again: what it says is worth a line when it says something new. */
function logConnectionErrors(client: ReturnType<typeof createRedisClient>, log: Log): void {
  const told = new Set<string>();
  client.on("error", (error: Error) => {
    const detail = describeClientError(error);
    if (told.has(detail) || told.size === CONNECTION_ERRORS_TOLD_MAX) return;
    told.add(detail);
    log.warn({ detail }, "Redis connection failed");
  });
  client.on("ready", () => told.clear());
}

/**
 * Connects to the shared cache that the settings name, for reading only; undefined without such settings.
 *
 * @throws {CaCertificatesError} when the certificates that they name cannot be had
 */
export async function openSharedCache(settings: SharedCacheSettings): Promise<LookedIntoCache | undefined> {
  const { redisUrl, cacheNamespace } = settings;
  if (redisUrl === undefined) return undefined;
  const client = createRedisClient(redisUrl, { ca: await loadCaCertificates(settings) });
  let failure: string | undefined;
  client.on("error", (error: Error) => {
    if (failure === undefined || connectionFailure(error) !== undefined) failure = describeClientError(error);
  });
  client.on("ready", () => {
    failure = undefined;
  });
  const cache = createRedisCache(client);
  await connectRedis(client, CONNECT_FAILURE_WAIT_MS);
  return { cache: withNamespace(cache, cacheNamespace), connectionFailure: () => failure };
}

async function loadCaCertificates({ redisTlsCa }: Pick<Settings, "redisTlsCa">): Promise<string | undefined> {
  if (redisTlsCa === undefined) return undefined;
  const read = await readCaCertificates(redisTlsCa);
  if (read.kind === "unusable") throw new CaCertificatesError(redisTlsCa, read.detail);
  return read.pem;
}
