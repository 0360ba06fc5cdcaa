import { valid, validRange } from "semver";
import * as v from "valibot";

const date = v.pipe(v.string(), v.isoDate());
const words = v.pipe(v.string(), v.minLength(1), v.maxLength(300));

const advisory = v.strictObject({
  /** Names that databases give it; none for what was fixed without a word. */
  ids: v.pipe(v.array(words), v.maxLength(10)),
  /** The versions that have the weakness, as npm reads ranges. */
  range: v.pipe(
    v.string(),
    v.minLength(1),
    v.check((text) => validRange(text) !== null, "is no range"),
  ),
  severity: v.picklist(["low", "moderate", "high", "critical", "unknown"]),
  about: words,
  /** `false` where its own record was not read: the range or the severity comes from elsewhere. */
  confirmed: v.optional(v.literal(false)),
  /** Why it does no harm here or what to do, where a version in use is in the range. */
  reason: v.optional(words),
});

const entry = v.strictObject({
  /** Looked for beyond lists of advisories, until `searchedUntil` or until the day that stands here. */
  searched: v.optional(v.union([v.literal(true), date])),
  note: v.optional(words),
  advisories: v.array(advisory),
});

const part = v.strictObject({
  name: words,
  /** `null` where it cannot be read, in which case every advisory counts. */
  version: v.nullable(
    v.pipe(
      v.string(),
      v.check((text) => valid(text) !== null, "is no version"),
    ),
  ),
  /** The package that it lies in, and the version of that in which it was read. */
  inside: words,
  insideVersion: words,
  note: v.optional(words),
  advisories: v.array(advisory),
});

/** The package of which all names that start in one way are builds for one platform each. */
const builds = v.pipe(
  v.record(words, words),
  v.check((all) => {
    const starts = Object.keys(all);
    return !Object.values(all).some((name) => starts.some((start) => name.startsWith(start)));
  }, "has a build of a build"),
);

const record = v.strictObject({
  lookedUp: date,
  /** Until then lists of advisories were read for every package. */
  completeUntil: date,
  /** Until then some were searched for as well, together with runtimes and parts: that finds much, and not all. */
  searchedUntil: date,
  /** What runs in production. */
  packages: v.record(v.string(), entry),
  /** What runs where people develop and where tests do, and never in the service. */
  development: v.record(v.string(), entry),
  /** What is known of a package holds for its builds of the same version. */
  builds,
  runtimes: v.record(v.string(), entry),
  /** What packages carry inside them and the lock file does not name. */
  parts: v.array(part),
  /** What is known to be inside of them and was not looked up. */
  notLookedUp: v.array(words),
});

export type Advisory = v.InferOutput<typeof advisory>;
export type KnownAdvisories = v.InferOutput<typeof record>;

/** Where the record lies, from the root of the project. */
export const KNOWN_ADVISORIES_FILE = ".ci/known-advisories.json";

/** Reads the record; throws an `Error` that says where it is not as it should be. */
export function parseKnownAdvisories(text: string): KnownAdvisories {
  const parsed = v.safeParse(record, JSON.parse(text));
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw new Error(`Cannot read ${KNOWN_ADVISORIES_FILE}: ${v.getDotPath(issue) ?? "it"}: ${issue.message}`);
}
