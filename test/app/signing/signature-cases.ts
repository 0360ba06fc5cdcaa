import type { Catalog } from "../../../src/domain/catalog/catalog.ts";
import {
  createSignedCatalog,
  type SignedCatalog,
  writeManifest,
} from "../../../src/domain/signing/manifest.ts";
import type { SigningKey } from "../../../src/domain/signing/signing-key.ts";
import { catalogOf, type ViewFiles } from "../../support/catalog-replica.ts";
import { CREATED_AT, keyOf, signed } from "../../support/signed-catalog.ts";
import { viewYaml } from "../../support/views-directory.ts";

/** The key that replicas trust, and one that they have never heard of. */
export const [TRUSTED, UNKNOWN] = [keyOf("a"), keyOf("b")];

/** A catalog as it is found: its files without a manifest, and the text of the manifest. */
export interface FoundCatalog {
  readonly files: ViewFiles;
  readonly manifest: string | undefined;
}

const NEXT: ViewFiles = { "alpha.yaml": viewYaml("a", "z"), "gamma.yaml": viewYaml("g") };
const FEWER: ViewFiles = { "alpha.yaml": viewYaml("a", "z") };
const OTHER: ViewFiles = { "alpha.yaml": viewYaml("a", "y"), "gamma.yaml": viewYaml("g") };

/** The one that is active before: generation 7. */
export async function activeCatalog(): Promise<FoundCatalog> {
  const files = { "alpha.yaml": viewYaml("a"), "beta.yaml": viewYaml("b") };
  return { files, manifest: textOf(signed(await catalogOf(files), 7)) };
}

/** Makes the catalog of a case; what is signed is signed as generation 8 unless the case says otherwise. */
export async function findCase(name: string): Promise<FoundCatalog> {
  const make = CASES[name];
  if (make === undefined) throw new RangeError(`There is no case "${name}"`);
  return { files: NEXT, manifest: await make(await catalogOf(NEXT)) };
}

type MakeManifest = (catalog: Catalog) => Promise<string | undefined> | string | undefined;

const CASES: Readonly<Record<string, MakeManifest>> = {
  absent: () => undefined,
  valid: (catalog) => manifestOf(catalog),
  "wrong key": (catalog) => manifestOf(catalog, { keys: [UNKNOWN] }),
  "wrong hash": async (catalog) => {
    const { hash } = await catalogOf(OTHER);
    return manifestOf(catalog, { alter: (described) => ({ ...described, catalogHash: hash }) });
  },
  "changed view": async () => manifestOf(await catalogOf(OTHER)),
  "extra view": async () => manifestOf(await catalogOf(FEWER)),
  "missing view": async () => manifestOf(await catalogOf({ ...NEXT, "delta.yaml": viewYaml("d") })),
  "lower generation": (catalog) => manifestOf(catalog, { generation: 6 }),
  "same generation, another hash": (catalog) => manifestOf(catalog, { generation: 7 }),
  truncated: (catalog) => manifestOf(catalog).slice(0, -200),
  "other version": (catalog) => manifestOf(catalog).replace('"version": 1', '"version": 2'),
  "other algorithm": (catalog) => manifestOf(catalog).replace("HMAC-SHA256", "none"),
  "stripped signatures": (catalog) => manifestOf(catalog, { keys: [] }),
};

interface ManifestOptions {
  readonly generation?: number;
  readonly keys?: readonly SigningKey[];
  readonly alter?: (described: SignedCatalog) => SignedCatalog;
}

function manifestOf(
  catalog: Catalog,
  { generation = 8, keys = [TRUSTED], alter = (described) => described }: ManifestOptions = {},
): string {
  return textOf(
    writeManifest(alter(createSignedCatalog(catalog, { generation, createdAt: CREATED_AT })), keys),
  );
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
