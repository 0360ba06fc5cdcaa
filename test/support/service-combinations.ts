import { type HostedService, startHostedService } from "./hosted-service.ts";
import { type RedisServer, startRedis } from "./redis-server.ts";
import { BUN, RUNTIMES, type Runtime } from "./runtimes.ts";
import { type SecuredRedis, startSecuredRedis } from "./secured-redis.ts";

export interface Combination {
  readonly name: string;
  readonly backend: "local" | "redis";
  readonly runtime: Runtime;
  /** Over TLS, as a user with the documented rights. */
  readonly secured?: boolean;
}

/** Redis as it should be run, on every runtime. */
export const SECURED_COMBINATIONS: readonly Combination[] = RUNTIMES.map((runtime) => ({
  name: `redis cache over TLS on ${runtime.name}`,
  backend: "redis",
  runtime,
  secured: true,
}));

const BACKENDS = ["local", "redis"] as const;

/** Every cache backend on Bun, for the suites of what clients see. */
export const BUN_COMBINATIONS: readonly Combination[] = BACKENDS.map((backend) => ({
  name: `${backend} cache on ${BUN.name}`,
  backend,
  runtime: BUN,
}));

/** Every cache backend on Node and on Deno. */
export const COMBINATIONS: readonly Combination[] = [
  ...BACKENDS.flatMap((backend) =>
    RUNTIMES.map((runtime) => ({ name: `${backend} cache on ${runtime.name}`, backend, runtime })),
  ),
  ...SECURED_COMBINATIONS,
];

export interface RunningCombination extends AsyncDisposable {
  readonly service: HostedService;
}

/** Starts the service, with an empty Redis of its own if it needs one, and waits until it has published its catalog. */
export async function startCombination(
  { backend, runtime, secured = false }: Combination,
  env: Readonly<Record<string, string>> = {},
  start: typeof startHostedService = startHostedService,
): Promise<RunningCombination> {
  const redis = backend === "local" ? undefined : await (secured ? startSecuredRedis() : startRedis());
  const stopRedis = async (): Promise<void> => redis?.stop();
  try {
    const service = await start({ runtime, env: { ...cacheSettings(redis), ...env } });
    await service.waitForLog(({ msg }) => msg === "Catalog published");
    return {
      service,
      async [Symbol.asyncDispose]() {
        await service.stop();
        await stopRedis();
      },
    };
  } catch (error) {
    await stopRedis();
    throw error;
  }
}

/** The settings that make a service use this Redis; those of a local cache without one. */
export function cacheSettings(
  redis: (Pick<RedisServer, "url"> & Partial<Pick<SecuredRedis, "settings">>) | undefined,
): Readonly<Record<string, string>> {
  if (redis === undefined) return { CACHE_BACKEND: "local" };
  return redis.settings ?? { CACHE_BACKEND: "redis", REDIS_URL: redis.url };
}
