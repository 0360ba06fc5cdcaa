import { BROKEN, type Rules } from "./rules.ts";
import type { Budget } from "./world.ts";

/** A fleet at rest, and what may happen to it from then on. */
export interface Scenario {
  readonly name: string;
  readonly replicas: number;
  readonly budget: Partial<Budget>;
  readonly depth: number;
  /** The version that another program writes. */
  readonly foreign?: string;
  readonly isSigned?: boolean;
  /** The rules of earlier versions that lose something here. */
  readonly rejects: readonly Rules[];
}

const {
  counted,
  impatient,
  keepsDamage,
  publishesUnseen,
  replacing,
  sharesRuns,
  strict,
  trustsHash,
  trustsState,
  unbounded,
  ungraded,
} = BROKEN;

export const SCENARIOS: readonly Scenario[] = [
  {
    name: "reloads and edits at the same time",
    replicas: 2,
    budget: { reload: 3, edit: 2, look: 3 },
    depth: 14,
    rejects: [sharesRuns, publishesUnseen],
  },
  {
    name: "a flush, and a replica that does not know the newest",
    replicas: 2,
    budget: { reload: 3, edit: 2, flush: 1, cut: 1, look: 4 },
    depth: 14,
    rejects: [counted],
  },
  {
    name: "an outage in which a replica starts and is reloaded",
    replicas: 2,
    budget: { reload: 2, edit: 2, cut: 1, crash: 1, look: 4 },
    depth: 14,
    rejects: [replacing],
  },
  {
    name: "a split in which both sides reload",
    replicas: 3,
    budget: { reload: 3, edit: 2, split: 1, look: 3 },
    depth: 14,
    rejects: [counted],
  },
  {
    name: "a promotion of stale data",
    replicas: 2,
    budget: { reload: 2, edit: 2, snapshot: 1, promote: 1, crash: 1, look: 4 },
    depth: 14,
    rejects: [],
  },
  {
    name: "a forged state, a forged view, forged texts",
    replicas: 2,
    budget: { reload: 1, edit: 1, forge: 1, pause: 1, crash: 1, look: 4 },
    depth: 12,
    rejects: [trustsState, unbounded, trustsHash, keepsDamage],
  },
  {
    name: "another program that writes key by key while replicas start and compare",
    replicas: 2,
    budget: { foreign: 1, crash: 1, pause: 2, reload: 1, edit: 1, look: 4 },
    depth: 16,
    rejects: [impatient],
  },
  {
    name: "another program of newer rules",
    replicas: 2,
    budget: { foreign: 1, crash: 1, pause: 2, look: 5 },
    depth: 16,
    foreign: "r1",
    rejects: [strict],
  },
  {
    name: "evictions",
    replicas: 2,
    budget: { evict: 2, reload: 1, edit: 1, pause: 1, crash: 1, look: 4 },
    depth: 13,
    rejects: [trustsHash],
  },
  {
    name: "signed releases, old ones deployed and put back, and a manifest that is lost",
    replicas: 2,
    budget: { reload: 2, edit: 3, snapshot: 1, promote: 1, evict: 1, cut: 1, crash: 1, look: 3 },
    depth: 12,
    isSigned: true,
    rejects: [ungraded],
  },
  {
    name: "all of it",
    replicas: 3,
    budget: {
      reload: 2,
      edit: 2,
      flush: 1,
      cut: 1,
      crash: 1,
      foreign: 1,
      evict: 1,
      forge: 1,
      snapshot: 1,
      promote: 1,
      split: 1,
      pause: 2,
      look: 4,
    },
    depth: 10,
    rejects: [],
  },
];
