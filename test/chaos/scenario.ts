import { setTimeout as delay } from "node:timers/promises";
import type { Fault } from "../support/faults/fault.ts";
import type { Answer } from "../support/send-request.ts";
import { awaitRecovery, type Recovery } from "./await-recovery.ts";
import { createFleet, type Fleet } from "./fleet.ts";
import { type KnownCatalog, knownCatalog } from "./known-catalogs.ts";
import type { FleetReplica } from "./seats.ts";

/** When a fault comes. */
export const MOMENTS = ["start", "serving", "reload", "stop"] as const;
export type Moment = (typeof MOMENTS)[number];

export interface Scenario {
  readonly fault: Fault;
  readonly moment: Moment;
  readonly seed: number;
  /** How long a recovery that comes too late is waited for. */
  readonly patienceMs?: number | undefined;
}

export interface ScenarioResult {
  /** How long Redis itself was unable to answer, where that was measured; a reload meanwhile included. */
  readonly faultMs?: number;
  readonly recoveryMs: number;
  /** What must not have been; empty when all is well. */
  readonly violations: readonly string[];
}

/** Long enough for a few calls to fail and whoever counts failures to draw its conclusion. */
const HOLD_MS = 2000;
/** How much longer a fault lasts on a machine that is too busy to let it be noticed. */
const NOTICE_PATIENCE_MS = 8000;
/** Long enough for the load to have met the fault. */
const STOP_HOLD_MS = 1000;
/** What a service gives to requests under way. */
const STOP_BOUND_MS = 10_000;
const START_BOUND_MS = 10_000;
const LOOK_PAUSE_MS = 20;
const DOWN = "Cache does not answer";

/** Runs a fleet of its own through one fault. */
export async function runScenario(scenario: Scenario): Promise<ScenarioResult> {
  const { fault, moment, seed, patienceMs } = scenario;
  const [first, second] = [knownCatalog(0), knownCatalog(1)];
  await using fleet = await createFleet({ seed, catalog: first });
  await startPublished(fleet, first);
  const violations: string[] = [];
  if (moment === "start") {
    violations.push(...(await fleet.stop()));
    await fault.inject(fleet.target);
    await fleet.start();
    await untilServing(fleet);
  }
  if (moment === "stop") return await stopDuring(fleet, fault);
  const run = { fault, holdMs: HOLD_MS, patienceMs };
  const recovery =
    moment === "reload"
      ? await faultDuringReload(fleet, { ...run, next: second })
      : await faultWhileServing(fleet, { ...run, current: first, isInjected: moment === "start" });
  violations.push(...recovery.violations, ...(await fleet.stop()));
  return { recoveryMs: recovery.elapsedMs, violations };
}

/** Ends a fleet while the fault lasts: nobody waits for a Redis that is gone, and nobody ends badly for it. */
async function stopDuring(fleet: Fleet, fault: Fault): Promise<ScenarioResult> {
  await fault.inject(fleet.target);
  const unnoticed = await hold(fleet, fault, STOP_HOLD_MS);
  const startedMs = performance.now();
  const violations = [...unnoticed, ...(await fleet.stop())];
  const elapsedMs = performance.now() - startedMs;
  if (elapsedMs > STOP_BOUND_MS) violations.push(`took ${Math.round(elapsedMs)} ms to end`);
  await fault.heal(fleet.target);
  return { recoveryMs: 0, violations };
}

/** Starts the fleet; resolves when it is ready and has published what its disks hold. */
export async function startPublished(fleet: Fleet, { hash }: KnownCatalog): Promise<void> {
  await fleet.start();
  const healedMs = performance.now();
  const recovery = await awaitRecovery(fleet, { hashes: [hash], healedMs, patienceMs: START_BOUND_MS });
  if (!recovery.isRecovered) throw new Error(`The fleet did not start:\n${recovery.violations.join("\n")}`);
}

async function untilServing({ replicas }: Fleet): Promise<void> {
  const deadlineMs = performance.now() + START_BOUND_MS;
  for (const replica of replicas) {
    while ((await replica.readiness())?.components.catalog.state !== "active") {
      if (performance.now() > deadlineMs) throw new Error(`${replica.name} found no catalog`);
      await delay(LOOK_PAUSE_MS);
    }
  }
}

export interface FaultRun {
  readonly fault: Fault;
  readonly holdMs: number;
  readonly patienceMs?: number | undefined;
}

/** One fault while requests are answered; the catalog must be the same before and after. */
export async function faultWhileServing(
  fleet: Fleet,
  run: FaultRun & { readonly current: KnownCatalog; readonly isInjected?: boolean },
): Promise<Recovery> {
  const { fault, holdMs, current, isInjected = false } = run;
  if (!isInjected) await fault.inject(fleet.target);
  const unnoticed = await hold(fleet, fault, holdMs);
  return healAndRecover(fleet, { ...run, catalog: current, violations: unnoticed });
}

/**
 * One fault that comes while the first replica reloads, and another reload before it has gone. Only that replica's disk
 * has the new catalog: the others can have it from nobody but Redis.
 */
export async function faultDuringReload(
  fleet: Fleet,
  run: FaultRun & { readonly next: KnownCatalog },
): Promise<Recovery> {
  const { fault, holdMs, next } = run;
  const [replica] = fleet.replicas;
  if (replica === undefined) throw new RangeError("A fleet has a replica");
  fleet.allow(next);
  await replica.views.replace(next.files);
  const reloading = judgeReload(replica.reload(), next);
  await fault.inject(fleet.target);
  const holding = hold(fleet, fault, holdMs);
  const reloaded = [...(await reloading), ...(await judgeReload(replica.reload(), next))];
  return healAndRecover(fleet, { ...run, catalog: next, violations: [...reloaded, ...(await holding)] });
}

async function healAndRecover(
  fleet: Fleet,
  run: FaultRun & { readonly catalog: KnownCatalog; readonly violations: readonly string[] },
): Promise<Recovery> {
  const { fault, patienceMs, catalog, violations } = run;
  await fault.heal(fleet.target);
  const healedMs = performance.now();
  const options = { hashes: [catalog.hash], healedMs, ...(patienceMs === undefined ? {} : { patienceMs }) };
  const recovery = await awaitRecovery(fleet, options);
  return { ...recovery, violations: [...violations, ...recovery.violations] };
}

/** Lets a fault last. A replica that a fault leaves without its cache must say so: else there was no fault. */
async function hold({ replicas }: Fleet, fault: Fault, holdMs: number): Promise<readonly string[]> {
  const endMs = performance.now() + holdMs;
  const unaware = new Set(fault.isSilent ? [] : replicas);
  const logged = new Map(replicas.map((replica) => [replica, replica.service().logs().length]));
  // A cache that comes and goes may be there whenever somebody looks.
  const isSaid = (replica: FleetReplica): boolean =>
    replica
      .service()
      .logs()
      .slice(logged.get(replica))
      .some(({ msg }) => msg.startsWith(DOWN));
  do {
    for (const replica of unaware)
      if (isSaid(replica) || (await replica.readiness())?.status === "degraded") unaware.delete(replica);
    await delay(LOOK_PAUSE_MS);
  } while (performance.now() < (unaware.size === 0 ? endMs : endMs + NOTICE_PATIENCE_MS));
  return [...unaware].map(({ name }) => `${name} did not notice that it had no cache`);
}

/** The disk holds a valid catalog all the while, so that nothing may keep a replica from taking it. */
async function judgeReload(reloading: Promise<Answer>, next: KnownCatalog): Promise<readonly string[]> {
  try {
    const { status, text } = await reloading;
    const { hash } = JSON.parse(text) as { readonly hash?: string };
    return status === 200 && hash === next.hash ? [] : [`a reload was answered with ${status}: ${text}`];
  } catch (error) {
    return [`a reload was not answered: ${String(error)}`];
  }
}
