import * as v from "valibot";
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

/** The result of parsing a keyring; `detail` contains no secret. */
export type KeyringParse =
  | { readonly kind: "keyring"; readonly keys: readonly SigningKey[] }
  | { readonly kind: "malformed"; readonly detail: string };

/**
 * Parses a keyring, `{"keys": [{"keyid", "alg": "HMAC-SHA256", "key"}]}`, into its keys in the order of the file. All
 * of them are trusted. Unknown members, such as comments, are ignored.
 */
export function parseKeyring(bytes: Uint8Array): KeyringParse {
  if (bytes.byteLength > KEYRING_BYTES_MAX)
    return malformedKeyring(`it has more than ${KEYRING_BYTES_MAX} bytes`);
  const value = parseStoredJson(bytes);
  if (value instanceof JsonTextError) return malformedKeyring(`it is not JSON: ${value.message}`);
  const parsed = v.safeParse(keyringSchema, value, { abortEarly: true });
  if (!parsed.success) return malformedKeyring(describeIssue(parsed.issues[0]));
  const keys: SigningKey[] = [];
  for (const { keyid, key: secret } of parsed.output.keys) {
    const key = createSigningKey(secret, keyid);
    if (key === undefined) return malformedKeyring(`the key "${keyid}" must be ${SECRET_FORM.en}`);
    keys.push(key);
  }
  return mergeKeys(keys);
}

/** Merges keys of several sources. A repeated key counts once; two different secrets with one name are refused. */
export function mergeKeys(keys: readonly SigningKey[]): KeyringParse {
  const byKeyid = new Map<string, SigningKey>();
  for (const key of keys) {
    const known = byKeyid.get(key.keyid);
    if (known !== undefined && !isSameSecret(known, key)) {
      return malformedKeyring(`two different keys are named "${key.keyid}"`);
    }
    byKeyid.set(key.keyid, known ?? key);
  }
  if (byKeyid.size > SIGNATURES_MAX) {
    return malformedKeyring(`there are ${byKeyid.size} keys, and at most ${SIGNATURES_MAX} are allowed`);
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

function malformedKeyring(detail: string): KeyringParse {
  return { kind: "malformed", detail };
}
