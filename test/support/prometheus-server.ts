import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { stringify } from "yaml";
import { findServer } from "./find-server.ts";
import { freePort } from "./free-port.ts";
import { createGuardedDirectory } from "./guarded-directory.ts";
import { type GuardedProcess, spawnGuarded } from "./spawn-guarded.ts";

export interface PrometheusOptions {
  /** The URLs of what it scrapes, as the job `mosaic`. */
  readonly targets: readonly string[];
}

/** One sample of an instant query. */
export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: number;
}

/** An alert that is pending or firing. */
export interface Alert {
  readonly state: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** A real Prometheus on 127.0.0.1, with this project's rules, which ends at the latest with this process. */
export interface PrometheusServer extends AsyncDisposable {
  query(expression: string): Promise<readonly Sample[]>;
  alerts(): Promise<readonly Alert[]>;
  /** What its HTTP API answers under `/api/v1/`. */
  api(path: string): Promise<unknown>;
}

/** The alert rules of this project. */
export const RULES_FILE = resolve(import.meta.dirname, "../../deploy/prometheus/mosaic.rules.yaml");

const INTERVAL = "250ms";
const readyTimeoutMs = 20_000;
const retryPauseMs = 50;
const launchesMax = 5;
const stopGraceMs = 5_000;

export async function startPrometheus({ targets }: PrometheusOptions): Promise<PrometheusServer> {
  const command = await findServer("prometheus");
  const directory = await createGuardedDirectory("mosaic-prometheus-");
  try {
    await writeFile(join(directory.path, "prometheus.yaml"), stringify(configuration(targets)));
    const { url, child } = await launchOnSomePort(command, directory.path);
    const api = (path: string): Promise<unknown> => ask(`${url}/api/v1/${path}`);
    return {
      api,
      query: async (expression) => readSamples(await api(`query?query=${encodeURIComponent(expression)}`)),
      alerts: async () => ((await api("alerts")) as { readonly alerts: readonly Alert[] }).alerts,
      async [Symbol.asyncDispose]() {
        await child.stop(stopGraceMs);
        await directory.remove();
      },
    };
  } catch (error) {
    await directory.remove();
    throw error;
  }
}

function configuration(targets: readonly string[]): object {
  return {
    global: { scrape_interval: INTERVAL, scrape_timeout: INTERVAL, evaluation_interval: INTERVAL },
    rule_files: [RULES_FILE],
    scrape_configs: [
      { job_name: "mosaic", static_configs: [{ targets: targets.map((url) => new URL(url).host) }] },
    ],
  };
}

async function launchOnSomePort(
  command: string,
  directory: string,
): Promise<{ readonly url: string; readonly child: GuardedProcess }> {
  for (let attempt = 1; attempt <= launchesMax; attempt += 1) {
    const address = `127.0.0.1:${await freePort()}`;
    const args = [
      "--config.file=prometheus.yaml",
      "--storage.tsdb.path=data",
      `--web.listen-address=${address}`,
      "--log.level=warn",
    ];
    const child = spawnGuarded({ command, args, directory });
    if (await isReady(`http://${address}`, child)) return { url: `http://${address}`, child };
    const wasRunning = child.isRunning();
    await child.kill();
    // It ends at once when somebody else has the port.
    if (wasRunning || !/address already in use/.test(child.output()))
      throw new Error(`Cannot start Prometheus; its last output:\n${child.output()}`);
  }
  throw new Error(`Cannot start Prometheus: ${launchesMax} free ports were taken before it could bind them`);
}

async function isReady(url: string, child: GuardedProcess): Promise<boolean> {
  const deadlineMs = performance.now() + readyTimeoutMs;
  while (child.isRunning() && performance.now() < deadlineMs) {
    const answer = await fetch(`${url}/-/ready`).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.ok) return true;
    await sleep(retryPauseMs);
  }
  return false;
}

async function ask(url: string): Promise<unknown> {
  const answer = await fetch(url);
  const body = (await answer.json()) as {
    readonly status: string;
    readonly data: unknown;
    readonly error?: string;
  };
  if (body.status !== "success") throw new Error(`Prometheus answered ${answer.status}: ${body.error}`);
  return body.data;
}

function readSamples(data: unknown): readonly Sample[] {
  const { result } = data as {
    readonly result: readonly {
      readonly metric: Sample["metric"];
      readonly value: readonly [number, string];
    }[];
  };
  return result.map(({ metric, value }) => ({ metric, value: Number(value[1]) }));
}
