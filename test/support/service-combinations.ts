import { type RedisServer, startRedis } from "./redis-server.ts";
import { RUNTIMES, type Runtime } from "./runtimes.ts";
import { type ServiceProcess, startService } from "./service-process.ts";

export interface Combination {
  readonly name: string;
  readonly backend: "local" | "redis";
  readonly runtime: Runtime;
}

/** Every cache backend on every runtime. */
export const COMBINATIONS: readonly Combination[] = (["local", "redis"] as const).flatMap((backend) =>
  RUNTIMES.map((runtime) => ({ name: `${backend} cache on ${runtime.name}`, backend, runtime })),
);

export interface RunningCombination extends AsyncDisposable {
  readonly service: ServiceProcess;
}

/** Starts the service, with an empty Redis of its own if it needs one, and waits until it has published its catalog. */
export async function startCombination(
  { backend, runtime }: Combination,
  env: Readonly<Record<string, string>> = {},
): Promise<RunningCombination> {
  const redis = backend === "redis" ? await startRedis() : undefined;
  const stopRedis = async (): Promise<void> => redis?.stop();
  try {
    const service = await startService({ runtime, env: { ...cacheSettings(redis), ...env } });
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
export function cacheSettings(redis: Pick<RedisServer, "url"> | undefined): Readonly<Record<string, string>> {
  return redis === undefined ? { CACHE_BACKEND: "local" } : { CACHE_BACKEND: "redis", REDIS_URL: redis.url };
}
