import { setTimeout as delay } from "node:timers/promises";
import type { Fleet } from "./fleet.ts";
import { readPublishedHash } from "./published-hash.ts";
import type { FleetReplica } from "./seats.ts";

/** How a fleet came back after a fault had ended. */
export interface Recovery {
  /** From the end of the fault until everything was well, as seen from outside. */
  readonly elapsedMs: number;
  readonly isRecovered: boolean;
  readonly violations: readonly string[];
}

export interface RecoveryOptions {
  /** The catalog that all must serve, or several of which all must serve the same one. */
  readonly hashes: readonly string[];
  /** `performance.now()` when the fault had ended. */
  readonly healedMs: number;
  /** How long a recovery that comes too late is waited for, to tell how late it came. */
  readonly patienceMs?: number;
}

/** A fleet, and the server that should have its catalog. */
export interface WatchedFleet extends Pick<Fleet, "nameOf" | "replicas"> {
  readonly redis: Pick<Fleet["redis"], "command">;
  readonly target: Pick<Fleet["target"], "namespace">;
}

/** What the service promises. */
const RECOVERY_BOUND_MS = 5000;
const PATIENCE_MS = 10_000;
const LOOK_PAUSE_MS = 50;
/** What a replica logs when something becomes well again. */
const STEPS: ReadonlySet<string> = new Set(["Cache answers again", "Catalog activated", "Catalog published"]);

/** Waits until every replica is ready with its cache up, all serve the catalog, and Redis holds that one verified. */
export async function awaitRecovery(fleet: WatchedFleet, options: RecoveryOptions): Promise<Recovery> {
  const { hashes, healedMs, patienceMs = PATIENCE_MS } = options;
  for (;;) {
    // What one look takes counts for the machine and not for the replicas: they were well when it began.
    const elapsedMs = performance.now() - healedMs;
    const problems = await look(fleet, hashes);
    const rounded = Math.round(elapsedMs);
    if (problems.length === 0) {
      const isInTime = elapsedMs <= RECOVERY_BOUND_MS || steppedInTime(fleet, healedMs);
      const violations = isInTime ? [] : [`recovered only after ${rounded} ms`];
      return { elapsedMs, isRecovered: true, violations };
    }
    if (elapsedMs > patienceMs) {
      const violations = problems.map((problem) => `not recovered after ${rounded} ms: ${problem}`);
      return { elapsedMs, isRecovered: false, violations };
    }
    await delay(LOOK_PAUSE_MS);
  }
}

/** Whether the replicas' own clocks say that they were in time, and only this process saw it late. */
function steppedInTime({ replicas }: WatchedFleet, healedMs: number): boolean {
  const healedAtMs = performance.timeOrigin + healedMs;
  const steps = replicas
    .flatMap(({ service }) => service().logs())
    .filter(({ msg }) => STEPS.has(msg))
    .map(({ time }) => Date.parse(time) - healedAtMs)
    .filter((sinceMs) => sinceMs >= 0);
  return steps.length > 0 && Math.max(...steps) <= RECOVERY_BOUND_MS;
}

async function look(fleet: WatchedFleet, hashes: readonly string[]): Promise<readonly string[]> {
  const { replicas, redis, target, nameOf } = fleet;
  const looks = await Promise.all(replicas.map(lookAt));
  const problems = looks.flatMap(({ problem }) => problem ?? []);
  const [hash] = looks.map((each) => each.hash);
  const wanted = hashes.map(nameOf).join(" or ");
  for (const [index, replica] of replicas.entries()) {
    const served = looks[index]?.hash;
    if (served === undefined || !hashes.includes(served))
      problems.push(`${replica.name} serves ${nameOf(served)}, not ${wanted}`);
    else if (served !== hash)
      problems.push(`${replica.name} serves ${nameOf(served)}, others ${nameOf(hash)}`);
  }
  const published = await readPublishedHash(redis, target.namespace);
  if (published.kind === "wrong") problems.push(`Redis: ${published.detail}`);
  else if (published.hash !== hash)
    problems.push(`Redis holds ${nameOf(published.hash)}, not ${nameOf(hash)}`);
  return problems;
}

interface ReplicaLook {
  readonly hash: string | undefined;
  readonly problem?: string;
}

async function lookAt(replica: FleetReplica): Promise<ReplicaLook> {
  const { name } = replica;
  const readiness = await replica.readiness();
  if (readiness === undefined) return { hash: undefined, problem: `${name} does not answer` };
  const { status, components } = readiness;
  const { catalog, cache } = components;
  if (status === "ready" && cache.state === "up") return { hash: catalog.hash };
  return { hash: catalog.hash, problem: `${name} is ${status} with its cache ${JSON.stringify(cache)}` };
}
