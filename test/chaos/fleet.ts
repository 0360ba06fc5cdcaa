import { FAULTY_REDIS_ARGS, type FaultTarget, replicaRedisUrl } from "../support/faults/fault.ts";
import { createMovableClocks } from "../support/faults/movable-clocks.ts";
import { type RedisServer, startRedis } from "../support/redis-server.ts";
import { RUNTIMES, type Runtime } from "../support/runtimes.ts";
import { createSeededRandom } from "../support/seeded-random.ts";
import { startTcpProxy, type TcpProxy } from "../support/tcp-proxy.ts";
import { createViewsDirectory } from "../support/views-directory.ts";
import type { KnownCatalog } from "./known-catalogs.ts";
import {
  allow,
  createReplica,
  type FleetReplica,
  type RunningSeat,
  runningAt,
  type Seat,
  startSeat,
  stopSeats,
  TICKERS_TTL_SECONDS,
} from "./seats.ts";

export interface Fleet extends AsyncDisposable {
  readonly target: FaultTarget;
  readonly redis: RedisServer;
  readonly replicas: readonly FleetReplica[];
  /** Lets answers show this catalog from now on, beside those before. */
  allow(catalog: KnownCatalog): void;
  /** What a hash is called in messages. */
  nameOf(hash: string | undefined): string;
  /** Starts all replicas and the load on them; resolves when they listen. */
  start(): Promise<void>;
  /** Ends load and replicas; what must not have been, in all that they answered, logged and printed. */
  stop(): Promise<readonly string[]>;
}

export interface FleetOptions {
  readonly seed: number;
  /** What the disks of all replicas hold. */
  readonly catalog: KnownCatalog;
  /** Default: one replica on each runtime. */
  readonly runtimes?: readonly Runtime[];
  readonly env?: Readonly<Record<string, string>>;
}

const NAMESPACE = "mosaic";
export async function createFleet(options: FleetOptions): Promise<Fleet> {
  const { seed, catalog, runtimes = RUNTIMES, env = {} } = options;
  const stack = new AsyncDisposableStack();
  try {
    const redis = stack.use(await startRedis({ args: FAULTY_REDIS_ARGS }));
    const clocks = stack.use(await createMovableClocks());
    const known = new Map([[catalog.hash, catalog]]);
    const seats: Seat[] = [];
    const proxies: TcpProxy[] = [];
    for (const [index, runtime] of runtimes.entries()) {
      const views = stack.use(await createViewsDirectory(catalog.files));
      const proxy = stack.use(await startTcpProxy({ targetPort: redis.port }));
      const name = `replica ${index + 1} on ${runtime.name}`;
      const settings = {
        ...clocks.env,
        CACHE_BACKEND: "redis",
        REDIS_URL: replicaRedisUrl(proxy),
        CACHE_NAMESPACE: NAMESPACE,
        TICKERS_CACHE_TTL: TICKERS_TTL_SECONDS,
        VIEWS_DIR: views.path,
        ...env,
      };
      proxies.push(proxy);
      seats.push({ name, views, known, runtime: clocks.on(runtime), env: settings });
    }
    const running: RunningSeat[] = [];
    const replicas = seats.map((seat, index) => createReplica(seat, () => runningAt(running, index)));
    const resources = stack.move();
    return {
      redis,
      replicas,
      target: {
        redis,
        proxies,
        namespace: NAMESPACE,
        random: createSeededRandom(seed),
        shiftClocks: (offsetMs) =>
          clocks.shift(
            offsetMs,
            running.map(({ service }) => service),
          ),
      },
      allow: (next) => allow(known, next),
      nameOf: (hash = "none") => known.get(hash)?.name ?? `an unknown catalog (${hash})`,
      start: async () => void running.push(...(await Promise.all(seats.map(startSeat)))),
      stop: () => stopSeats(running.splice(0)),
      async [Symbol.asyncDispose]() {
        await stopSeats(running.splice(0));
        await resources.disposeAsync();
      },
    };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}
