import * as v from "valibot";
import type { LocalizedText } from "../../lib/language.ts";
import { CATALOG_VIEWS_MAX, type CatalogHash, parseCatalogHash } from "../catalog/catalog.ts";
import { canonicalText } from "../json/canonical-json.ts";
import { describeIssue } from "../json/describe-value.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../json/json-value.ts";
import { JsonTextError, parseStoredJson } from "../json/parse-json.ts";
import { type Entity, isEntity } from "../view/entity.ts";
import {
  GENERATION_FORM,
  GENERATION_MAX,
  MANIFEST_BYTES_MAX,
  MANIFEST_VERSION,
  type Manifest,
  RFC_3339_TIME,
  SIGNATURES_MAX,
} from "./manifest.ts";
import { isKeyid, KEYID_FORM } from "./signing-key.ts";

/** The result of parsing a manifest; `detail` has the reason, for the log. */
export type ManifestParse =
  | { readonly kind: "manifest"; readonly manifest: Manifest }
  | { readonly kind: "malformed" | "too-large"; readonly detail: LocalizedText };

/**
 * Parses a manifest. It never throws. Unknown members are refused, so that no reader ignores a part of the
 * manifest.
 */
export function parseManifest(bytes: Uint8Array): ManifestParse {
  if (bytes.byteLength > MANIFEST_BYTES_MAX) {
    const detail = {
      en: `the manifest has more than ${MANIFEST_BYTES_MAX} bytes`,
      pt: `o manifesto tem mais de ${MANIFEST_BYTES_MAX} bytes`,
    };
    return { kind: "too-large", detail };
  }
  if (hasMoreCommas(bytes, COMMAS_MAX))
    return malformedManifest({
      en: "it has more members than a manifest can have",
      pt: "tem mais membros do que um manifesto pode ter",
    });
  const value = parseStoredJson(bytes);
  if (value instanceof JsonTextError) {
    const { en, pt } = value.texts;
    return malformedManifest({ en: `it is not JSON: ${en}`, pt: `não é JSON: ${pt}` });
  }
  const parsed = v.safeParse(manifestSchema, value, { abortEarly: true });
  if (!parsed.success) return malformedManifest(describeIssue(parsed.issues[0], MANIFEST_RULES));
  const { signed, signatures } = parsed.output;
  const views = readViews(signed.views);
  if (!(views instanceof Map)) return malformedManifest(views);
  const { createdAt } = signed;
  const generation = Number(signed.generation);
  const catalogHash = signed.catalogHash as CatalogHash;
  const manifest = {
    signed: { generation, createdAt, catalogHash, views },
    signedText: canonicalText((value as { readonly signed: JsonObject }).signed),
    signatures,
  };
  return { kind: "manifest", manifest };
}

/** Maximum number of commas: one for each view, and 2,000 for all other parts, which need far fewer. */
const COMMAS_MAX = CATALOG_VIEWS_MAX + 2_000;

/** Whether there are more commas than the limit: parsing millions of values would block the process for seconds. */
function hasMoreCommas(bytes: Uint8Array, commasMax: number): boolean {
  let count = 0;
  for (let at = bytes.indexOf(COMMA); at >= 0; at = bytes.indexOf(COMMA, at + 1)) {
    if (++count > commasMax) return true;
  }
  return false;
}

const COMMA = 0x2c;

const HASH_FORM = {
  en: "must be 64 lower-case hex digits",
  pt: "precisa ter 64 dígitos hexadecimais minúsculos",
};

const MANIFEST_RULES = {
  text: { en: "must be text", pt: "precisa ser texto" },
  keyid: { en: `must be ${KEYID_FORM.en}`, pt: `precisa ter ${KEYID_FORM.pt}` },
  alg: { en: "must have at most 64 characters", pt: "precisa ter no máximo 64 caracteres" },
  sig: {
    en: "must be lower-case hex of at most 512 bytes",
    pt: "precisa ser hexadecimal em minúsculas, de no máximo 512 bytes",
  },
  signature: {
    en: "must be an object with the keys keyid, alg and sig",
    pt: "precisa ser um objeto com as chaves keyid, alg e sig",
  },
  version: { en: `must be ${MANIFEST_VERSION}`, pt: `precisa ser ${MANIFEST_VERSION}` },
  generation: { en: `must be ${GENERATION_FORM.en}`, pt: `precisa ser ${GENERATION_FORM.pt}` },
  createdAt: {
    en: "must be a time such as 2026-01-31T12:00:00.000Z",
    pt: "precisa ser uma hora como 2026-01-31T12:00:00.000Z",
  },
  catalogHash: HASH_FORM,
  views: { en: "must be an object", pt: "precisa ser um objeto" },
  signed: {
    en: "must be an object with the keys version, generation, createdAt, catalogHash and views",
    pt: "precisa ser um objeto com as chaves version, generation, createdAt, catalogHash e views",
  },
  signatures: { en: "must be a list", pt: "precisa ser uma lista" },
  count: {
    en: `must have at most ${SIGNATURES_MAX} items`,
    pt: `precisa ter no máximo ${SIGNATURES_MAX} itens`,
  },
  manifest: {
    en: "must be an object with the keys signed and signatures",
    pt: "precisa ser um objeto com as chaves signed e signatures",
  },
};

// Each message of the schemas is the name of a rule in `MANIFEST_RULES`.
const textSchema = v.string("text");

const signatureSchema = v.strictObject(
  {
    keyid: v.pipe(textSchema, v.check(isKeyid, "keyid")),
    alg: v.pipe(textSchema, v.maxLength(64, "alg")),
    sig: v.pipe(textSchema, v.regex(/^(?:[0-9a-f]{2}){1,512}$/, "sig")),
  },
  "signature",
);

const signedSchema = v.strictObject(
  {
    version: v.literal(MANIFEST_VERSION, "version"),
    generation: v.pipe(
      v.bigint("generation"),
      v.minValue(1n, "generation"),
      v.maxValue(BigInt(GENERATION_MAX), "generation"),
    ),
    createdAt: v.pipe(textSchema, v.regex(RFC_3339_TIME, "createdAt")),
    catalogHash: v.pipe(
      textSchema,
      v.check((text) => parseCatalogHash(text) !== undefined, "catalogHash"),
    ),
    views: v.custom<JsonObject>((input) => isJsonObject(input as JsonValue), "views"),
  },
  "signed",
);

const manifestSchema = v.strictObject(
  {
    signed: signedSchema,
    signatures: v.pipe(v.array(signatureSchema, "signatures"), v.maxLength(SIGNATURES_MAX, "count")),
  },
  "manifest",
);

/** Maximum length of a name in a message, in characters: a name in the input may be very long. */
const NAME_LENGTH_MAX = 60;

/** @returns the hashes, or the reason why they are invalid */
function readViews(views: JsonObject): Map<Entity, string> | LocalizedText {
  const hashes = new Map<Entity, string>();
  for (const [entity, hash] of Object.entries(views)) {
    const name = quoteName(entity);
    if (!isEntity(entity))
      return {
        en: `"signed.views" names ${name}, which is not a valid entity`,
        pt: `"signed.views" tem ${name}, que não é uma entidade válida`,
      };
    if (typeof hash !== "string" || parseCatalogHash(hash) === undefined) {
      return { en: `the hash of ${name} ${HASH_FORM.en}`, pt: `o hash de ${name} ${HASH_FORM.pt}` };
    }
    hashes.set(entity, hash);
  }
  if (hashes.size > CATALOG_VIEWS_MAX)
    return {
      en: `"signed.views" has more than ${CATALOG_VIEWS_MAX} members`,
      pt: `"signed.views" tem mais de ${CATALOG_VIEWS_MAX} membros`,
    };
  return hashes;
}

function quoteName(name: string): string {
  return JSON.stringify(name.slice(0, NAME_LENGTH_MAX));
}

function malformedManifest({ en, pt }: LocalizedText): ManifestParse {
  const detail = { en: `the manifest is malformed: ${en}`, pt: `o manifesto está malformado: ${pt}` };
  return { kind: "malformed", detail };
}
