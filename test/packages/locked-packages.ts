import * as v from "valibot";

const lock = v.object({
  packages: v.record(
    v.string(),
    v.object({
      name: v.optional(v.string()),
      version: v.optional(v.string()),
      dev: v.optional(v.boolean()),
      link: v.optional(v.boolean()),
    }),
  ),
});

/** A package of the lock file with all its versions, of which there may be several. */
export interface LockedPackage {
  readonly name: string;
  readonly versions: readonly string[];
  /** Whether it is there without the development dependencies as well. */
  readonly production: boolean;
}

/** Every package of a `package-lock.json` (from lockfile version 2 on). */
export function parseLockedPackages(text: string): readonly LockedPackage[] {
  const found = new Map<string, { versions: Set<string>; production: boolean }>();
  for (const [path, { name, version, dev, link }] of Object.entries(
    v.parse(lock, JSON.parse(text)).packages,
  )) {
    if (path === "" || link === true || version === undefined) continue;
    const key = name ?? path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
    const known = found.get(key);
    const versions = (known?.versions ?? new Set()).add(version);
    found.set(key, { versions, production: dev !== true || known?.production === true });
  }
  return [...found].map(([name, { versions, production }]) => ({
    name,
    versions: [...versions],
    production,
  }));
}
