/**
 * How long replicas wait before they replace an unusable publication, counted from its last observed change.
 *
 * - `none`: it is older than the held catalog, or the cache is empty; it is replaced at once
 * - `settle`: it is damaged, not half written; a short wait checks that it does not change any more
 * - `publication`: another program may be writing it, key by key; it gets time to finish
 * - `never`: it was published on purpose; only a person may replace it
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
   * How long replicas wait before they replace a publication that is refused for this reason, unless a signature
   * decides otherwise.
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

const signature = (
  label: string,
  problem: SignatureProblem = "catalog_signature_invalid",
): RefusalRule & { readonly problem: SignatureProblem } => ({ label, grace: "settle", problem });
const control = (label: string): RefusalRule => ({ label, grace: "settle", problem: undefined });
const contents = (label: string): RefusalRule => ({ label, grace: "publication", problem: undefined });
const cache = (label: string): RefusalRule => ({ label, grace: "never", problem: undefined });
const source = (label: string): RefusalRule => ({ label, grace: "never", problem: "catalog_unreadable" });

/** The reasons for refusing a catalog, with the label, the grace period and the problem of each. */
export const REFUSALS = {
  "bad-hash": control("views:hash is not a catalog hash"),
  "bad-json": contents("a view is not JSON"),
  "bad-list": control("views:list is not a list of entities"),
  "bad-mark": control('views:loaded is not "1"'),
  "hash-mismatch": contents("the views do not have the published hash"),
  "invalid-entity": contents("a view's name is not a valid entity"),
  "invalid-view": { label: "a view violates a rule", grace: "never", problem: undefined },
  "missing-hash": contents("views:hash is absent"),
  "missing-list": contents("views:list is absent"),
  "missing-view": contents("a view is absent"),

  "cache-aborted": cache("the service is stopping"),
  "cache-busy": cache("the cache is busy"),
  "cache-closed": cache("the cache is closed"),
  "cache-rejected": cache("the cache answered with an error"),
  "cache-timeout": cache("the cache did not answer in time"),
  "cache-too-large": cache("the value is too large for the cache"),
  "cache-unavailable": cache("the cache is not reachable"),

  "source-aborted": source("the service is stopping"),
  "source-changing": source("the files changed during each attempt to read them"),
  "source-not-found": source("the folder is absent"),
  "source-unreadable": source("the folder cannot be read"),

  "foreign-fleet": {
    label: "another fleet's catalog is published",
    grace: "never",
    problem: "catalog_foreign",
  },
  "invalid-catalog": { label: "the catalog on disk is invalid", grace: "never", problem: "catalog_invalid" },
  "signing-keys-unusable": signature("the signing keys cannot be read", "signing_keys_unusable"),

  "generation-conflict": {
    label: "the generation is active with another hash",
    grace: "never",
    problem: "catalog_generation_conflict",
  },
  "manifest-malformed": signature("the manifest is malformed"),
  "manifest-missing": signature("a manifest is required, but absent", "catalog_unsigned"),
  "manifest-stripped": signature("the manifest is absent, but the active catalog is signed"),
  "manifest-too-large": signature("the manifest is too large"),
  "manifest-unchecked": signature("signatures are required, but the mode is none"),
  rollback: {
    label: "the generation is lower than the active one",
    grace: "none",
    problem: "catalog_rollback",
  },
  "signature-invalid": signature("no signature of the manifest is by a known key"),
  "signed-hash-mismatch": signature("the manifest signs another catalog hash"),
  "signed-view-absent": signature("a signed view is absent"),
  "signed-view-changed": signature("a view differs from its signed hash"),
  "view-not-signed": signature("a view is not signed"),
} as const satisfies Readonly<Record<string, RefusalRule>>;

/** One of the keys of {@link REFUSALS}: a fixed list, fit for a metric label. */
export type RefusalReason = keyof typeof REFUSALS;

export const REFUSAL_REASONS = Object.keys(REFUSALS) as readonly RefusalReason[];
