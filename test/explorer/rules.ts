import { type CycleInput, type Plan, type PlanInput, plan } from "../../src/domain/release/plan.ts";
import { REVISION_MAX } from "../../src/domain/release/revision.ts";

/** What decides, and what an earlier version did otherwise. */
export interface Rules {
  readonly name: string;
  readonly plan: (input: PlanInput) => Plan;
  /** A request shares a run that has read the disk already. */
  readonly sharesRuns?: boolean;
  /** A reload publishes over whatever is there at that moment. */
  readonly publishesUnseen?: boolean;
  /** Running replicas look at the published hash alone. */
  readonly trustsHash?: boolean;
  /** A repair leaves views as they are whose digests are those of the catalog. */
  readonly keepsDamage?: boolean;
  /** A state that anybody can write vouches for the texts. */
  readonly trustsState?: boolean;
}

export const RULES: Rules = { name: "the rules", plan };

/** Revisions count publications: each is the next odd number. */
function counted(input: PlanInput): Plan {
  const next = plan(input);
  if (next.kind !== "publish" || next.scope === "flag" || next.revision <= 2) return next;
  const isRequested = input.trigger === "reload" || input.held?.pending !== undefined;
  const isRestored =
    !isRequested && (input.held?.revision ?? 0) > 0 && next.revision === input.held?.revision;
  if (isRestored) return next;
  const seen = "revision" in input.cache ? (input.cache.revision ?? 0) : 0;
  const least = Math.max(input.held?.revision ?? 0, seen, 2) + 1;
  return { ...next, revision: least % 2 === 1 ? least : least + 1 };
}

/** A reload that could not be published wins only over the very catalog that it was to replace. */
function replacing(input: PlanInput): Plan {
  const { held, cache: seen, trigger } = input;
  const isOther = seen.kind === "whole" && held?.pending !== undefined && seen.hash !== held.hash;
  if (trigger === "reload" || !isOther || held.pending.replacedHash === seen.hash) return plan(input);
  return { kind: "activate", from: "cache", because: "it is not what was to be replaced" };
}

function withGrace(input: PlanInput, change: (input: CycleInput) => Plan | undefined): Plan {
  const changed = input.trigger === "reload" ? undefined : change(input);
  return changed ?? plan(input);
}

/** What a program may be writing is damage after a second and a half, and at once at a start. */
function impatient(input: PlanInput): Plan {
  return withGrace(input, (look) => {
    if (look.cache.kind !== "unusable" || look.cache.grace !== "publication") return undefined;
    const grace = look.trigger === "preload" ? "none" : "settle";
    return plan({ ...look, cache: { ...look.cache, grace, lacksOnlyFlag: false } });
  });
}

/** A whole catalog that breaks a rule is damage. */
function strict(input: PlanInput): Plan {
  return withGrace(input, (look) => {
    if (look.cache.kind !== "unusable" || look.cache.grace !== "never") return undefined;
    return plan({ ...look, cache: { ...look.cache, grace: "settle" } });
  });
}

/** Any number is a revision. */
function unbounded(input: PlanInput): Plan {
  const next = plan({ ...input, nowMs: REVISION_MAX });
  const isRequest = input.trigger === "reload" && next.kind === "publish";
  return isRequest ? { ...next, revision: Math.min(next.revision, REVISION_MAX - 1) } : next;
}

/** Revisions alone order catalogs: what is signed counts no more than what is not. */
function ungraded(input: PlanInput): Plan {
  if (input.trigger === "reload" || input.cache.kind !== "whole") return plan(input);
  const held = input.held && { ...input.held, generation: undefined };
  return plan({ ...input, held, cache: { ...input.cache, generation: undefined } });
}

/** The rules of earlier versions, each of which lost something, and one that never was. */
export const BROKEN = {
  counted: { name: "revisions count publications", plan: counted },
  impatient: { name: "what is being written is soon damage", plan: impatient },
  keepsDamage: { ...RULES, name: "a repair writes only what differs by its digests", keepsDamage: true },
  replacing: { name: "an unpublished reload replaces one catalog only", plan: replacing },
  sharesRuns: { ...RULES, name: "requests share a run that has read the disk", sharesRuns: true },
  strict: { name: "a catalog of newer rules is damage", plan: strict },
  publishesUnseen: {
    name: "a reload publishes over what it has not seen",
    plan: counted,
    publishesUnseen: true,
  },
  trustsHash: { ...RULES, name: "the published hash is all that is looked at", trustsHash: true },
  trustsState: { ...RULES, name: "the state vouches for the texts", trustsState: true },
  ungraded: { name: "revisions go before generations", plan: ungraded },
  unbounded: { name: "any number is a revision", plan: unbounded },
} as const satisfies Readonly<Record<string, Rules>>;
