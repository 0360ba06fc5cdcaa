import type { CacheBeforeDiskRead, Plan } from "../../src/domain/release/plan.ts";
import { buildPublicationStep, readStateClaim } from "../../src/domain/release/publication.ts";
import { CATALOG_KEYS } from "../../src/domain/release/published-catalog.ts";
import { parseListedEntities } from "../../src/domain/release/published-list.ts";
import {
  decision,
  heldOf,
  isDamaged,
  isQuick,
  manifestSeen,
  observeQuick,
  observeWhole,
  type WorldObservation,
} from "./observe-world.ts";
import type { Rules } from "./rules.ts";
import { rejectInterference, Violation } from "./violation.ts";
import {
  acknowledgedAt,
  bytesOf,
  catalogOf,
  comparedWith,
  digestsOf,
  diskVersion,
  generationOf,
  headerOf,
  lastRequest,
  manifestOf,
  published,
  type Redis,
  type ReplicaState,
  textsOfStep,
  valuesOf,
  versionOf,
  type World,
} from "./world.ts";

const NOTHING = { kind: "nothing" } as const;

export function withReplica(world: World, index: number, changes: Partial<ReplicaState>): World {
  const replicas = world.replicas.map((replica, at) => (at === index ? { ...replica, ...changes } : replica));
  return { ...world, replicas };
}

export function redisOf(world: World, replica: ReplicaState): Redis | undefined {
  return replica.reaches === undefined ? undefined : world.redis[replica.reaches];
}

/** Takes another catalog by a comparison: what was acknowledged gives way only to what was requested later. */
function activated(world: World, index: number, next: NonNullable<ReplicaState["held"]>): World {
  const before = world.replicas[index]?.held;
  if ((before?.generation ?? 0) > (next.generation ?? 0)) {
    throw new Violation(
      `replica ${index} goes back from generation ${before?.generation} to ${next.generation}`,
    );
  }
  const isKnown = before?.requestedAtMs === undefined || before.version.startsWith("f");
  if (before !== undefined && isKnown && before.version !== next.version && !world.isSigned) {
    const known = acknowledgedAt(world.ledger, before.version, before.revision);
    if (lastRequest(world.ledger, next.version) < known) {
      throw new Violation(`replica ${index} goes from ${before.version}, published, back to ${next.version}`);
    }
  }
  return withReplica(world, index, { held: next });
}

function fromDisk(world: World): NonNullable<ReplicaState["held"]> {
  const version = diskVersion(world);
  return { version, generation: generationOf(version), revision: 0 };
}

/** One look at the header. Damage under the hash that is served is seen as well, by the fingerprint of the views. */
export function look(world: World, index: number, rules: Rules, trigger: "preload" | "reconcile"): World {
  const replica = replicaAt(world, index);
  const redis = redisOf(world, replica);
  if (redis === undefined) {
    const idle = withReplica(world, index, { isUp: true, doing: NOTHING });
    if (replica.held !== undefined) return idle;
    return withReplica(idle, index, { held: fromDisk(world) });
  }
  const header = headerOf(redis);
  const isSuspect = rules.trustsHash !== true && isDamaged(redis, replica.held);
  if (!isQuick(replica, header) || isSuspect) {
    const wholly = isSuspect || replica.trouble !== undefined;
    return withReplica(world, index, { isUp: true, doing: { kind: "looking", trigger, header, wholly } });
  }
  const { nowMs } = world;
  const seen = observeQuick(replica, header);
  const held = heldOf(replica.held);
  const next = rules.plan({ trigger, held, cache: seen, disk: { kind: "unread" }, nowMs });
  return carriedOut(withReplica(world, index, { isUp: true, doing: NOTHING }), {
    index,
    trigger,
    header,
    next,
  });
}

/** The second half of a look: the views, which may have changed since the header was read; then the plan. */
export function readViews(world: World, index: number, rules: Rules): World {
  const replica = replicaAt(world, index);
  const redis = redisOf(world, replica);
  if (replica.doing.kind !== "looking") throw new TypeError("This replica does not look");
  const { header, trigger, wholly } = replica.doing;
  if (redis === undefined) return look(withReplica(world, index, { doing: NOTHING }), index, rules, trigger);
  const { nowMs, isSigned } = world;
  const observed = observeWhole(replica, { header, redis, nowMs, rules, isSigned, wholly });
  let { seen } = observed;
  let next = withReplica(world, index, { doing: NOTHING, trouble: observed.trouble });
  const generation = seen.kind === "whole" ? generationOf(diskVersion(world)) : undefined;
  for (let step = 0; step < PLANS_MAX; step++) {
    const held = heldOf(replicaAt(next, index).held);
    const planned = rules.plan({ trigger, held, cache: seen, disk: { kind: "unread", generation }, nowMs });
    if (planned.kind !== "activate") {
      const isWhole = rules.keepsDamage === true || seen.kind === "whole";
      return carriedOut(next, { index, trigger, header, next: planned, isWhole });
    }
    if (planned.from === "disk") next = activated(next, index, fromDisk(next));
    else {
      next = activated(next, index, fromCache(observed, nowMs));
      if (seen.kind === "whole") seen = { ...seen, hasHeldManifest: true };
    }
  }
  throw new Violation(`replica ${index} plans without end`);
}

/** Plans for what was seen once: an activation, and what follows from it. */
const PLANS_MAX = 4;

function fromCache({ seen, hash }: WorldObservation, nowMs: number): NonNullable<ReplicaState["held"]> {
  const version = hash === undefined ? undefined : versionOf(hash);
  if (version === undefined || seen.kind !== "whole")
    throw new Violation("what nobody authored would be served");
  const { generation, author, revision = 0 } = seen;
  const place = author === "mosaic" ? { revision } : { revision: 0, requestedAtMs: nowMs };
  return { version, generation, ...place };
}

interface Planned {
  readonly index: number;
  readonly trigger: "preload" | "reconcile" | "reload";
  readonly header: Redis;
  readonly next: Plan;
  /** Whether views of the publication may be left as they are; not where it cannot be served. */
  readonly isWhole?: boolean;
}

function carriedOut(world: World, { index, trigger, header, next, isWhole = true }: Planned): World {
  const { held } = replicaAt(world, index);
  if (held === undefined) return world;
  if (next.kind === "keep" && next.revision !== undefined) {
    const { version, generation } = held;
    return withReplica(world, index, { held: { version, generation, revision: next.revision } });
  }
  if (next.kind !== "publish") return world;
  const expected = valuesOf(header);
  const listed = expected.listValue === undefined ? [] : (parseListedEntities(expected.listValue) ?? []);
  const catalog = catalogOf(held.version);
  const manifest = held.generation === undefined ? undefined : bytesOf(manifestOf(held.version));
  const stale = listed.filter((entity) => !catalog.views.has(entity));
  const redis = redisOf(world, replicaAt(world, index));
  const unchanged = isWhole && redis ? comparedWith(held.version, header, redis)?.unchanged : undefined;
  const digests = digestsOf(held.version);
  const step = textsOfStep(
    buildPublicationStep(catalog, expected, { ...next, stale, manifest, digests, unchanged }),
  );
  const { requestedAtMs } = held;
  return withReplica(world, index, {
    doing: { kind: "publishing", trigger, step, plan: next, requestedAtMs },
  });
}

/** A request: the cache is looked at before the disk is read. */
export function requestReload(world: World, index: number): World {
  const redis = redisOf(world, replicaAt(world, index));
  const nowMs = world.nowMs + 10;
  const header = redis && headerOf(redis);
  return withReplica({ ...world, nowMs }, index, {
    doing: { kind: "reloading", header, requestedAtMs: nowMs },
  });
}

/** The disk is read and activated; then its publication is planned over what was seen before. */
export function readDisk(world: World, index: number, rules: Rules): World {
  const { doing, held } = replicaAt(world, index);
  if (doing.kind !== "reloading") throw new TypeError("This replica does not reload");
  const { header, requestedAtMs } = doing;
  const version = diskVersion(world);
  const read = { hash: catalogOf(version).hash, manifest: world.isSigned ? manifestOf(version) : undefined };
  const admitted = decision({ isSigned: world.isSigned, held }, { ...read, source: "disk" });
  const generation = admitted.kind === "accepted" ? admitted.generation : undefined;
  const first = rules.plan({
    trigger: "reload",
    held: undefined,
    cache: seenBefore(header, world.isSigned),
    disk: { kind: "loaded", hash: read.hash, generation },
    nowMs: world.nowMs,
  });
  if (admitted.kind === "refused" || first.kind === "refuse")
    return withReplica(world, index, { doing: NOTHING });
  const replacedVersion = held?.requestedAtMs === undefined ? held?.version : held.replacedVersion;
  const next = { version, generation, revision: held?.revision ?? 0, requestedAtMs, replacedVersion };
  const ledger = { ...world.ledger, requested: { ...world.ledger.requested, [version]: requestedAtMs } };
  const active = withReplica({ ...world, ledger }, index, { held: next, doing: NOTHING });
  if (header === undefined) return active;
  const { revision } = readStateClaim(valuesOf(header));
  const seen = { kind: "peeked", revision, manifest: { kind: "none" } } as const;
  const { nowMs } = world;
  const planned = rules.plan({
    trigger: "reload",
    held: heldOf(next),
    cache: seen,
    disk: { kind: "unread" },
    nowMs,
  });
  return carriedOut(active, { index, trigger: "reload", header, next: planned });
}

/** What the cache showed before the disk was read. */
function seenBefore(header: Redis | undefined, isSigned: boolean): CacheBeforeDiskRead {
  if (header === undefined) return { kind: "unreachable" };
  const { revision } = readStateClaim(valuesOf(header));
  return { kind: "peeked", revision, manifest: isSigned ? manifestSeen(header) : { kind: "none" } };
}

function planRequested(
  world: World,
  index: number,
  { header, rules }: { readonly header: Redis; readonly rules: Rules },
): Plan {
  const seen = seenBefore(header, world.isSigned);
  const held = heldOf(replicaAt(world, index).held);
  return rules.plan({ trigger: "reload", held, cache: seen, disk: { kind: "unread" }, nowMs: world.nowMs });
}

/** The atomic step in Redis, and what the replica makes of its outcome. */
export function publish(world: World, index: number, rules: Rules): World {
  const replica = replicaAt(world, index);
  const { doing, held } = replica;
  if (doing.kind !== "publishing" || held === undefined) throw new TypeError("This replica does not publish");
  const redis = redisOf(world, replica);
  const idle = withReplica(world, index, { doing: NOTHING });
  if (redis === undefined || replica.reaches === undefined) return idle;
  const { step, trigger, plan, sharedDisk } = doing;
  const isUnseen = rules.publishesUnseen === true && trigger === "reload";
  if (isUnseen && doing.isReplanned !== true) return publishUnseen(idle, index, rules);
  const isMet = isUnseen || Object.entries(step.expect).every(([key, text]) => redis[key] === text);
  if (!isMet) {
    // A start looks again, a request reads the disk again; a comparison leaves it to the next one.
    if (trigger === "reload") return requestReload(idle, index);
    return trigger === "preload" ? look(idle, index, rules, "preload") : idle;
  }
  rejectInterference(world, { reaches: replica.reaches, doing });
  const list = world.redis.map((one, at) => (at === replica.reaches ? published(one, step) : one));
  const isServed = sharedDisk === undefined || Number(held.version.slice(1)) >= sharedDisk;
  if (!isServed)
    throw new Violation(`a request is answered with ${held.version}, the disk had d${sharedDisk}`);
  if (plan.scope === "flag") return { ...idle, redis: list };
  const { requestedAtMs } = doing;
  const receipt = { version: held.version, revision: plan.revision, atMs: requestedAtMs ?? 0 };
  const acknowledged =
    requestedAtMs === undefined ? world.ledger.acknowledged : [...world.ledger.acknowledged, receipt];
  const next = { ...idle, redis: list, ledger: { ...world.ledger, acknowledged } };
  const { version, generation } = held;
  return withReplica(next, index, {
    held: { version, generation, revision: plan.revision },
    trouble: undefined,
  });
}

/** As an earlier version did: over what the cache shows at this moment. */
function publishUnseen(world: World, index: number, rules: Rules): World {
  const header = headerOf(redisOf(world, replicaAt(world, index)) ?? {});
  const next = planRequested(world, index, { header, rules });
  const again = carriedOut(world, { index, trigger: "reload", header, next });
  const { doing } = replicaAt(again, index);
  if (doing.kind !== "publishing") return again;
  return publish(withReplica(again, index, { doing: { ...doing, isReplanned: true } }), index, rules);
}

export function replicaAt(world: World, index: number): ReplicaState {
  const replica = world.replicas[index];
  if (replica === undefined) throw new RangeError(`There is no replica ${index}`);
  return replica;
}

/** The version that is whole in a Redis. */
export function wholeVersion(redis: Redis, rules: Rules): string | undefined {
  const probe: ReplicaState = { isUp: true, reaches: 0, doing: NOTHING };
  const read = { header: headerOf(redis), redis, nowMs: 0, rules, isSigned: false, wholly: true };
  const { hash } = observeWhole(probe, read);
  return hash === undefined || bytesOf(redis[CATALOG_KEYS.loaded]) === undefined
    ? undefined
    : versionOf(hash);
}
