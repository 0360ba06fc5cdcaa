import { noted, requireAgreement } from "./agreement.ts";
import { movesOf } from "./explore.ts";
import type { Rules } from "./rules.ts";
import { Violation } from "./violation.ts";
import type { World } from "./world.ts";

export interface SearchOptions {
  readonly rules: Rules;
  readonly depth: number;
  /** The search ends after so many different states. */
  readonly statesMax: number;
  /** Puts the moves of a state into another order. */
  readonly seed?: number;
}

/** What was found: a violation with the moves that lead to it, or none in all states that were looked at. */
export interface SearchReport {
  readonly states: number;
  readonly moves: number;
  /** Whether every interleaving up to the depth was looked at. */
  readonly isComplete: boolean;
  readonly violation?: { readonly message: string; readonly path: readonly string[] };
}

/** Tells states apart in 53 bits: of ten million states, one in a thousand searches would take two for one. */
function fingerprint(text: string): number {
  let [high, low] = [0xdeadbeef, 0x41c6ce57];
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    high = Math.imul(high ^ unit, 2654435761);
    low = Math.imul(low ^ unit, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return 4294967296 * (2097151 & low) + (high >>> 0);
}

/** Visits every interleaving, depth first; a state that was reached with as many moves left is not visited again. */
export function search(start: World, { rules, depth, statesMax, seed = 0 }: SearchOptions): SearchReport {
  const visited = new Map<number, number>();
  const path: string[] = [];
  let moves = 0;
  let isComplete = true;

  const visit = (world: World, left: number): void => {
    const key = fingerprint(JSON.stringify(world));
    if ((visited.get(key) ?? -1) >= left) return;
    if (visited.size >= statesMax) {
      isComplete = false;
      return;
    }
    const isNew = !visited.has(key);
    visited.set(key, left);
    // What is in the middle of something comes to an end in a later state.
    const isQuiet = world.replicas.every(({ doing }) => doing.kind === "nothing");
    if (isNew && (isQuiet || left === 0)) requireAgreement(world, rules);
    if (left === 0) return;
    const next = movesOf(world, rules);
    for (const offset of next.keys()) {
      const move = next[(offset + seed) % next.length];
      if (move === undefined) continue;
      path.push(move.name);
      moves += 1;
      visit(noted(world, move.apply(), rules), left - 1);
      path.pop();
    }
  };

  try {
    visit(start, depth);
    return { states: visited.size, moves, isComplete };
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    return {
      states: visited.size,
      moves,
      isComplete: false,
      violation: { message: error.message, path: [...path] },
    };
  }
}
