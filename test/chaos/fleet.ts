import { FAULTY_REDIS_ARGS, type FaultTarget, replicaRedisUrl } from "../support/faults/fault.ts";
import { createMovableClocks } from "../support/faults/movable-clocks.ts";
import { loadSteadily, type SteadyLoad } from "../support/load-steadily.ts";
import { type RedisServer, startRedis } from "../support/redis-server.ts";
import { RUNTIMES, type Runtime } from "../support/runtimes.ts";
import { createSeededRandom } from "../support/seeded-random.ts";
import { type Answer, sendRequest } from "../support/send-request.ts";
import { ADMIN_TOKEN, type LogLine, type ServiceProcess, startService } from "../support/service-process.ts";
import { startTcpProxy, type TcpProxy } from "../support/tcp-proxy.ts";
import { createViewsDirectory, type ViewsDirectory } from "../support/views-directory.ts";
import { CATALOG_PATHS, type KnownCatalog } from "./known-catalogs.ts";
import { type AnswerWatch, watchAnswers } from "./watch-answers.ts";

/** What the Redis client itself prints, with no way to tell it not to, when it may not ask whether the server is ready. */
const CLIENT_NOTICE = /Skipping the ready check because INFO command fails: "NOPERM [^"]*"[^\n]*\n/g;

/** One service process with its own disk and its own way to Redis, under load since it listens. */
export interface FleetReplica {
  readonly name: string;
  readonly views: ViewsDirectory;
  service(): ServiceProcess;
  /** `undefined`: not answered. */
  readiness(): Promise<Readiness | undefined>;
  reload(): Promise<Answer>;
}

/** As far as scenarios look at it. */
export interface Readiness {
  readonly status: string;
  readonly components: {
    readonly catalog: { readonly state: string; readonly hash?: string };
    readonly cache: { readonly state: string };
  };
}

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
const LOAD_PAUSE_MS = 20;
const PATHS = [...CATALOG_PATHS, "/tickers", "/readyz"];
/** So that the load's questions for tickers reach the cache. */
const TICKERS_TTL_SECONDS = "0.2";
const BAD_LEVELS: ReadonlySet<string> = new Set(["error", "fatal"]);
const RELOAD = { method: "POST", headers: { authorization: `Bearer ${ADMIN_TOKEN}` } };

export async function createFleet(options: FleetOptions): Promise<Fleet> {
  const { seed, catalog, runtimes = RUNTIMES, env = {} } = options;
  const stack = new AsyncDisposableStack();
  try {
    const redis = stack.use(await startRedis({ args: FAULTY_REDIS_ARGS }));
    const clocks = stack.use(await createMovableClocks());
    const known = new Map([[catalog.hash, catalog]]);
    const seats: Seat[] = [];
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
      seats.push({ name, views, proxy, known, runtime: clocks.on(runtime), env: settings });
    }
    const running: RunningSeat[] = [];
    const replicas = seats.map((seat, index) => createReplica(seat, () => runningAt(running, index)));
    const resources = stack.move();
    return {
      redis,
      replicas,
      target: {
        redis,
        proxies: seats.map(({ proxy }) => proxy),
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

/** What was replaced so many reloads ago is no longer served by anybody. */
const KNOWN_MAX = 12;

function allow(known: Map<string, KnownCatalog>, next: KnownCatalog): void {
  known.set(next.hash, next);
  const [oldest] = known.keys();
  if (known.size > KNOWN_MAX && oldest !== undefined) known.delete(oldest);
}

/** Where a replica runs, once it does. */
interface Seat {
  readonly name: string;
  readonly views: ViewsDirectory;
  readonly proxy: TcpProxy;
  /** All that may be served, by its hash. */
  readonly known: ReadonlyMap<string, KnownCatalog>;
  readonly runtime: Runtime;
  readonly env: Readonly<Record<string, string>>;
}

interface RunningSeat {
  readonly seat: Seat;
  readonly service: ServiceProcess;
  readonly watch: AnswerWatch;
  readonly load: SteadyLoad;
}

async function startSeat(seat: Seat): Promise<RunningSeat> {
  const service = await startService({ runtime: seat.runtime, env: seat.env });
  const watch = watchAnswers({ replica: seat.name, catalogs: () => seat.known.values() });
  const { onResult } = watch;
  const load = loadSteadily({ url: service.url, paths: PATHS, pauseMs: LOAD_PAUSE_MS, onResult });
  return { seat, service, watch, load };
}

function runningAt(running: readonly RunningSeat[], index: number): ServiceProcess {
  const found = running[index];
  if (found === undefined) throw new Error("The replica does not run");
  return found.service;
}

function createReplica({ name, views }: Seat, service: () => ServiceProcess): FleetReplica {
  return {
    name,
    views,
    service,
    reload: () => sendRequest(service().url, "/admin/views/reload", RELOAD),
    readiness: () =>
      sendRequest(service().url, "/readyz").then(
        (answer) => answer.json() as Readiness,
        () => undefined,
      ),
  };
}

async function stopSeats(running: readonly RunningSeat[]): Promise<readonly string[]> {
  await Promise.all(running.map(({ load }) => load.stop()));
  const found = await Promise.all(running.map(stopSeat));
  return found.flat();
}

async function stopSeat({ seat, service, watch }: RunningSeat): Promise<readonly string[]> {
  const { name } = seat;
  const { code, signal } = await service.stop();
  const found = [...watch.violations()];
  if (watch.answers() === 0) found.push(`${name}: no request was answered`);
  if (code !== 0) found.push(`${name}: ended with code ${code} and signal ${signal}`);
  const printed = service.stderr().replaceAll(CLIENT_NOTICE, "");
  if (printed.trim() !== "") found.push(`${name}: printed ${printed.slice(0, 2000)}`);
  found.push(
    ...service
      .logs()
      .filter(isBad)
      .map((line) => `${name}: logged ${JSON.stringify(line)}`),
  );
  return found;
}

/** A disk that is looked at while somebody writes it is found wrong, and that is well. */
function isBad({ level, msg }: LogLine): boolean {
  return BAD_LEVELS.has(level) && msg !== "Diagnostic of the catalog";
}
