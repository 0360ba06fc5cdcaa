import { execFile } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import pg from "pg";
import { childProcesses } from "./child-processes.ts";
import { type ExitGuard, guardExit } from "./exit-guard.ts";
import { findServer } from "./find-server.ts";
import { freePort, isPortFree } from "./free-port.ts";
import {
  createPostgresCluster,
  POSTGRES_PASSWORD,
  POSTGRES_USER,
  type PostgresAuth,
  type PostgresCluster,
  readPostmasterFile,
} from "./postgres-cluster.ts";
import { signalProcess } from "./signal-process.ts";
import { type GuardedProcess, spawnGuarded } from "./spawn-guarded.ts";
import { unprivileged } from "./unprivileged.ts";

export interface PostgresServerOptions {
  /** Default: `trust`, any password will do. */
  readonly auth?: PostgresAuth;
  /** Come after the default arguments, so they win: `["-c", "max_connections=5"]`. */
  readonly args?: readonly string[];
}

export type PostgresRow = Readonly<Record<string, unknown>>;

export interface PostgresServer {
  readonly port: number;
  /** With user and password. */
  readonly url: string;
  /** Of the postmaster; another one after `restart`. */
  readonly pid: number;
  /** Runs statements over a connection of its own; the rows of the last one. */
  sql(text: string): Promise<readonly PostgresRow[]>;
  /** SIGKILL to the postmaster and all of its backends. Keeps the files, as a crash does. */
  kill(): Promise<void>;
  /** SIGSTOP to all of its processes. */
  freeze(): void;
  thaw(): void;
  /** Same port, same data; works from any state but `stop`ped. */
  restart(): Promise<void>;
  /** Ends it in good order and removes its files. */
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

interface Launch {
  readonly program: string;
  readonly cluster: PostgresCluster;
  readonly args: readonly string[];
}

interface Launched {
  readonly port: number;
  readonly child: GuardedProcess;
  /** Frees what a killed server leaves behind in the system. */
  readonly memoryGuard: ExitGuard;
}

const readyTimeoutMs = 20_000;
const answerTimeoutMs = 20_000;
const stopGraceMs = 5_000;
const retryPauseMs = 5;
const launchesMax = 10;
const run = promisify(execFile);

/** No power fails under a test, so no disk is waited for; and nothing is left outside its folder. */
const SETTINGS = [
  "listen_addresses=127.0.0.1",
  "unix_socket_directories=",
  "fsync=off",
  "full_page_writes=off",
  "shared_buffers=8MB",
  "max_connections=30",
  "autovacuum=off",
  "dynamic_shared_memory_type=mmap",
].flatMap((setting) => ["-c", setting]);

/** Starts a real PostgreSQL on 127.0.0.1, which ends at the latest with this process. */
export async function startPostgres(options: PostgresServerOptions = {}): Promise<PostgresServer> {
  const program = await findServer("postgres");
  const cluster = await createPostgresCluster(options.auth ?? "trust");
  const launch = { program, cluster, args: options.args ?? [] };
  try {
    return createPostgresServer(launch, await launchOnSomePort(launch));
  } catch (error) {
    await cluster.directory.remove();
    throw error;
  }
}

function createPostgresServer(launch: Launch, first: Launched): PostgresServer {
  const { port } = first;
  const { directory } = launch.cluster;
  const url = `postgres://${POSTGRES_USER}:${POSTGRES_PASSWORD}@127.0.0.1:${port}/postgres`;
  let { child, memoryGuard } = first;
  let thaw = (): void => undefined;

  const end = async (): Promise<void> => {
    thaw();
    // SIGTERM would wait for clients to leave.
    child.signal("SIGINT");
    await child.stop(stopGraceMs);
  };
  const kill = async (): Promise<void> => {
    if (!child.isRunning()) return;
    thaw();
    // Stopped, it starts no further backend.
    child.signal("SIGSTOP");
    for (const pid of childProcesses(child.pid)) signalProcess(pid, "SIGKILL");
    await child.kill();
  };
  const freeze = (): void => {
    thaw();
    thaw = freezeTree(child);
  };
  const restart = async (): Promise<void> => {
    if (directory.isRemoved()) throw new Error("Cannot restart PostgreSQL: it was stopped");
    await end();
    memoryGuard.release();
    ({ child, memoryGuard } = await launchOnSomePort(launch, port));
  };
  const stop = async (): Promise<void> => {
    if (directory.isRemoved()) return;
    await end();
    await freeSharedMemory(launch.cluster);
    memoryGuard.release();
    await directory.remove();
  };

  return {
    port,
    url,
    get pid() {
      return child.pid;
    },
    sql: (text) => runSql(url, text),
    kill,
    freeze,
    thaw: () => thaw(),
    restart,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** Stops a postmaster and its backends; returns how to let them go on. */
function freezeTree(child: GuardedProcess): () => void {
  child.signal("SIGSTOP");
  const backends = childProcesses(child.pid);
  // Whoever is stopped does not see that its postmaster was killed.
  const guard = guardExit('kill -9 "$@"', backends.map(String));
  for (const pid of backends) signalProcess(pid, "SIGSTOP");
  let isFrozen = true;
  return () => {
    if (!isFrozen) return;
    isFrozen = false;
    for (const pid of backends) signalProcess(pid, "SIGCONT");
    child.signal("SIGCONT");
    guard.release();
  };
}

async function runSql(url: string, text: string): Promise<readonly PostgresRow[]> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: answerTimeoutMs,
    query_timeout: answerTimeoutMs,
  });
  // The query fails as well, and that is what the caller sees.
  client.on("error", () => undefined);
  await client.connect();
  try {
    const results: unknown = await client.query(text);
    const last: unknown = Array.isArray(results) ? results.at(-1) : results;
    return (last as pg.QueryResult<PostgresRow>).rows;
  } finally {
    await client.end();
  }
}

async function launchOnSomePort(launch: Launch, fixedPort?: number): Promise<Launched> {
  for (let attempt = 1; attempt <= launchesMax; attempt += 1) {
    const launched = await launchPostgres(launch, fixedPort ?? (await freePort()));
    if (launched !== undefined) return launched;
    await sleep(retryPauseMs);
  }
  throw new Error(`Cannot start PostgreSQL: ${launchesMax} launches found their port or memory taken`);
}

/** Undefined when somebody else has the port, or a backend that was killed has not yet left. */
async function launchPostgres(
  { program, cluster, args }: Launch,
  port: number,
): Promise<Launched | undefined> {
  const line = unprivileged({
    command: program,
    args: ["-D", cluster.dataPath, "-p", String(port), ...SETTINGS, ...args],
  });
  const child = spawnGuarded({ ...line, directory: cluster.directory.path });
  const deadlineMs = performance.now() + readyTimeoutMs;
  while (child.isRunning() && performance.now() < deadlineMs) {
    const file = await readPostmasterFile(cluster);
    if (file?.pid === child.pid && file.isReady) {
      return { port, child, memoryGuard: guardExit('ipcrm -m "$1"', [file.sharedMemoryId ?? ""]) };
    }
    await sleep(retryPauseMs);
  }
  const hasExited = !child.isRunning();
  await child.kill();
  const isTaken =
    hasExited && (!(await isPortFree(port)) || /already in use|still in use/.test(child.output()));
  if (isTaken) return undefined;
  const what = hasExited ? "it ended at once" : `not ready in ${readyTimeoutMs} ms`;
  throw new Error(`Cannot start PostgreSQL: ${what}; its last output:\n${child.output()}`);
}

/** A server that was killed leaves its memory to the next one in its folder; here there will be none. */
async function freeSharedMemory(cluster: PostgresCluster): Promise<void> {
  const file = await readPostmasterFile(cluster);
  if (file?.sharedMemoryId !== undefined) await run("ipcrm", ["-m", file.sharedMemoryId]);
}
