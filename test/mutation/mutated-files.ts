/** A file that is mutated, and the tests that have to kill its mutants by themselves. */
export interface MutatedFile {
  readonly source: string;
  readonly tests: readonly string[];
}

const DOMAIN: readonly (readonly [name: string, ...tests: string[]])[] = [
  ["admit-catalog"],
  ["canonical-json"],
  ["catalog"],
  ["parse-json"],
  ["parse-keyring"],
  ["parse-manifest"],
  ["publication-state"],
  ["published-catalog", "published-catalog", "published-catalog-rejections", "published-catalog-foreign"],
  ["read-stored-json"],
  ["release/plan"],
  ["release/revision"],
  ["same-bytes"],
  ["sign-catalog"],
  ["signing-key"],
  ["verify-manifest"],
  ["views-manifest"],
];
const APP: readonly (readonly [source: string, ...tests: string[]])[] = [
  ["signing/open-signature-gate"],
  ["signing/signature-gate", "signing/signature-gate", "signing/signature-matrix"],
  ["signing/signing-keys"],
  ["http/attempt-limit", "attempt-limit"],
  ["http/token-check", "attempt-limit"],
];

/** What hashes, signs and verifies: a mistake here would let a wrong catalog in. */
export const MUTATED_FILES: readonly MutatedFile[] = [
  ...DOMAIN.map((row) => fileOf("domain", row)),
  ...APP.map((row) => fileOf("app", row)),
];

function fileOf(folder: string, [name, ...tests]: readonly [name: string, ...tests: string[]]): MutatedFile {
  const named = tests.length === 0 ? [name] : tests;
  return {
    source: `src/${folder}/${name}.ts`,
    tests: named.map((test) => `test/${folder}/${test}.test.ts`),
  };
}
