import { type ChildProcess, spawn } from "node:child_process";
import { resolve } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { hold } from "./run-main.ts";
import type { Runtime } from "./runtimes.ts";
import {
  collectOutput,
  type OutputCollector,
  type Printed,
  ROOT,
  serviceEnvironment,
} from "./service-process.ts";

/** What a host is asked to do. */
export type HostRequest =
  | { readonly kind: "start"; readonly id: number; readonly env: Readonly<Record<string, string>> }
  | { readonly kind: "stop"; readonly id: number };

/** What a host reports of one service. */
export type HostReport =
  | { readonly kind: "logged"; readonly id: number; readonly text: string }
  | { readonly kind: "ended"; readonly id: number; readonly failure?: string };

/** A running service that may share its process with others. */
export interface HostedService extends Printed, AsyncDisposable {
  readonly url: string;
  stop(): Promise<unknown>;
}

interface HostedServiceOptions {
  readonly runtime: Runtime;
  readonly env?: Readonly<Record<string, string>>;
}

interface Resident {
  readonly printed: OutputCollector;
  readonly end: (failure: string | undefined) => void;
}

interface Host {
  readonly child: ChildProcess;
  readonly residents: Map<number, Resident>;
}

const HOST = resolve(import.meta.dirname, "service-host.ts");
const hosts = new Map<string, Host>();
let lastId = 0;

/**
 * Starts the service on the runtime that is asked for and with its permissions, in a process that services of one test file
 * share: modules are loaded and compiled once. Signals and exit codes need `startService()`, whose service has a process of its
 * own. Of services with telemetry, one at a time can run.
 */
export async function startHostedService({
  runtime,
  env = {},
}: HostedServiceOptions): Promise<HostedService> {
  const host = hostOf(runtime);
  const id = ++lastId;
  const printed = collectOutput();
  const ended = new Promise<void>((resolveEnd, reject) => {
    const end = (failure: string | undefined): void => {
      host.residents.delete(id);
      if (host.residents.size === 0) hold(host.child, false);
      printed.end();
      if (failure === undefined) resolveEnd();
      else reject(new Error(failure));
    };
    host.residents.set(id, { printed, end });
  });
  // It rejects the start or the stop, whichever is waited for.
  ended.catch(() => undefined);
  const send = (request: HostRequest): void => void host.child.stdin?.write(`${JSON.stringify(request)}\n`);
  hold(host.child, true);
  send({ kind: "start", id, env: serviceEnvironment(env) });
  const { logs, output, stderr, waitForLog } = printed;
  const listening = waitForLog(({ msg }) => msg === "Listening");
  const { url } = await Promise.race([listening, ended.then(() => listening)]);
  let isStopping = false;
  const stop = (): Promise<void> => {
    if (!isStopping) send({ kind: "stop", id });
    isStopping = true;
    return ended;
  };
  return { url: String(url), logs, output, stderr, waitForLog, stop, [Symbol.asyncDispose]: stop };
}

function hostOf(runtime: Runtime): Host {
  const key = JSON.stringify([runtime.command, runtime.args]);
  const running = hosts.get(key);
  if (running !== undefined) return running;
  const host = startHost(runtime);
  hosts.set(key, host);
  host.child.once("exit", () => hosts.delete(key));
  return host;
}

/** A process that runs services; it ends with this one, which closes its input. */
function startHost({ command, args }: Runtime): Host {
  const child = spawn(command, [...args, HOST], { env: serviceEnvironment({}), cwd: ROOT, stdio: "pipe" });
  const residents: Host["residents"] = new Map();
  createInterface({ input: child.stdout }).on("line", (line) => {
    const report = JSON.parse(line) as HostReport;
    const resident = residents.get(report.id);
    if (report.kind === "logged") resident?.printed.takeStdout(report.text);
    else resident?.end(report.failure);
  });
  // Which service printed it is unknown: it counts for each, so that a test which expects silence fails.
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    process.stderr.write(chunk);
    for (const { printed } of residents.values()) printed.takeStderr(chunk);
  });
  child.stdin.once("error", () => undefined);
  child.once("close", (code) => {
    for (const { end } of residents.values()) end(`The host of services ended with ${code}`);
  });
  return { child, residents };
}
