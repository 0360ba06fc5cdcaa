/**
 * How long replicas wait before they replace an unusable publication, counted from its last observed change.
 *
 * - `none`: it is older than the held catalog, or the cache is empty; it is replaced at once
 * - `settle`: it is damaged or not validly signed, but not half written; a short wait checks that it does not
 * change any more
 * - `publication`: another program may be writing it, key by key; it gets time to finish
 * - `never`: it may have been published on purpose; only a person may replace it
 */
export type GraceKind = "never" | "none" | "publication" | "settle";

export const GRACE_MS: Readonly<Record<GraceKind, number>> = {
  none: 0,
  settle: 1500,
  publication: 30_000,
  never: Number.POSITIVE_INFINITY,
};

/** The problem codes of a reload that is refused because of signatures; each has its HTTP status. */
type SignatureProblem =
  | "catalog_generation_conflict"
  | "catalog_rollback"
  | "catalog_signature_invalid"
  | "catalog_unsigned"
  | "signing_keys_unusable";

interface RefusalRule {
  readonly label: string;
  /**
   * How long replicas wait before they replace a publication that is refused for this reason, unless its state or a
   * signature decides otherwise.
   */
  readonly grace: GraceKind;
  /** The problem of a reload that is refused for this reason; undefined for a reason that no reload can have. */
  readonly problem:
    | SignatureProblem
    | "catalog_foreign"
    | "catalog_invalid"
    | "catalog_unreadable"
    | undefined;
}

const signatureRule = (
  label: string,
  problem: SignatureProblem = "catalog_signature_invalid",
): RefusalRule & { readonly problem: SignatureProblem } => ({ label, grace: "settle", problem });
const controlKeyRule = (label: string): RefusalRule => ({ label, grace: "settle", problem: undefined });
const contentRule = (label: string): RefusalRule => ({ label, grace: "publication", problem: undefined });
const cacheRule = (label: string): RefusalRule => ({ label, grace: "never", problem: undefined });
const sourceRule = (label: string): RefusalRule => ({ label, grace: "never", problem: "catalog_unreadable" });

/** The reasons for refusing a catalog, with the label, the grace period and the problem of each. */
export const REFUSAL_RULES = {
  "bad-hash": controlKeyRule("views:hash is not a catalog hash"),
  "bad-json": contentRule("a view is not JSON"),
  "bad-list": controlKeyRule("views:list is not a list of entities"),
  "bad-mark": controlKeyRule('views:loaded is not "1"'),
  "hash-mismatch": contentRule("the views do not have the published hash"),
  "invalid-entity": contentRule("a view's name is not a valid entity"),
  "invalid-view": { label: "a view violates a rule", grace: "never", problem: undefined },
  "missing-hash": contentRule("views:hash is absent"),
  "missing-list": contentRule("views:list is absent"),
  "missing-view": contentRule("a view is absent"),

  "cache-aborted": cacheRule("the service is stopping"),
  "cache-busy": cacheRule("the cache is busy"),
  "cache-closed": cacheRule("the cache is closed"),
  "cache-rejected": cacheRule("the cache answered with an error"),
  "cache-timeout": cacheRule("the cache did not answer in time"),
  "cache-too-large": cacheRule("the value is too large for the cache"),
  "cache-unavailable": cacheRule("the cache is not reachable"),

  "source-aborted": sourceRule("the service is stopping"),
  "source-changing": sourceRule("the files changed during each attempt to read them"),
  "source-not-found": sourceRule("the folder is absent"),
  "source-unreadable": sourceRule("the folder cannot be read"),

  "foreign-fleet": {
    label: "another fleet's catalog is published",
    grace: "never",
    problem: "catalog_foreign",
  },
  "invalid-catalog": { label: "the catalog on disk is invalid", grace: "never", problem: "catalog_invalid" },
  "signing-keys-unusable": signatureRule("the signing keys cannot be read", "signing_keys_unusable"),

  "generation-conflict": {
    label: "another catalog has the same generation",
    grace: "never",
    problem: "catalog_generation_conflict",
  },
  "manifest-malformed": signatureRule("the manifest is malformed"),
  "manifest-missing": signatureRule("a manifest is required, but absent", "catalog_unsigned"),
  "manifest-stripped": signatureRule("the manifest is absent, but the active catalog is signed"),
  "manifest-too-large": signatureRule("the manifest is too large"),
  "manifest-unchecked": signatureRule("a manifest is required, but not verified"),
  rollback: {
    label: "the generation is lower than the active one",
    grace: "none",
    problem: "catalog_rollback",
  },
  "signature-invalid": signatureRule("no signature of the manifest is by a known key"),
  "signed-hash-mismatch": signatureRule("the manifest signs another catalog hash"),
  "signed-view-absent": signatureRule("a signed view is absent"),
  "signed-view-changed": signatureRule("a view differs from its signed hash"),
  "view-not-signed": signatureRule("a view is not signed"),
} as const satisfies Readonly<Record<string, RefusalRule>>;

/** One of the keys of {@link REFUSAL_RULES}: a fixed list, fit for a metric label. */
export type RefusalReason = keyof typeof REFUSAL_RULES;

export const REFUSAL_REASONS = Object.keys(REFUSAL_RULES) as readonly RefusalReason[];
