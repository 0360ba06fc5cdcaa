import { createHash } from "node:crypto";
import { viewYaml } from "../support/views-directory.ts";

/** A catalog that a scenario puts on disk, with all that a replica may answer while it serves it. */
export interface KnownCatalog {
  /** For messages. */
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly hash: string;
  /** The body of each path that is asked for; absent where the answer is 404. */
  readonly bodies: ReadonlyMap<string, string>;
}

/** More views than are read with one key's deadline. */
const COMMON_VIEWS = 24;
const COLUMNS = 12;

/** One view that every catalog has, one that only every second one has. */
const SHARED_VIEW = "shared_00";
const ALTERNATING_VIEW = "every_second";

/** The catalog paths that a load asks for. */
export const CATALOG_PATHS = ["/views", `/views/${SHARED_VIEW}`, `/views/${ALTERNATING_VIEW}`] as const;

/**
 * The catalog number so-and-so: each differs from every other one in all of its views, so that a mixture of two shows.
 *
 * Bodies and hash are written down here anew, from the contract, and not with the code of the service.
 */
export function knownCatalog(revision: number): KnownCatalog {
  const columns = ["key", ...Array.from({ length: COLUMNS }, (_, index) => `c${index}_of_${revision}`)];
  const shared = Array.from(
    { length: COMMON_VIEWS },
    (_, index) => `shared_${String(index).padStart(2, "0")}`,
  );
  const entities = [...(revision % 2 === 0 ? [ALTERNATING_VIEW] : []), ...shared];
  const list = `[${columns.map((name) => `"${name}"`).join(", ")}]`;
  const text = `{"columns": ${list}, "identifiers": ["key"]}`;
  const hash = sha256(`{${entities.map((entity) => `"${entity}": ${text}`).join(", ")}}`);
  const items = entities.map((entity) => ({ entity, description: null, identifiers: ["key"], columns }));
  const bodies = new Map([["/views", JSON.stringify({ hash, items })]]);
  for (const entity of entities) bodies.set(`/views/${entity}`, text);
  const files = Object.fromEntries(entities.map((entity) => [`${entity}.yaml`, viewYaml(...columns)]));
  return { name: `catalog ${revision}`, files, hash, bodies };
}

/** The ETag that goes with a body: the catalog's hash for the listing, the view's own for a view. */
export function etagOf(catalog: KnownCatalog, path: string, body: string): string {
  return `"${path === "/views" ? catalog.hash : sha256(body)}"`;
}

export function sha256(text: string | Uint8Array): string {
  return createHash("sha256").update(text).digest("hex");
}
