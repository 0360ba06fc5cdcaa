import { readStateClaim } from "../../src/domain/release/publication.ts";
import { CATALOG_KEYS } from "../../src/domain/release/published-catalog.ts";
import { REVISION_MAX } from "../../src/domain/release/revision.ts";
import {
  look,
  publish,
  readDisk,
  readViews,
  replicaAt,
  requestReload,
  withReplica,
} from "./replica-steps.ts";
import type { Rules } from "./rules.ts";
import {
  type Budget,
  type Deed,
  foreignWrites,
  headerOf,
  type Redis,
  type ReplicaState,
  valuesOf,
  type World,
  written,
} from "./world.ts";

/** One thing that may happen next. */
export interface Move {
  readonly name: string;
  readonly apply: () => World;
}

const PAUSE_MS = 2000;
const GRACE_MS = 31_000;

export interface WorldOptions {
  readonly replicas: number;
  readonly budget: Partial<Budget>;
  /** The version that another program writes. */
  readonly foreign?: string;
  readonly isSigned?: boolean;
}

export function startWorld({ replicas, budget, foreign = "f1", isSigned = false }: WorldOptions): World {
  const none: Budget = {
    crash: 0,
    cut: 0,
    edit: 0,
    evict: 0,
    flush: 0,
    foreign: 0,
    forge: 0,
    look: 3,
    pause: 0,
    promote: 0,
    reload: 0,
    snapshot: 0,
    split: 0,
  };
  const down: ReplicaState = { isUp: false, reaches: 0, doing: { kind: "nothing" } };
  return {
    nowMs: 1_000_000,
    redis: [{}],
    replicas: Array.from({ length: replicas }, () => down),
    foreign: { version: foreign, at: undefined },
    isSigned,
    disk: 0,
    ledger: { acknowledged: [], requested: {} },
    budget: { ...none, ...budget },
  };
}

function spend(world: World, deed: Deed): World {
  return { ...world, budget: { ...world.budget, [deed]: world.budget[deed] - 1 } };
}

/** Everything that may happen next. */
export function movesOf(world: World, rules: Rules): readonly Move[] {
  const moves: Move[] = [];
  for (const index of world.replicas.keys()) moves.push(...replicaMoves(world, index, rules));
  moves.push(...worldMoves(world));
  return moves;
}

function replicaMoves(world: World, index: number, rules: Rules): readonly Move[] {
  const { isUp, doing, held, reaches } = replicaAt(world, index);
  const moves: Move[] = [];
  const may = (deed: Deed, name: string, apply: (next: World) => World): void => {
    if (world.budget[deed] > 0)
      moves.push({ name: `${index} ${name}`, apply: () => apply(spend(world, deed)) });
  };
  const step = (name: string, apply: () => World): void => {
    moves.push({ name: `${index} ${name}`, apply });
  };
  switch (doing.kind) {
    case "looking":
      step("reads the views", () => readViews(world, index, rules));
      break;
    case "reloading":
      step("reads the disk", () => readDisk(world, index, rules));
      break;
    case "publishing":
      step("publishes", () => publish(world, index, rules));
      if (rules.sharesRuns && doing.trigger === "reload" && doing.sharedDisk === undefined) {
        const shared = { ...doing, sharedDisk: world.disk };
        may("reload", "is asked again", (next) => withReplica(next, index, { doing: shared }));
      }
      break;
    case "nothing":
      if (!isUp) may("look", "starts", (next) => look(next, index, rules, "preload"));
      else {
        may("look", "compares", (next) => look(next, index, rules, "reconcile"));
        may("reload", "is asked to reload", (next) => requestReload(next, index));
      }
  }
  if (isUp && held !== undefined) {
    const gone = { isUp: false, held: undefined, trouble: undefined, doing: { kind: "nothing" } } as const;
    may("crash", "crashes", (next) => withReplica(next, index, gone));
    if (reaches !== undefined)
      may("cut", "is cut off", (next) => withReplica(next, index, { reaches: undefined }));
    else step("is reconnected", () => withReplica(world, index, { reaches: 0 }));
  }
  return moves;
}

function worldMoves(world: World): readonly Move[] {
  const { redis, foreign, disk, nowMs, snapshot } = world;
  const moves: Move[] = [];
  const may = (deed: Deed, name: string, apply: (next: World) => World): void => {
    if (world.budget[deed] > 0) moves.push({ name, apply: () => apply(spend(world, deed)) });
  };
  const [main = {}] = redis;
  const onMain = (next: World, texts: Readonly<Record<string, string | undefined>>): World => ({
    ...next,
    redis: [written(main, texts), ...redis.slice(1)],
  });
  if (world.isSigned && disk > 0)
    may("edit", "an old release is deployed", (next) => ({ ...next, disk: disk - 1 }));
  may("edit", "the disk is edited", (next) => ({ ...next, disk: disk + 1 }));
  may("flush", "everything is flushed", (next) => unseen({ ...next, redis: [{}, ...redis.slice(1)] }));
  if (foreign.at === undefined) may("foreign", "another program begins", (next) => foreignStep(next, 0));
  else moves.push({ name: "another program goes on", apply: () => foreignStep(world, foreign.at ?? 0) });
  for (const key of Object.keys(main).filter(
    (one) => one.startsWith("views:") || one === CATALOG_KEYS.manifest,
  )) {
    may("evict", `${key} is evicted`, (next) => {
      const after = onMain(next, { [key]: undefined });
      return isBegun(after.redis[0] ?? {}) ? after : unseen(after);
    });
  }
  may("forge", "a view is replaced", (next) => onMain(next, { "views:a": "{}" }));
  const state = main[CATALOG_KEYS.state];
  if (state !== undefined) {
    const forged = state.replace(/"revision": \d+/, `"revision": ${REVISION_MAX}`);
    may("forge", "a revision is forged", (next) => onMain(next, { [CATALOG_KEYS.state]: forged }));
    may("forge", "texts are forged", (next) => onMain(next, forgedTexts()));
  }
  // Data of which no replica has taken note is given up with the server that had it.
  const hasMatchingState = readStateClaim(valuesOf(headerOf(main))).hasMatchingState;
  if (hasMatchingState && foreign.at === undefined)
    may("snapshot", "a snapshot is made", (next) => ({ ...next, snapshot: main }));
  if (snapshot !== undefined)
    may("promote", "the snapshot is promoted", (next) => unseen({ ...next, redis: [snapshot] }));
  if (redis.length === 1 && foreign.at === undefined) may("split", "the last replica is split off", splitOff);
  else if (redis.length > 1) moves.push({ name: "the split is healed", apply: () => healed(world) });
  const isQuiet = world.replicas.every(({ doing }) => doing.kind === "nothing");
  if (isQuiet) {
    may("pause", "two seconds pass", (next) => ({ ...next, nowMs: nowMs + PAUSE_MS }));
    if (foreign.at === undefined)
      may("pause", "half a minute passes", (next) => ({ ...next, nowMs: nowMs + GRACE_MS }));
  }
  return moves;
}

/** Whether there is a list or a hash: without both, a Redis counts as empty. */
function isBegun(redis: Redis): boolean {
  return [CATALOG_KEYS.list, CATALOG_KEYS.hash].some((key) => redis[key] !== undefined);
}

/** Nothing of another program's publication shows any more. */
function unseen(world: World): World {
  return { ...world, foreign: { ...world.foreign, isVisible: false } };
}

function forgedTexts(): Readonly<Record<string, string>> {
  const hash = FORGED_HASH;
  return {
    "views:a": "{not json}",
    [CATALOG_KEYS.list]: '["a"]',
    [CATALOG_KEYS.hash]: hash,
    [CATALOG_KEYS.state]: `{"hash": "${hash}", "revision": 1000001, "version": 1}`,
  };
}

/** Of `{"a": {not json}}`. */
const FORGED_HASH = "e652915e9b83b20073bf38299acacd9466d834420727758160d04d781634e5b3";

function foreignStep(world: World, at: number): World {
  const { foreign, redis } = world;
  const writes = foreignWrites(foreign.version);
  const [main = {}] = redis;
  const next = [written(main, writes[at] ?? {}), ...redis.slice(1)];
  const isLast = at + 1 === writes.length;
  const nowMs = isLast ? world.nowMs + 10 : world.nowMs;
  const isChanged = JSON.stringify(next[0]) !== JSON.stringify(main);
  const isVisible = isBegun(next[0] ?? {}) && ((at > 0 && foreign.isVisible === true) || isChanged);
  return {
    ...world,
    nowMs,
    redis: next,
    foreign: { ...foreign, at: isLast ? undefined : at + 1, isVisible },
  };
}

/** The primary is cut off with the first replicas; a copy of it is promoted for the last one. */
function splitOff(world: World): World {
  const [main = {}] = world.redis;
  const last = world.replicas.length - 1;
  return withReplica({ ...world, redis: [main, main] }, last, { reaches: 1 });
}

/** The promoted server stays; the old primary becomes its copy, and loses what another program wrote there. */
export function healed(world: World): World {
  const promoted = world.redis.at(-1) ?? {};
  const replicas = world.replicas.map((replica) =>
    replica.reaches === 1 ? { ...replica, reaches: 0 } : replica,
  );
  return unseen({ ...world, redis: [promoted], replicas });
}
