import { readFileSync } from "node:fs";

/** JSON text, and what Python made of it. */
export interface GoldenVector {
  readonly name: string;
  readonly input: string;
  readonly canonical: string;
  readonly sha256: string;
}

/** A folder of YAML views, and the hash that Python gave its catalog. */
export interface GoldenCatalog {
  readonly dir: string;
  readonly views: number;
  readonly canonical_chars: number;
  readonly sha256: string;
}

/** The folder of golden files. */
export const GOLDEN_URL = new URL("../golden/", import.meta.url);

export function readGoldenVectors(): readonly GoldenVector[] {
  const lines = readFileSync(new URL("canonical-json.jsonl", GOLDEN_URL), "utf8").trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line) as GoldenVector);
}

export function readGoldenCatalogs(): readonly GoldenCatalog[] {
  return JSON.parse(readFileSync(new URL("catalogs.json", GOLDEN_URL), "utf8")) as readonly GoldenCatalog[];
}
