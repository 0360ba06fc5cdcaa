import fc from "fast-check";
import { canonicalText } from "../../../src/domain/json/canonical-json.ts";
import { GENERATION_MAX } from "../../../src/domain/signing/manifest.ts";
import { parseManifest } from "../../../src/domain/signing/parse-manifest.ts";
import { signCatalog } from "../../../src/domain/signing/sign-catalog.ts";
import { verifyCatalog } from "../../../src/domain/signing/verify-catalog.ts";
import { SIGNATURE_MODES, verifyManifest } from "../../../src/domain/signing/verify-manifest.ts";
import { CREATED_AT, catalogOf, keyOf, signed } from "../../support/signed-catalog.ts";
import { must, pureTarget } from "../fuzz-target.ts";
import { hugeText, mutatedBytes, mutatedText, rarely } from "../inputs/hostile-text.ts";
import { hugeJson, mutatedJson } from "../inputs/json-text.ts";

const CATALOG = catalogOf({ view_a: "a", view_b: "b", "public.view_c": "c" });
const KEYS = [keyOf("a"), keyOf("b")];
const TRUE_TEXT = new TextDecoder().decode(signed(CATALOG, 7, KEYS));
const TRUE_VALUE = JSON.parse(TRUE_TEXT) as { readonly signed: object };
const TRUE_SIGNED_TEXT = signedTextOf(TRUE_TEXT);

const texts = rarely(200, {
  often: fc.oneof(
    mutatedJson(fc.constant(TRUE_VALUE)),
    mutatedText(
      fc.constant(TRUE_TEXT),
      fc.oneof(fc.constantFrom(" ", "\n", "0"), fc.string({ maxLength: 2 })),
    ),
    fc.constant(TRUE_TEXT),
  ),
  seldom: fc.oneof(hugeJson(16 * 1024 * 1024 + 10), hugeText(16 * 1024 * 1024 + 10)),
});

/** A manifest is read or refused; only what says just what was signed is verified, and only that is let in. */
export function checkManifest(bytes: Uint8Array): string {
  const parsed = parseManifest(bytes);
  if (parsed.kind === "manifest") {
    const { generation, views } = parsed.manifest.signed;
    must(
      Number.isSafeInteger(generation) && generation >= 1 && generation <= GENERATION_MAX,
      "it has a generation",
    );
    must(views.size <= 50_000, "its views are bounded");
  }
  for (const mode of SIGNATURE_MODES) {
    const outcome = verifyManifest(bytes, CATALOG, { mode, keys: KEYS });
    const active = { hash: CATALOG.hash, generation: 7 };
    const decision = verifyCatalog(outcome, { isManifestRequired: false, source: "cache", active });
    must(mode !== "none" || outcome.kind === "unchecked", "nothing is checked unless the mode says so");
    must(outcome.kind !== "missing", "a manifest that is there is not missing");
    if (outcome.kind === "refused") must(decision.kind === "refused", "what does not verify is not let in");
    if (outcome.kind !== "verified") continue;
    must(parsed.kind === "manifest", "what cannot be read does not verify");
    must(outcome.catalogHash === CATALOG.hash, "what verifies is of the catalog");
    must(mode !== "hmac" || parsed.manifest.signedText === TRUE_SIGNED_TEXT, "only what was signed verifies");
  }
  const signing = signCatalog(CATALOG, {
    present: bytes,
    trusted: KEYS,
    signers: KEYS,
    generation: undefined,
    createdAt: CREATED_AT,
  });
  if (signing.kind === "signed")
    must(signing.signed.generation === 8, "the next generation follows the one believed");
  return `${parsed.kind}, ${verifyManifest(bytes, CATALOG, { mode: "hmac", keys: KEYS }).kind}`;
}

function signedTextOf(text: string): string {
  const parsed = parseManifest(new TextEncoder().encode(text));
  return parsed.kind === "manifest" ? parsed.manifest.signedText : canonicalText(null);
}

export const MANIFEST_TARGET = pureTarget({
  name: "manifest",
  inputs: mutatedBytes(texts),
  check: checkManifest,
});
