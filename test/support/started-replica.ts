import { startHostedService } from "./hosted-service.ts";
import type { FleetReplica } from "./running-fleet.ts";
import type { Runtime } from "./runtimes.ts";
import { createViewsDirectory } from "./views-directory.ts";

export interface StartedReplicaOptions {
  readonly runtime: Runtime;
  /** What is on its disk. */
  readonly files: Readonly<Record<string, string>>;
  readonly redisUrl: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts one replica with a folder of its own, and waits until it listens: it may have no catalog yet. */
export async function startReplica(options: StartedReplicaOptions): Promise<FleetReplica & AsyncDisposable> {
  const { runtime, files, redisUrl, env } = options;
  await using opened = new AsyncDisposableStack();
  const views = opened.use(await createViewsDirectory(files));
  const settings = { CACHE_BACKEND: "redis", REDIS_URL: redisUrl, VIEWS_DIR: views.path, ...env };
  const service = opened.use(await startHostedService({ runtime, env: settings }));
  const owned = opened.move();
  return { service, views, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
