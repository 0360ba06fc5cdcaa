const DOMAIN = [
  "admit-catalog",
  "canonical-json",
  "catalog",
  "parse-json",
  "parse-keyring",
  "parse-manifest",
  "publication-state",
  "published-catalog",
  "read-stored-json",
  "revision-order",
  "same-bytes",
  "sign-catalog",
  "signing-key",
  "verify-manifest",
  "views-manifest",
].map((name) => `src/domain/${name}.ts`);

/** What hashes, signs and verifies: a mistake here would let a wrong catalog in. */
export const MUTATED_FILES: readonly string[] = [
  ...DOMAIN,
  "src/app/signing/open-signature-gate.ts",
  "src/app/signing/signature-gate.ts",
  "src/app/signing/signing-keys-error.ts",
  "src/app/signing/signing-keys.ts",
  "src/app/http/attempt-limit.ts",
  "src/app/http/token-check.ts",
];
