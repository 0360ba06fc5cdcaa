import fc from "fast-check";
import { type Catalog, createCatalog } from "../../src/domain/catalog/catalog.ts";
import { createSignedCatalog, writeManifest } from "../../src/domain/signing/manifest.ts";
import { createSigningKey, type SigningKey } from "../../src/domain/signing/signing-key.ts";
import type { Entity } from "../../src/domain/view/entity.ts";

export const CREATED_AT = "2026-01-31T12:00:00.000Z";

/** A catalog of views that have a column each. */
export function catalogOf(columns: Readonly<Record<string, string>>): Catalog {
  const text = (column: string) => `{"columns": ["${column}"], "identifiers": ["${column}"]}`;
  const encoder = new TextEncoder();
  return createCatalog(
    Object.entries(columns).map(([entity, column]) => [entity as Entity, encoder.encode(text(column))]),
  );
}

/** A key whose secret is its name over and over. */
export function keyOf(keyid: string): SigningKey {
  const key = createSigningKey(`${keyid}/`.repeat(32), keyid);
  if (key === undefined) throw new RangeError(`No key can be named ${keyid}`);
  return key;
}

/** The bytes of a catalog's manifest. */
export function signed(
  catalog: Catalog,
  generation: number,
  keys: readonly SigningKey[] = [keyOf("a")],
): Uint8Array {
  return writeManifest(createSignedCatalog(catalog, { generation, createdAt: CREATED_AT }), keys);
}

/** What verifying that manifest gives. */
export function verified(catalog: Catalog, generation: number, keyid: string | undefined): unknown {
  const { hash: catalogHash } = catalog;
  return { kind: "verified", generation, createdAt: CREATED_AT, catalogHash, keyid };
}

/** Names that end in a digit are never reserved. */
const entityArbitrary = fc.stringMatching(/^[a-z_][a-z0-9_]{0,4}[0-9]$/);

/** A catalog of some views. */
export const catalogArbitrary: fc.Arbitrary<Catalog> = fc
  .dictionary(entityArbitrary, fc.stringMatching(/^[a-z]{1,5}$/), { minKeys: 1, maxKeys: 6 })
  .map(catalogOf);
