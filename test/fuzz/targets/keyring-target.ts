import fc from "fast-check";
import { SIGNATURES_MAX } from "../../../src/domain/signing/manifest.ts";
import { parseKeyring } from "../../../src/domain/signing/parse-keyring.ts";
import { isKeyid } from "../../../src/domain/signing/signing-key.ts";
import { must, pureTarget } from "../fuzz-target.ts";
import { hugeText, mutatedBytes, rarely } from "../inputs/hostile-text.ts";
import { hugeJson, mutatedJson } from "../inputs/json-text.ts";

const SECRET = "never-shown-".repeat(4);
const key = fc.record({
  keyid: fc.constantFrom("a", "b", "2026-01"),
  alg: fc.constant("HMAC-SHA256"),
  key: fc.constantFrom(SECRET, `${SECRET}2`),
});
const keyrings = fc.record({ keys: fc.array(key, { minLength: 1, maxLength: 20 }) });
const texts = rarely(200, {
  often: mutatedJson(keyrings),
  seldom: fc.oneof(hugeJson(66_000), hugeText(66_000)),
});

/** A keyring gives usable keys or a reason, and the reason shows no secret. */
export function checkKeyring(bytes: Uint8Array): string {
  const parsed = parseKeyring(bytes);
  if (parsed.kind === "malformed") {
    for (const detail of Object.values(parsed.detail)) {
      must(!detail.includes("never-shown-"), "the reason shows no secret");
      must(detail.length < 1_000, "the reason is short");
    }
    return "refused";
  }
  must(
    parsed.keys.length >= 1 && parsed.keys.length <= SIGNATURES_MAX,
    "there are some keys, and not too many",
  );
  for (const { keyid, mac } of parsed.keys) {
    must(isKeyid(keyid) && mac("text").byteLength === 32, "each key has a name and signs");
  }
  return "a keyring";
}

export const KEYRING_TARGET = pureTarget({
  name: "keyring",
  inputs: mutatedBytes(texts),
  check: checkKeyring,
});
