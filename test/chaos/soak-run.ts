import { setTimeout as delay } from "node:timers/promises";
import { ALL_FAULTS } from "../support/faults/all-faults.ts";
import type { Fault } from "../support/faults/fault.ts";
import { RUNTIMES, type Runtime } from "../support/runtimes.ts";
import { createSeededRandom, type SeededRandom } from "../support/seeded-random.ts";
import { awaitRecovery } from "./await-recovery.ts";
import { createFleet, type Fleet } from "./fleet.ts";
import { type KnownCatalog, knownCatalog } from "./known-catalogs.ts";
import { startPublished } from "./scenario.ts";
import type { FleetReplica } from "./seats.ts";
import { watchResources } from "./watch-resources.ts";

export interface SoakOptions {
  readonly durationMs: number;
  /** Decides which faults come, when, and what is reloaded meanwhile. */
  readonly seed: number;
  /** Told what happens as it happens. */
  readonly onEvent?: (line: string) => void;
}

export interface SoakResult {
  /** How often what was done. */
  readonly counts: { readonly faults: number; readonly reloads: number; readonly recoveries: number };
  /** What the replicas used, a line each. */
  readonly figures: readonly string[];
  /** What must not have been; empty when all is well. */
  readonly violations: readonly string[];
}

const HOLD_MS_MAX = 2500;
const CALM_MS_MAX = 1000;
const RELOADS_AT_ONCE_MAX = 2;
const RECOVERY_PATIENCE_MS = 15_000;

/** Faults, reloads and requests at random, on a Node, a Deno and another Node replica, until the time is over. */
export async function runSoak({
  durationMs,
  seed,
  onEvent = () => undefined,
}: SoakOptions): Promise<SoakResult> {
  const random = createSeededRandom(seed);
  const first = knownCatalog(0);
  await using fleet = await createFleet({
    seed,
    catalog: first,
    runtimes: [...RUNTIMES, RUNTIMES[0] as Runtime],
  });
  await startPublished(fleet, first);
  const resources = await watchResources(fleet);
  const course: Course = {
    fleet,
    random,
    onEvent,
    last: first,
    unpublished: new Map(),
    revision: 0,
    violations: [],
  };
  const counts = { faults: 0, reloads: 0, recoveries: 0 };
  const endMs = performance.now() + durationMs;
  while (performance.now() < endMs) {
    counts.reloads += await runFault(course, random.pick(ALL_FAULTS));
    counts.faults += 1;
    // Now and then the next fault comes before the last one is got over.
    if (random.chance(0.3)) continue;
    await expectRecovery(course);
    counts.recoveries += 1;
    await resources.lookWhenCalm();
  }
  await expectRecovery(course);
  await resources.lookWhenCalm();
  const { figures, violations } = await resources.end();
  return { counts, figures, violations: [...course.violations, ...violations, ...(await fleet.stop())] };
}

interface Course {
  readonly fleet: Fleet;
  readonly random: SeededRandom;
  readonly onEvent: (line: string) => void;
  /** What the last reload brought that was also published. */
  last: KnownCatalog;
  /** What each replica has reloaded since, and could not publish. */
  readonly unpublished: Map<FleetReplica, KnownCatalog>;
  revision: number;
  readonly violations: string[];
}

/** @returns how many reloads were asked for meanwhile */
async function runFault(course: Course, fault: Fault): Promise<number> {
  const { fleet, random, onEvent } = course;
  onEvent(fault.name);
  const reloads = random.below(RELOADS_AT_ONCE_MAX + 1);
  const holding = delay(random.below(HOLD_MS_MAX));
  const early = random.chance(0.5);
  if (!early) await fault.inject(fleet.target);
  for (let count = 0; count < reloads; count++) {
    const reloading = reload(course, random.pick(fleet.replicas));
    if (early && count === 0) await fault.inject(fleet.target);
    await reloading;
  }
  if (early && reloads === 0) await fault.inject(fleet.target);
  await holding;
  await fault.heal(fleet.target);
  await delay(random.below(CALM_MS_MAX));
  return reloads;
}

/** Puts another catalog on the disk of one replica and has it reloaded there; one at a time, so that there is a last one. */
async function reload(course: Course, replica: FleetReplica): Promise<void> {
  course.revision += 1;
  const next = knownCatalog(course.revision);
  course.fleet.allow(next);
  await replica.views.replace(next.files);
  try {
    const { status, text } = await replica.reload();
    const { published } = JSON.parse(text) as { readonly published?: boolean };
    course.onEvent(`  ${replica.name} reloads ${next.name}: ${status}, published ${published}`);
    if (status === 200) note(course, { replica, next, published: published === true });
    else course.violations.push(`${replica.name}: a reload was answered with ${status}: ${text}`);
  } catch (error) {
    course.violations.push(`${replica.name}: a reload was not answered: ${String(error)}`);
  }
}

interface Reloaded {
  readonly replica: FleetReplica;
  readonly next: KnownCatalog;
  readonly published: boolean;
}

function note(course: Course, { replica, next, published }: Reloaded): void {
  if (!published) {
    course.unpublished.set(replica, next);
    return;
  }
  course.last = next;
  course.unpublished.clear();
}

/**
 * No update is lost: all serve what the last reload brought. Only of reloads on several replicas while none of them could
 * publish nobody knows the order: then all serve one of these.
 */
async function expectRecovery({ fleet, last, unpublished, onEvent, violations }: Course): Promise<void> {
  const candidates = unpublished.size === 0 ? [last] : [...unpublished.values()];
  const recovery = await awaitRecovery(fleet, {
    hashes: candidates.map(({ hash }) => hash),
    healedMs: performance.now(),
    patienceMs: RECOVERY_PATIENCE_MS,
  });
  onEvent(`  recovered in ${Math.round(recovery.elapsedMs)} ms`);
  violations.push(...recovery.violations);
}
