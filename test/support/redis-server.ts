import { setTimeout as sleep } from "node:timers/promises";
import { findServer } from "./find-server.ts";
import { freePort, isPortFree } from "./free-port.ts";
import { createGuardedDirectory, type GuardedDirectory } from "./guarded-directory.ts";
import { type RedisAddress, sendRedisCommand } from "./send-redis-command.ts";
import type { NetworkHost } from "./set-ups/test-network.ts";
import { type GuardedProcess, spawnGuarded } from "./spawn-guarded.ts";

export interface RedisServerOptions {
  /** Default: one of `choosePort`'s, and another when somebody binds it first. */
  readonly port?: number;
  /** Default: `freePort`. */
  readonly choosePort?: () => Promise<number>;
  /** Default: 127.0.0.1 of this machine. */
  readonly host?: Pick<NetworkHost, "address" | "enter">;
  /** Of the user `default`; none by default. */
  readonly password?: string | undefined;
  /** Come after the default arguments, so they win. */
  readonly args?: readonly string[];
}

export interface RedisRestartOptions {
  /** `true`: starts with what it held, or after a `kill()` with what its disk holds. Default: starts empty. */
  readonly keepData?: boolean;
}

export interface RedisServer {
  readonly port: number;
  readonly url: string;
  /** Of redis-server itself; another one after `restart`. */
  readonly pid: number;
  /** SIGKILL. Keeps the files, as a crash does. */
  kill(): Promise<void>;
  /** Ends it in good order and removes its files. */
  stop(): Promise<void>;
  freeze(): void;
  thaw(): void;
  /** Same port and arguments; works from any state. */
  restart(options?: RedisRestartOptions): Promise<void>;
  /** Sends one command over a connection of its own; rejects with `RespError` on an error reply. */
  command(...args: readonly string[]): Promise<unknown>;
  [Symbol.asyncDispose](): Promise<void>;
}

interface Launch {
  readonly program: string;
  readonly directory: string;
  readonly args: readonly string[];
  readonly host: Pick<NetworkHost, "address" | "enter">;
  readonly password: string | undefined;
}

type LaunchResult =
  | { readonly kind: "ready"; readonly port: number; readonly child: GuardedProcess }
  | { readonly kind: "port-taken" };

interface StartedRedis extends Omit<Launch, "directory"> {
  readonly directory: GuardedDirectory;
  readonly port: number;
  readonly child: GuardedProcess;
}

const readyTimeoutMs = 10_000;
const commandTimeoutMs = 10_000;
const directoryPrefix = "mosaic-redis-";
const stopGraceMs = 3_000;
const retryPauseMs = 5;
const launchesMax = 10;
const LOOPBACK = { address: "127.0.0.1", enter: [] };

/** Starts a real Redis on 127.0.0.1 with no persistence, which ends at the latest with this process. */
export async function startRedis(options: RedisServerOptions = {}): Promise<RedisServer> {
  const program = await findServer("redis-server");
  const { args = [], host = LOOPBACK, password } = options;
  const directory = await createGuardedDirectory(directoryPrefix);
  try {
    const launch = { program, args, host, password };
    const { port, child } = await launchOnSomePort({ ...launch, directory: directory.path }, options);
    return createRedisServer({ ...launch, directory, port, child });
  } catch (error) {
    await directory.remove();
    throw error;
  }
}

function createRedisServer({
  port,
  directory: first,
  child: firstChild,
  ...launch
}: StartedRedis): RedisServer {
  const { host, password } = launch;
  let [directory, child] = [first, firstChild];

  const command = (...words: readonly string[]): Promise<unknown> =>
    sendRedisCommand({ host: host.address, port, password, timeoutMs: commandTimeoutMs }, words);
  const thaw = (): void => child.signal("SIGCONT");
  const stop = async (): Promise<void> => {
    await child.stop(stopGraceMs);
    await directory.remove();
  };
  const endKeepingData = async (): Promise<void> => {
    thaw();
    if (child.isRunning()) await command("SAVE");
    await child.stop(stopGraceMs);
  };
  const restart = async ({ keepData = false }: RedisRestartOptions = {}): Promise<void> => {
    if (keepData) {
      await endKeepingData();
    } else {
      await child.kill();
      await directory.remove();
    }
    if (directory.isRemoved()) directory = await createGuardedDirectory(directoryPrefix);
    ({ child } = await launchOnSomePort({ ...launch, directory: directory.path }, { port }));
  };

  return {
    port,
    url: `redis://${host.address}:${port}/0`,
    get pid() {
      return child.pid;
    },
    kill: () => child.kill(),
    stop,
    freeze: () => child.signal("SIGSTOP"),
    thaw,
    restart,
    command,
    [Symbol.asyncDispose]: stop,
  };
}

async function launchOnSomePort(
  launch: Launch,
  { port: fixedPort, choosePort = freePort }: RedisServerOptions,
): Promise<{ readonly port: number; readonly child: GuardedProcess }> {
  for (let attempt = 1; attempt <= launchesMax; attempt += 1) {
    const result = await launchRedis(launch, fixedPort ?? (await choosePort()));
    if (result.kind === "ready") return result;
    if (fixedPort !== undefined) throw new Error(`Cannot start Redis: port ${fixedPort} is taken`);
  }
  throw new Error(`Cannot start Redis: ${launchesMax} free ports were taken before it could bind them`);
}

async function launchRedis(launch: Launch, port: number): Promise<LaunchResult> {
  const { program, directory, args, host, password } = launch;
  const fixedArgs = ["--bind", host.address, "--port", String(port), "--dir", directory];
  const secret = password === undefined ? [] : ["--requirepass", password, "--masterauth", password];
  const [command = program, ...words] = [...host.enter, program];
  const child = spawnGuarded({
    command,
    args: [...words, ...fixedArgs, "--save", "", "--appendonly", "no", ...secret, ...args],
    directory,
  });
  const deadlineMs = performance.now() + readyTimeoutMs;
  let lastError: unknown;
  while (child.isRunning() && performance.now() < deadlineMs) {
    try {
      await expectOwnAnswer({ host: host.address, port, password, timeoutMs: 1_000 }, child.pid);
      return { kind: "ready", port, child };
    } catch (error) {
      lastError = error;
    }
    await sleep(retryPauseMs);
  }
  const hasExited = !child.isRunning();
  await child.kill();
  if (hasExited && !(await isPortFree(port))) return { kind: "port-taken" };
  const what = hasExited ? "it ended at once" : `no answer in ${readyTimeoutMs} ms`;
  throw new Error(`Cannot start Redis: ${what}; its last output:\n${child.output()}`, { cause: lastError });
}

/** Whoever won a race for the port answers too, so the answer must come from the process that was spawned. */
async function expectOwnAnswer(address: RedisAddress, pid: number): Promise<void> {
  await sendRedisCommand(address, ["PING"]);
  const info = await sendRedisCommand(address, ["INFO", "server"]);
  if (!String(info).split("\r\n").includes(`process_id:${pid}`)) {
    throw new Error(`Another server answers on port ${address.port}`);
  }
}
