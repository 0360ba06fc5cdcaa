import { ADMISSION_REFUSAL_REASONS } from "../../domain/admit-catalog.ts";
import type { RejectionReason } from "../../domain/published-catalog.ts";
import type { CatalogDeps } from "./catalog-deps.ts";
import type { Refusal, RefusalReason } from "./catalog-event.ts";
import type { SeenCatalog } from "./catalog-store.ts";

/** Longer than a publication of another program, key by key, stands still. */
const DAMAGE_MS = 1500;

/**
 * Longer than a new key takes to reach every replica. By then it is a forgery or a replica that nobody told: the one is
 * replaced for good, and the other is put right at once by any replica that serves the newer catalog.
 */
const UNVERIFIABLE_MS = 600_000;

/** A view that is whole and breaks a rule may come from a program with newer rules: that is no damage. */
const DAMAGE: ReadonlySet<RefusalReason> = new Set<RejectionReason>([
  "bad-hash",
  "bad-json",
  "bad-list",
  "bad-mark",
  "hash-mismatch",
  "missing-hash",
  "missing-list",
  "missing-view",
]);

const SIGNATURES: ReadonlySet<RefusalReason> = new Set<RefusalReason>(ADMISSION_REFUSAL_REASONS);

/**
 * Whether what lies in the cache may be a newer release than this generation: its manifest says so and is signed, or it
 * cannot be verified here. What the cache says of itself decides nothing else.
 */
export function mayBeNewer(
  { gate }: Pick<CatalogDeps, "gate">,
  { manifestValue }: SeenCatalog,
  generation: number | undefined,
): boolean {
  const opened = gate.open(manifestValue);
  if (opened.kind === "opened") return opened.signed.generation > (generation ?? 0);
  return opened.kind === "refused";
}

/**
 * How long a cache without a whole publication must stay as it is, in milliseconds, before it gets the active catalog.
 *
 * A hash without the mark that all is loaded is a publication of another program, under way; such a program has nothing to
 * say where catalogs are signed.
 *
 * @param generation that of the active catalog
 */
export function absencePatienceMs(
  deps: Pick<CatalogDeps, "gate">,
  seen: SeenCatalog,
  generation: number | undefined,
): number {
  const isSigned = generation !== undefined;
  if (mayBeNewer(deps, seen, generation)) return isSigned ? UNVERIFIABLE_MS : Number.POSITIVE_INFINITY;
  if (seen.hashValue === undefined) return 0;
  return isSigned ? DAMAGE_MS : Number.POSITIVE_INFINITY;
}

/**
 * How long a publication that was refused must stay as it is, in milliseconds, before the active catalog replaces it.
 *
 * @param generation that of the active catalog
 */
export function patienceMs(
  deps: Pick<CatalogDeps, "gate">,
  { reason }: Refusal,
  seen: SeenCatalog,
  generation: number | undefined,
): number {
  // It verifies, and is known to be older.
  if (reason === "rollback") return 0;
  // Two releases of one number: only a third one decides.
  if (reason === "generation-conflict") return Number.POSITIVE_INFINITY;
  const isSigned = generation !== undefined;
  if (mayBeNewer(deps, seen, generation)) return isSigned ? UNVERIFIABLE_MS : Number.POSITIVE_INFINITY;
  const isDamage = DAMAGE.has(reason) || SIGNATURES.has(reason);
  return isDamage || isSigned ? DAMAGE_MS : Number.POSITIVE_INFINITY;
}
