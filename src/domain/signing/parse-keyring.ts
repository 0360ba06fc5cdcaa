import * as v from "valibot";
import { type LocalizedText, sameInEachLanguage } from "../../lib/language.ts";
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
 * The result of parsing a keyring. `detail` contains no secret; the schema's own messages are only in
 * English.
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
    return malformedKeyring({ en: `it is not JSON: ${value.message}`, pt: `não é JSON: ${value.message}` });
  const parsed = v.safeParse(keyringSchema, value, { abortEarly: true });
  if (!parsed.success) return malformedKeyring(sameInEachLanguage(describeIssue(parsed.issues[0])));
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

const KEY_LIST_FORM = `must be a list of 1 to ${SIGNATURES_MAX} keys`;

const keyringSchema = v.looseObject(
  {
    keys: v.pipe(
      v.array(
        v.looseObject(
          {
            keyid: v.pipe(v.string("must be text"), v.check(isKeyid, `must be ${KEYID_FORM.en}`)),
            alg: v.literal(SIGNATURE_ALGORITHM, `must be ${SIGNATURE_ALGORITHM}`),
            key: v.string("must be text"),
          },
          "must be an object with the keys keyid, alg and key",
        ),
        KEY_LIST_FORM,
      ),
      v.minLength(1, KEY_LIST_FORM),
      v.maxLength(SIGNATURES_MAX, KEY_LIST_FORM),
    ),
  },
  'must be an object such as {"keys": [{"keyid": "a", "alg": "HMAC-SHA256", "key": "…"}]}',
);

function malformedKeyring(detail: LocalizedText): KeyringParse {
  return { kind: "malformed", detail };
}
