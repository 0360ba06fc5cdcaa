import { readStateClaim } from "../../src/domain/release/publication.ts";
import { CATALOG_KEYS } from "../../src/domain/release/published-catalog.ts";
import { plausibleRevision } from "../../src/domain/release/revision.ts";
import { healed, startWorld, type WorldOptions } from "./explore.ts";
import { look, publish, readDisk, readViews, replicaAt, wholeVersion, withReplica } from "./replica-steps.ts";
import type { Rules } from "./rules.ts";
import { Violation } from "./violation.ts";
import { acknowledgedAt, headerOf, lastRequest, valuesOf, type World } from "./world.ts";

/** Longer than anybody is waited for. */
const GRACE_MS = 31_000;
/** The same where releases are signed: a new key may take minutes to reach a replica. */
const SIGNED_GRACE_MS = 601_000;

/** A fleet at rest on the first version, from which an exploration begins. */
export function settledWorld(options: WorldOptions, rules: Rules): World {
  return settle(startWorld(options), rules);
}

/** Rounds in which all must have come to agree. */
const ROUNDS = 7;
const STEPS_MAX = 12;

/** All faults end; every replica looks, again and again. */
export function settle(world: World, rules: Rules): World {
  let next = world.redis.length > 1 ? healed(world) : world;
  next = { ...next, foreign: { ...next.foreign, at: undefined } };
  for (const index of next.replicas.keys()) {
    next = withReplica(next, index, { reaches: 0 });
    next = finished(next, index, rules);
  }
  for (let round = 0; round < ROUNDS; round++) {
    next = { ...next, nowMs: next.nowMs + (next.isSigned ? SIGNED_GRACE_MS : GRACE_MS) };
    for (const index of next.replicas.keys()) {
      const trigger = replicaAt(next, index).held === undefined ? "preload" : "reconcile";
      next = finished(look(next, index, rules, trigger), index, rules);
    }
  }
  return next;
}

function finished(world: World, index: number, rules: Rules): World {
  let next = world;
  for (let step = 0; step < STEPS_MAX; step++) {
    const { doing } = replicaAt(next, index);
    if (doing.kind === "nothing") return next;
    if (doing.kind === "looking") next = readViews(next, index, rules);
    else if (doing.kind === "reloading") next = readDisk(next, index, rules);
    else next = publish(next, index, rules);
  }
  throw new Violation(`replica ${index} does not come to an end`);
}

/**
 * When the newest was requested of what is not lost: known to a replica that lives, or whole in Redis. A reload that is still to
 * be published counts too, unless another program published meanwhile, of which no clock tells when.
 */
function newestAlive(world: World, rules: Rules): number {
  const { ledger, replicas, redis } = world;
  const isForeign = ledger.acknowledged.some(({ revision }) => revision === 0);
  const known = replicas.map(({ isUp, held }) => {
    if (!isUp || held === undefined) return 0;
    if (held.requestedAtMs !== undefined && !held.version.startsWith("f")) {
      return isForeign ? 0 : held.requestedAtMs;
    }
    return acknowledgedAt(ledger, held.version, held.revision);
  });
  const remaining = redis.at(-1) ?? {};
  const whole = wholeVersion(remaining, rules);
  const { revision, hasMatchingState } = readStateClaim(valuesOf(headerOf(remaining)));
  // A state that was forged tells of no time any more than one that is lost.
  const stated = hasMatchingState ? (plausibleRevision(revision, world.nowMs) ?? 0) : 0;
  return Math.max(...known, whole === undefined ? 0 : acknowledgedAt(ledger, whole, stated));
}

/** What must hold once faults have ended: all agree, on nothing older than the newest that anybody still had. */
export function requireAgreement(world: World, rules: Rules): void {
  const newest = newestAlive(world, rules);
  const end = settle(world, rules);
  const [redis = {}] = end.redis;
  const header = headerOf(redis);
  if (
    end.foreign.version.startsWith("r") &&
    header[CATALOG_KEYS.hash] !== undefined &&
    wholeVersion(redis, rules) === undefined
  ) {
    return;
  }
  const versions = new Set(end.replicas.map(({ held }) => held?.version));
  const [version] = versions;
  if (versions.size !== 1 || version === undefined)
    throw new Violation(`replicas serve ${[...versions].join(" and ")}`);
  if (wholeVersion(redis, rules) !== version) {
    throw new Violation(`replicas serve ${version}, Redis has ${wholeVersion(redis, rules)}`);
  }
  if (end.isSigned) {
    const generations = world.replicas.map(({ isUp, held }) => (isUp ? (held?.generation ?? 0) : 0));
    const last = Math.min(...end.replicas.map(({ held }) => held?.generation ?? 0));
    if (last < Math.max(...generations)) throw new Violation(`all end on generation ${last}, which is older`);
    return;
  }
  if (lastRequest(end.ledger, version) < newest)
    throw new Violation(`all end on ${version}, which is older than what was alive`);
}

/** Notes what another program has completed: it counts as requested at that moment. */
export function noted(before: World, after: World, rules: Rules): World {
  if (before.foreign.at === undefined) return after;
  const { version } = after.foreign;
  const isKnown = after.ledger.acknowledged.some((one) => one.version === version);
  if (isKnown || wholeVersion(after.redis[0] ?? {}, rules) !== version) return after;
  const acknowledged = [...after.ledger.acknowledged, { version, revision: 0, atMs: after.nowMs }];
  return { ...after, ledger: { ...after.ledger, acknowledged } };
}
