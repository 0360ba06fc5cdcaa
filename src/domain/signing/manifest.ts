import { hash } from "node:crypto";
import type { LocalizedText } from "../../lib/language.ts";
import type { Catalog, CatalogHash } from "../catalog/catalog.ts";
import { canonicalText } from "../json/canonical-json.ts";
import { type JsonObject, type JsonValue, setOwnProperty } from "../json/json-value.ts";
import type { Entity } from "../view/entity.ts";
import { isKeyid, KEYID_FORM, SIGNATURE_ALGORITHM, type SigningKey } from "./signing-key.ts";

/** The manifest's name in the catalog's folder. */
export const MANIFEST_FILE = "views.manifest.json";

/** The largest manifest, in bytes: more than `CATALOG_VIEWS_MAX` views with the longest names need. */
export const MANIFEST_BYTES_MAX = 16 * 1024 * 1024;

/** Maximum number of signatures of a manifest, and so of keys that sign one. */
export const SIGNATURES_MAX = 16;

/** The highest generation: every whole number up to it is exact, even in JSON readers that use floats. */
export const GENERATION_MAX = Number.MAX_SAFE_INTEGER;

export const GENERATION_FORM: LocalizedText = {
  en: `a whole number from 1 to ${GENERATION_MAX}`,
  pt: `um número inteiro de 1 a ${GENERATION_MAX}`,
};

/** Reads a generation in decimal digits; undefined for any other text. */
export function parseGeneration(text: string): number | undefined {
  const generation = /^[1-9][0-9]{0,15}$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(generation) ? generation : undefined;
}

/** The version of the manifest's format; other versions are refused. */
export const MANIFEST_VERSION = 1n;

export const RFC_3339_TIME =
  /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:Z|[+-][0-9]{2}:[0-9]{2})$/;

/** The part of a manifest that is signed: the hashes of one catalog, and its generation. */
export interface SignedCatalog {
  /** Counts from 1. A signed catalog replaces a different signed one only under a higher generation. */
  readonly generation: number;
  /** The time of the signing in RFC 3339 format, for people; no program depends on it. */
  readonly createdAt: string;
  readonly catalogHash: CatalogHash;
  /** Lower-case hex SHA-256 of each view's canonical JSON. */
  readonly views: ReadonlyMap<Entity, string>;
}

/** One signature in the manifest; it is valid if a trusted key makes the same signature. */
export interface ManifestSignature {
  readonly keyid: string;
  readonly alg: string;
  /** Lower-case hex. */
  readonly sig: string;
}

/** A well-formed manifest, not verified yet. */
export interface Manifest {
  readonly signed: SignedCatalog;
  /** Canonical JSON of the signed part: the text that is signed. */
  readonly signedText: string;
  readonly signatures: readonly ManifestSignature[];
}

/** Lower-case hex SHA-256 of a view's canonical JSON, or of other bytes. */
export function hashBytes(bytes: Uint8Array): string {
  return hash("sha256", bytes);
}

/**
 * Makes the part of a manifest that is signed: hashes the views of a catalog.
 *
 * @throws {RangeError} when the generation is not a whole number from 1 to {@link GENERATION_MAX}, or `createdAt` is
 * not in RFC 3339 format
 */
export function createSignedCatalog(
  catalog: Catalog,
  { generation, createdAt }: Pick<SignedCatalog, "createdAt" | "generation">,
): SignedCatalog {
  if (!Number.isSafeInteger(generation) || generation < 1) {
    throw new RangeError(`Cannot sign generation ${generation}: it must be from 1 to ${GENERATION_MAX}`);
  }
  if (!RFC_3339_TIME.test(createdAt)) {
    const time = JSON.stringify(createdAt);
    throw new RangeError(`Cannot sign with the time ${time}: write it as in 2026-01-31T12:00:00.000Z`);
  }
  const views = new Map([...catalog.views].map(([entity, bytes]) => [entity, hashBytes(bytes)]));
  return { generation, createdAt, catalogHash: catalog.hash, views };
}

/**
 * Writes the manifest of a {@link createSignedCatalog} result, one view per line, with a signature of each key.
 *
 * @param keys empty for an unsigned manifest, which detects accidental changes only
 * @throws {RangeError} for more keys than {@link SIGNATURES_MAX}, and for a key id that manifests cannot have
 */
export function writeManifest(signed: SignedCatalog, keys: readonly SigningKey[]): Uint8Array {
  if (keys.length > SIGNATURES_MAX) {
    throw new RangeError(`Cannot sign with ${keys.length} keys: at most ${SIGNATURES_MAX} are allowed`);
  }
  const wrong = keys.find(({ keyid }) => !isKeyid(keyid));
  if (wrong !== undefined) {
    throw new RangeError(
      `Cannot sign with the key ${JSON.stringify(wrong.keyid)}: its id must be ${KEYID_FORM.en}`,
    );
  }
  const text = canonicalText(toSignedJson(signed, BigInt));
  const signatures = keys.map(({ keyid, mac }) => ({
    keyid,
    alg: SIGNATURE_ALGORITHM,
    sig: Buffer.from(mac(text)).toString("hex"),
  }));
  return new TextEncoder().encode(
    `${JSON.stringify({ signed: toSignedJson(signed, Number), signatures }, undefined, 2)}\n`,
  );
}

function toSignedJson(signed: SignedCatalog, integer: (value: bigint | number) => JsonValue): JsonObject {
  const views: Record<string, JsonValue> = {};
  for (const [entity, digest] of signed.views) setOwnProperty(views, entity, digest);
  return {
    version: integer(MANIFEST_VERSION),
    generation: integer(signed.generation),
    createdAt: signed.createdAt,
    catalogHash: signed.catalogHash,
    views,
  };
}
