import { RUNTIMES, type Runtime } from "../support/runtimes.ts";
import type { NetworkHost, TestNetwork } from "../support/set-ups/test-network.ts";
import { createViewsDirectory } from "../support/views-directory.ts";
import type { WatchedFleet } from "./await-recovery.ts";
import type { KnownCatalog } from "./known-catalogs.ts";
import {
  allow,
  createReplica,
  type RunningSeat,
  runningAt,
  type Seat,
  startSeat,
  stopSeats,
  TICKERS_TTL_SECONDS,
} from "./seats.ts";

/** Three replicas, each on a host of its own, that share a set-up under load. */
export interface SetUpFleet extends Omit<WatchedFleet, "redis">, AsyncDisposable {
  /** Of the replicas, in their order. */
  readonly hosts: readonly NetworkHost[];
  allow(catalog: KnownCatalog): void;
  start(): Promise<void>;
  /** Ends load and replicas; what must not have been, in all that they answered, logged and printed. */
  stop(): Promise<readonly string[]>;
}

export interface SetUpFleetOptions {
  readonly network: TestNetwork;
  readonly settings: Readonly<Record<string, string>>;
  readonly catalog: KnownCatalog;
  /** Of the first replica; the others take turns. */
  readonly runtime: Runtime;
}

const SIZE = 3;

export async function createSetUpFleet(options: SetUpFleetOptions): Promise<SetUpFleet> {
  const { network, settings, catalog } = options;
  const first = RUNTIMES.indexOf(options.runtime);
  const stack = new AsyncDisposableStack();
  const known = new Map([[catalog.hash, catalog]]);
  const [seats, hosts]: [Seat[], NetworkHost[]] = [[], []];
  hosts.push(...(await Promise.all(Array.from({ length: SIZE }, network.addHost))));
  for (const [index, host] of hosts.entries()) {
    const runtime = RUNTIMES[(first + index) % RUNTIMES.length] as Runtime;
    const views = stack.use(await createViewsDirectory(catalog.files));
    const env = {
      ...settings,
      HOST: host.address,
      TICKERS_CACHE_TTL: TICKERS_TTL_SECONDS,
      VIEWS_DIR: views.path,
    };
    const name = `replica ${index + 1} on ${runtime.name}`;
    seats.push({ name, views, known, runtime: runtimeAt(runtime, host), env });
  }
  const running: RunningSeat[] = [];
  return {
    hosts,
    replicas: seats.map((seat, index) => createReplica(seat, () => runningAt(running, index))),
    target: { namespace: settings.CACHE_NAMESPACE ?? "mosaic" },
    nameOf: (hash = "none") => known.get(hash)?.name ?? `an unknown catalog (${hash})`,
    allow: (next) => allow(known, next),
    start: async () => void running.push(...(await Promise.all(seats.map(startSeat)))),
    stop: () => stopSeats(running.splice(0)),
    async [Symbol.asyncDispose]() {
      await stopSeats(running.splice(0));
      await stack.disposeAsync();
    },
  };
}

function runtimeAt(runtime: Runtime, { enter: [command, ...rest] }: NetworkHost): Runtime {
  if (command === undefined) return runtime;
  return { ...runtime, command, args: [...rest, runtime.command, ...runtime.args] };
}
