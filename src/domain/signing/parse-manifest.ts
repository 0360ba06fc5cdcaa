import * as v from "valibot";
import { CATALOG_VIEWS_MAX, type CatalogHash, parseCatalogHash } from "../catalog/catalog.ts";
import { canonicalText } from "../json/canonical-json.ts";
import { describeIssue } from "../json/describe-value.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../json/json-value.ts";
import { JsonTextError, parseStoredJson } from "../json/parse-json.ts";
import { type Entity, isEntity } from "../view/entity.ts";
import {
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
  | { readonly kind: "malformed" | "too-large"; readonly detail: string };

/**
 * Parses a manifest. It never throws. Unknown members are refused, so that no reader ignores a part of the
 * manifest.
 */
export function parseManifest(bytes: Uint8Array): ManifestParse {
  if (bytes.byteLength > MANIFEST_BYTES_MAX) {
    return { kind: "too-large", detail: `the manifest has more than ${MANIFEST_BYTES_MAX} bytes` };
  }
  if (hasMoreCommas(bytes, COMMAS_MAX))
    return malformedManifest("it has more members than a manifest can have");
  const value = parseStoredJson(bytes);
  if (value instanceof JsonTextError) return malformedManifest(`it is not JSON: ${value.message}`);
  const parsed = v.safeParse(manifestSchema, value, { abortEarly: true });
  if (!parsed.success) return malformedManifest(describeIssue(parsed.issues[0]));
  const { signed, signatures } = parsed.output;
  const views = readViews(signed.views);
  if (typeof views === "string") return malformedManifest(views);
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

const textSchema = v.string("must be text");

const signatureSchema = v.strictObject(
  {
    keyid: v.pipe(textSchema, v.check(isKeyid, `must be ${KEYID_FORM.en}`)),
    alg: v.pipe(textSchema, v.maxLength(64, "must have at most 64 characters")),
    sig: v.pipe(
      textSchema,
      v.regex(/^(?:[0-9a-f]{2}){1,512}$/, "must be lower-case hex of at most 512 bytes"),
    ),
  },
  "must be an object with the keys keyid, alg and sig",
);

const GENERATION_FORM = `must be a whole number from 1 to ${GENERATION_MAX}`;

const signedSchema = v.strictObject(
  {
    version: v.literal(MANIFEST_VERSION, `must be ${MANIFEST_VERSION}`),
    generation: v.pipe(
      v.bigint(GENERATION_FORM),
      v.minValue(1n, GENERATION_FORM),
      v.maxValue(BigInt(GENERATION_MAX), GENERATION_FORM),
    ),
    createdAt: v.pipe(textSchema, v.regex(RFC_3339_TIME, "must be a time such as 2026-01-31T12:00:00.000Z")),
    catalogHash: v.pipe(
      textSchema,
      v.check((text) => parseCatalogHash(text) !== undefined, "must be 64 lower-case hex digits"),
    ),
    views: v.custom<JsonObject>((input) => isJsonObject(input as JsonValue), "must be an object"),
  },
  "must be an object with the keys version, generation, createdAt, catalogHash and views",
);

const manifestSchema = v.strictObject(
  {
    signed: signedSchema,
    signatures: v.pipe(
      v.array(signatureSchema, "must be a list"),
      v.maxLength(SIGNATURES_MAX, `must have at most ${SIGNATURES_MAX} items`),
    ),
  },
  "must be an object with the keys signed and signatures",
);

/** Maximum length of a name in a message, in characters: a name in the input may be very long. */
const NAME_LENGTH_MAX = 60;

/** @returns the hashes, or the reason (a string) why they are invalid */
function readViews(views: JsonObject): ReadonlyMap<Entity, string> | string {
  const hashes = new Map<Entity, string>();
  for (const [entity, hash] of Object.entries(views)) {
    if (!isEntity(entity)) return `"signed.views" names ${quoteName(entity)}, which is not a valid entity`;
    if (typeof hash !== "string" || parseCatalogHash(hash) === undefined) {
      return `the hash of ${quoteName(entity)} must be 64 lower-case hex digits`;
    }
    hashes.set(entity, hash);
  }
  if (hashes.size > CATALOG_VIEWS_MAX) return `"signed.views" has more than ${CATALOG_VIEWS_MAX} members`;
  return hashes;
}

function quoteName(name: string): string {
  return JSON.stringify(name.slice(0, NAME_LENGTH_MAX));
}

function malformedManifest(what: string): ManifestParse {
  return { kind: "malformed", detail: `the manifest is malformed: ${what}` };
}
