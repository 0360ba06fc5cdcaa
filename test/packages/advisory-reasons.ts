import { satisfies, validRange } from "semver";
import * as v from "valibot";
import type { Weakness } from "./ask-registry.ts";
import { type LockedPackage, parseLockedPackages } from "./locked-packages.ts";

const text = v.pipe(v.string(), v.minLength(1), v.maxLength(300));

const advisoryReason = v.strictObject({
  /** A package of the lock file, or what is inside of one. */
  name: text,
  /** The package that it is bundled in, with its version: `deno 2.9.5`. The lock file does not name what is inside. */
  inside: v.optional(text),
  /** Names that databases give the advisory; empty for what was fixed without one. */
  ids: v.pipe(v.array(text), v.maxLength(10)),
  /** The versions that have the weakness, as npm reads ranges. */
  range: v.pipe(
    v.string(),
    v.minLength(1),
    v.check((range) => validRange(range) !== null, "is no range"),
  ),
  severity: v.picklist(["low", "moderate", "high", "critical", "unknown"]),
  about: text,
  /** Why it does no harm here, or what to do. */
  reason: text,
  /** Whether the reason holds for machines of developers alone. */
  developmentOnly: v.optional(v.literal(true)),
});

/** Why an advisory about a version in use does no harm here. */
export type AdvisoryReason = v.InferOutput<typeof advisoryReason>;

/** Where the reasons are, from the root of the project. */
export const ADVISORY_REASONS_FILE = ".ci/advisory-reasons.json";

/** @throws {Error} with the place in the file */
export function parseAdvisoryReasons(json: string): readonly AdvisoryReason[] {
  const parsed = v.safeParse(v.array(advisoryReason), JSON.parse(json));
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw new Error(`Cannot read ${ADVISORY_REASONS_FILE}: ${v.getDotPath(issue) ?? "it"}: ${issue.message}`);
}

/** The reasons that are out of date, a line for each: another version is in use, or the package is gone. */
export function outdatedReasons(reasons: readonly AdvisoryReason[], lockFile: string): readonly string[] {
  const locked = parseLockedPackages(lockFile);
  return reasons
    .filter((reason) => !isNeeded(reason, locked))
    .map(({ name, inside, ids, range }) => {
      const what = inside === undefined ? `${name} ${range}` : `${name} in ${inside}`;
      return `${what} (${ids.join(", ") || "no id"}) is not in use as its reason says: look it up again, and change or remove it in ${ADVISORY_REASONS_FILE}`;
    });
}

function isNeeded(
  { name, inside, range, developmentOnly }: AdvisoryReason,
  locked: readonly LockedPackage[],
): boolean {
  if (inside !== undefined)
    return locked.some((item) => item.versions.some((version) => `${item.name} ${version}` === inside));
  const used = locked.find((item) => item.name === name);
  if (used === undefined || (developmentOnly && used.production)) return false;
  // As `npm audit` reads ranges: a candidate of a version with the fix counts as one before it.
  return used.versions.some((version) => satisfies(version, range, { includePrerelease: true }));
}

/** Whether a reason says why an advisory of the registry does no harm here: by its id, which ends its address. */
export function hasReason(reasons: readonly AdvisoryReason[], { name, url }: Weakness): boolean {
  const id = url.slice(url.lastIndexOf("/") + 1);
  return reasons.some((reason) => reason.name === name && reason.ids.includes(id));
}
