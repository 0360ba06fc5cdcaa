import { type HostedService, startHostedService } from "./hosted-service.ts";
import { type RedisServer, startRedis } from "./redis-server.ts";
import { RUNTIMES, type Runtime } from "./runtimes.ts";
import { startSecuredRedis } from "./secured-redis.ts";
import { sendRequest } from "./send-request.ts";
import { cacheSettings } from "./service-combinations.ts";
import {
  ADMIN_TOKEN,
  type LogLine,
  type ServiceOptions,
  type ServiceProcess,
  startService,
} from "./service-process.ts";
import { createViewsDirectory, type ViewsDirectory } from "./views-directory.ts";

const AUTHORIZED = { authorization: `Bearer ${ADMIN_TOKEN}` };

/** One replica of a fleet, with a folder of views of its own, as every host has. */
export interface FleetReplica<Service extends HostedService = HostedService> {
  readonly service: Service;
  readonly views: ViewsDirectory;
}

export interface RunningFleet<Service extends HostedService = HostedService> extends AsyncDisposable {
  readonly redis: RedisServer;
  readonly replicas: readonly FleetReplica<Service>[];
}

/** A replica with a process of its own. */
export type ReplicaProcess = FleetReplica<ServiceProcess>;
export type FleetOfProcesses = RunningFleet<ServiceProcess>;

export interface FleetOptions {
  readonly size: number;
  readonly files: Readonly<Record<string, string>>;
  /** The runtime of the first replica; the others take turns. */
  readonly runtime: Runtime;
  /** Whether its Redis is reached over TLS, with the documented rights alone. */
  readonly secured?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** Further settings of one replica, by its place. */
  readonly envOf?: (
    index: number,
    redis: RedisServer,
  ) => Promise<Readonly<Record<string, string>>> | Readonly<Record<string, string>>;
}

/** Starts replicas, on both runtimes in turn, that share an empty Redis, and waits until each serves a catalog. */
export function startFleet(options: FleetOptions): Promise<RunningFleet> {
  return startFleetWith(startHostedService, options);
}

/** Starts a fleet whose replicas have processes of their own, for tests that signal or count these. */
export function startFleetOfProcesses(options: FleetOptions): Promise<FleetOfProcesses> {
  return startFleetWith(startService, options);
}

async function startFleetWith<Service extends HostedService>(
  start: (options: ServiceOptions) => Promise<Service>,
  options: FleetOptions,
): Promise<RunningFleet<Service>> {
  const { size, files, runtime, secured = false, env, envOf } = options;
  const opened = new AsyncDisposableStack();
  try {
    const redis = opened.use(await (secured ? startSecuredRedis() : startRedis()));
    const first = RUNTIMES.indexOf(runtime);
    const replicas: FleetReplica<Service>[] = [];
    for (let index = 0; index < size; index++) {
      const views = opened.use(await createViewsDirectory(files));
      const service = await start({
        runtime: RUNTIMES[(first + index) % RUNTIMES.length] ?? runtime,
        env: { ...cacheSettings(redis), VIEWS_DIR: views.path, ...env, ...(await envOf?.(index, redis)) },
      });
      opened.use(service);
      replicas.push({ service, views });
      await service.waitForLog(said("Catalog activated"));
      await service.waitForLog(({ msg }) =>
        /^(?:Subscribed to announcements|Subscription lost)/.test(String(msg)),
      );
    }
    const owned = opened.move();
    return { redis, replicas, [Symbol.asyncDispose]: () => owned.disposeAsync() };
  } catch (error) {
    await opened.disposeAsync();
    throw error;
  }
}

export const said =
  (msg: string, fields: Readonly<Record<string, unknown>> = {}) =>
  (line: LogLine): boolean =>
    line.msg === msg && Object.entries(fields).every(([name, value]) => line[name] === value);

/** Writes other views where a replica reads them and has it reload; the hash that it then serves. */
export async function reloadWith(
  replica: FleetReplica,
  files: Readonly<Record<string, string>>,
): Promise<string> {
  await replica.views.replace(files);
  return (await requestReload(replica)).hash;
}

/** What a reload answers, as far as a fleet needs it. */
export interface ReloadAnswer {
  readonly hash: string;
  readonly published: boolean;
}

/** Has a replica reload what its folder holds. */
export async function requestReload({ service }: Pick<FleetReplica, "service">): Promise<ReloadAnswer> {
  const answer = await sendRequest(service.url, "/admin/views/reload", {
    method: "POST",
    headers: AUTHORIZED,
  });
  if (answer.status !== 200) throw new Error(`The reload ended with ${answer.status}: ${answer.text}`);
  return answer.json() as ReloadAnswer;
}

/** What `GET /admin/replicas` answers. */
export interface FleetAnswer {
  readonly self: string;
  readonly shared: boolean;
  readonly hash: string | null;
  readonly diverging: number;
  readonly replicas: readonly {
    readonly id: string;
    readonly catalog: { readonly hash: string; readonly revision: number } | null;
    readonly divergent: boolean;
  }[];
}

export async function askForFleet({ service }: FleetReplica): Promise<FleetAnswer> {
  const answer = await sendRequest(service.url, "/admin/replicas", { headers: AUTHORIZED });
  if (answer.status !== 200) throw new Error(`It answered ${answer.status}: ${answer.text}`);
  return answer.json() as FleetAnswer;
}

/** The hash that a replica serves now. */
export async function servedHash({ service }: FleetReplica): Promise<string | undefined> {
  return (await sendRequest(service.url, "/views")).headers.etag?.slice(1, -1);
}
