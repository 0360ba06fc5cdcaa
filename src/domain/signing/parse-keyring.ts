import * as v from "valibot";
import type { LocalizedText } from "../../lib/language.ts";
import { describeIssue } from "../json/describe-value.ts";
import { JsonTextError, parseStoredJson } from "../json/parse-json.ts";
import { SIGNATURES_MAX } from "./manifest.ts";
import {
  createSigningKey,
  isKeyid,
  isSameSecret,
  KEYID_FORM,
  SECRET_FORM,
  SIGNATURE_ALGORITHM,
  type SigningKey,
} from "./signing-key.ts";

export const KEYRING_BYTES_MAX = 64 * 1024;

/**
 * The result of parsing a keyring. `detail` contains no secret.
 */
export type KeyringParse =
  | { readonly kind: "keyring"; readonly keys: readonly SigningKey[] }
  | { readonly kind: "malformed"; readonly detail: LocalizedText };

/**
 * Parses a keyring, `{"keys": [{"keyid", "alg": "HMAC-SHA256", "key"}]}`, into its keys in the order of the file. All
 * of them are trusted. Unknown members, such as comments, are ignored.
 */
export function parseKeyring(bytes: Uint8Array): KeyringParse {
  if (bytes.byteLength > KEYRING_BYTES_MAX)
    return malformedKeyring({
      en: `it has more than ${KEYRING_BYTES_MAX} bytes`,
      pt: `tem mais de ${KEYRING_BYTES_MAX} bytes`,
    });
  const value = parseStoredJson(bytes);
  if (value instanceof JsonTextError)
    return malformedKeyring({ en: `it is not JSON: ${value.texts.en}`, pt: `não é JSON: ${value.texts.pt}` });
  const parsed = v.safeParse(keyringSchema, value, { abortEarly: true });
  if (!parsed.success) return malformedKeyring(describeIssue(parsed.issues[0], KEYRING_RULES));
  const keys: SigningKey[] = [];
  for (const { keyid, key: secret } of parsed.output.keys) {
    const key = createSigningKey(secret, keyid);
    if (key === undefined)
      return malformedKeyring({
        en: `the key "${keyid}" must be ${SECRET_FORM.en}`,
        pt: `a chave "${keyid}" precisa ter ${SECRET_FORM.pt}`,
      });
    keys.push(key);
  }
  return mergeKeys(keys);
}

/**
 * Merges keys of several sources. A repeated key counts once. Two different secrets with one name are
 * refused, and so are more than {@link SIGNATURES_MAX} keys.
 */
export function mergeKeys(keys: readonly SigningKey[]): KeyringParse {
  const byKeyid = new Map<string, SigningKey>();
  for (const key of keys) {
    const known = byKeyid.get(key.keyid);
    if (known !== undefined && !isSameSecret(known, key)) {
      return malformedKeyring({
        en: `two different keys are named "${key.keyid}"`,
        pt: `duas chaves diferentes têm o nome "${key.keyid}"`,
      });
    }
    byKeyid.set(key.keyid, known ?? key);
  }
  if (byKeyid.size > SIGNATURES_MAX) {
    return malformedKeyring({
      en: `there are ${byKeyid.size} keys, and at most ${SIGNATURES_MAX} are allowed`,
      pt: `há ${byKeyid.size} chaves, e são permitidas no máximo ${SIGNATURES_MAX}`,
    });
  }
  return { kind: "keyring", keys: [...byKeyid.values()] };
}

const KEYRING_RULES = {
  text: { en: "must be text", pt: "precisa ser texto" },
  keyid: { en: `must be ${KEYID_FORM.en}`, pt: `precisa ter ${KEYID_FORM.pt}` },
  alg: { en: `must be ${SIGNATURE_ALGORITHM}`, pt: `precisa ser ${SIGNATURE_ALGORITHM}` },
  key: {
    en: "must be an object with the keys keyid, alg and key",
    pt: "precisa ser um objeto com as chaves keyid, alg e key",
  },
  keys: {
    en: `must be a list of 1 to ${SIGNATURES_MAX} keys`,
    pt: `precisa ser uma lista de 1 a ${SIGNATURES_MAX} chaves`,
  },
  keyring: {
    en: 'must be an object such as {"keys": [{"keyid": "a", "alg": "HMAC-SHA256", "key": "…"}]}',
    pt: 'precisa ser um objeto como {"keys": [{"keyid": "a", "alg": "HMAC-SHA256", "key": "…"}]}',
  },
};

/** Each message is the name of a rule in `KEYRING_RULES`. */
const keyringSchema = v.looseObject(
  {
    keys: v.pipe(
      v.array(
        v.looseObject(
          {
            keyid: v.pipe(v.string("text"), v.check(isKeyid, "keyid")),
            alg: v.literal(SIGNATURE_ALGORITHM, "alg"),
            key: v.string("text"),
          },
          "key",
        ),
        "keys",
      ),
      v.minLength(1, "keys"),
      v.maxLength(SIGNATURES_MAX, "keys"),
    ),
  },
  "keyring",
);

function malformedKeyring(detail: LocalizedText): KeyringParse {
  return { kind: "malformed", detail };
}
