/** A file that is mutated, and the tests that have to kill its mutants by themselves. */
export interface MutatedFile {
  readonly source: string;
  readonly tests: readonly string[];
}

const DOMAIN: readonly (readonly [source: string, ...tests: string[]])[] = [
  ["catalog/catalog"],
  ["circuit-breaker", "circuit-breaker", "circuit-breaker-model"],
  ["fleet/announcement"],
  ["fleet/fleet-summary"],
  ["json/canonical-json"],
  ["json/parse-json", "json/parse-json", "json/parse-json-stored"],
  ["release/fleet-id"],
  ["release/plan"],
  ["release/published-list", "release/published-catalog"],
  [
    "release/published-catalog",
    "release/published-catalog",
    "release/published-catalog-rejections",
    "release/published-catalog-foreign",
  ],
  ["release/published-digests", "release/published-digests", "release/published-digests-reading"],
  ["release/revision"],
  ["release/transfer-backoff"],
  ["release/publication-state"],
  ["signing/manifest"],
  ["signing/parse-keyring"],
  ["signing/parse-manifest"],
  ["signing/sign-catalog"],
  ["signing/signing-key"],
  ["signing/verify-catalog"],
  ["signing/verify-manifest"],
  ["tickers/ticker"],
  ["tickers/ticker-query"],
  ["tickers/ticker-set", "tickers/ticker-set", "tickers/ticker-set-find"],
];
const APP: readonly (readonly [source: string, ...tests: string[]])[] = [
  ["signing/catalog-verifier", "signing/catalog-verifier", "signing/signature-matrix"],
  ["signing/signing-keys"],
  ["http/middleware/admin-token", "http/middleware/admin-token-attempts"],
];
const LIB: readonly (readonly [source: string, ...tests: string[]])[] = [["backoff"], ["same-bytes"]];

/** What takes a shorter way: a mistake here would give another catalog than the long way. */
const SHORTER_WAYS: readonly MutatedFile[] = [
  shorter("app/catalog/published-changes", "app/catalog/published-changes"),
  shorter("app/catalog/parsed-source", "app/catalog/parsed-source"),
  shorter("adapters/filesystem/digest-folder", "adapters/filesystem/digest-folder"),
  shorter(
    "adapters/redis/publish-script",
    "adapters/redis/publish-script",
    "adapters/redis/cache-unchanged",
    "adapters/redis/cache",
  ),
  shorter("adapters/yaml/files-digest", "adapters/filesystem/digest-folder"),
  shorter(
    "adapters/yaml/read-plain-file",
    "adapters/yaml/parse-text",
    "adapters/yaml/parse-catalog-diagnostics",
  ),
  shorter("adapters/yaml/tree/event-forms", "adapters/yaml/parse-text"),
  shorter(
    "adapters/yaml/tree/value-from-events",
    "adapters/yaml/parse-text",
    "adapters/yaml/parse-catalog-diagnostics",
  ),
  shorter("adapters/yaml/readers/plain-form", "readers/plain-form"),
];

/** What hashes, signs, verifies and decides, and the rules for tickers and for the records of a fleet. */
export const MUTATED_FILES: readonly MutatedFile[] = [
  ...DOMAIN.map((row) => fileOf("domain", row)),
  ...APP.map((row) => fileOf("app", row)),
  ...LIB.map((row) => fileOf("lib", row)),
  ...SHORTER_WAYS,
];

function shorter(source: string, ...tests: readonly string[]): MutatedFile {
  return { source: `src/${source}.ts`, tests: tests.map((test) => `test/${test}.test.ts`) };
}

function fileOf(folder: string, [name, ...tests]: readonly [name: string, ...tests: string[]]): MutatedFile {
  const named = tests.length === 0 ? [name] : tests;
  return {
    source: `src/${folder}/${name}.ts`,
    tests: named.map((test) => `test/${folder}/${test}.test.ts`),
  };
}
