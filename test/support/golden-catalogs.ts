import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";

const GOLDEN = resolve(import.meta.dirname, "../golden");

/** A catalog whose hash Python computed. */
export interface GoldenCatalog {
  readonly directory: string;
  readonly sha256: string;
  /** YAML text by path. */
  readonly files: Readonly<Record<string, string>>;
}

interface Listed {
  readonly dir: string;
  readonly sha256: string;
}

/** The catalogs of `test/golden`. */
export const GOLDEN_CATALOGS: readonly GoldenCatalog[] = (
  JSON.parse(readFileSync(resolve(GOLDEN, "catalogs.json"), "utf8")) as readonly Listed[]
).map(({ dir, sha256 }) => {
  const directory = resolve(GOLDEN, dir);
  const names = readdirSync(directory).sort();
  const files = Object.fromEntries(
    names.map((name) => [name, readFileSync(resolve(directory, name), "utf8")]),
  );
  return { directory, sha256, files };
});
