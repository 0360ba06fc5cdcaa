import { loadSteadily, type SteadyLoad } from "../support/load-steadily.ts";
import type { Runtime } from "../support/runtimes.ts";
import { type Answer, sendRequest } from "../support/send-request.ts";
import { ADMIN_TOKEN, type LogLine, type ServiceProcess, startService } from "../support/service-process.ts";
import type { ViewsDirectory } from "../support/views-directory.ts";
import { CATALOG_PATHS, type KnownCatalog } from "./known-catalogs.ts";
import { type AnswerWatch, watchAnswers } from "./watch-answers.ts";

/** What the Redis client itself prints, with no way to tell it not to, when it may not ask whether the server is ready. */
const CLIENT_NOTICE = /Skipping the ready check because INFO command fails: "NOPERM [^"]*"[^\n]*\n/g;

const LOAD_PAUSE_MS = 20;
const PATHS = [...CATALOG_PATHS, "/tickers", "/readyz"];
const BAD_LEVELS: ReadonlySet<string> = new Set(["error", "fatal"]);
const RELOAD = { method: "POST", headers: { authorization: `Bearer ${ADMIN_TOKEN}` } };

/** So that the load's questions for tickers reach the cache. */
export const TICKERS_TTL_SECONDS = "0.2";

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

/** What was replaced so many reloads ago is no longer served by anybody. */
const KNOWN_MAX = 12;

export function allow(known: Map<string, KnownCatalog>, next: KnownCatalog): void {
  known.set(next.hash, next);
  const [oldest] = known.keys();
  if (known.size > KNOWN_MAX && oldest !== undefined) known.delete(oldest);
}

/** Where a replica runs, once it does. */
export interface Seat {
  readonly name: string;
  readonly views: ViewsDirectory;
  /** All that may be served, by its hash. */
  readonly known: ReadonlyMap<string, KnownCatalog>;
  readonly runtime: Runtime;
  readonly env: Readonly<Record<string, string>>;
}

export interface RunningSeat {
  readonly seat: Seat;
  readonly service: ServiceProcess;
  readonly watch: AnswerWatch;
  readonly load: SteadyLoad;
}

export async function startSeat(seat: Seat): Promise<RunningSeat> {
  const service = await startService({ runtime: seat.runtime, env: seat.env });
  const watch = watchAnswers({ replica: seat.name, catalogs: () => seat.known.values() });
  const { onResult } = watch;
  const load = loadSteadily({ url: service.url, paths: PATHS, pauseMs: LOAD_PAUSE_MS, onResult });
  return { seat, service, watch, load };
}

export function runningAt(running: readonly RunningSeat[], index: number): ServiceProcess {
  const found = running[index];
  if (found === undefined) throw new Error("The replica does not run");
  return found.service;
}

export function createReplica({ name, views }: Seat, service: () => ServiceProcess): FleetReplica {
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

export async function stopSeats(running: readonly RunningSeat[]): Promise<readonly string[]> {
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
