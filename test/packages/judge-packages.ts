import { satisfies } from "semver";
import type { Advisory, KnownAdvisories } from "./known-advisories.ts";
import type { LockedPackage } from "./locked-packages.ts";

/** Something in use and the advisory that it is about. */
interface AdvisoryOf {
  readonly name: string;
  /** Those in use: in the range, or, of a reason that is not needed, all. */
  readonly versions: readonly string[];
  readonly advisory: Advisory;
}

/** What asks for a look at the packages, or at the record. */
export type PackageFinding =
  | ({ readonly kind: "affected" } & AdvisoryOf)
  | ({ readonly kind: "reason-not-needed" } & AdvisoryOf)
  | { readonly kind: "not-looked-up"; readonly name: string; readonly versions: readonly string[] }
  | { readonly kind: "not-in-use"; readonly name: string }
  | {
      readonly kind: "part-of-another-version";
      readonly name: string;
      readonly inside: string;
      readonly read: string;
      readonly versions: readonly string[];
    };

export interface PackageVerdict {
  readonly findings: readonly PackageFinding[];
  readonly counts: {
    readonly packages: number;
    readonly runtimes: number;
    readonly parts: number;
    readonly advisories: number;
    /** Those whose range holds what is in use, and that have a reason. */
    readonly excused: number;
  };
}

/** Whatever has advisories, and which versions of it are in use; `null` is one that nobody could read. */
interface Subject {
  readonly name: string;
  readonly versions: readonly (string | null)[];
  readonly advisories: readonly Advisory[];
}

/** Holds the packages that are locked against what is known of them. */
export function judgePackages(locked: readonly LockedPackage[], known: KnownAdvisories): PackageVerdict {
  const production = locked.filter((item) => item.production);
  const unknown = production.filter(({ name }) => !Object.hasOwn(known.packages, name));
  const findings: PackageFinding[] = unknown.map(({ name, versions }) => ({
    kind: "not-looked-up",
    name,
    versions,
  }));
  const subjects: Subject[] = [];
  for (const [entries, inUse] of [[known.packages, production] as const, [known.runtimes, locked] as const]) {
    const versionsOf = new Map(inUse.map(({ name, versions }) => [name, versions]));
    for (const [name, { advisories }] of Object.entries(entries)) {
      const versions = versionsOf.get(name);
      if (versions === undefined) findings.push({ kind: "not-in-use", name });
      else subjects.push({ name, versions, advisories });
    }
  }
  for (const { name, version, inside, insideVersion, advisories } of known.parts) {
    const versions = locked.find((item) => item.name === inside)?.versions ?? [];
    if (versions.join() !== insideVersion)
      findings.push({ kind: "part-of-another-version", name, inside, read: insideVersion, versions });
    subjects.push({ name: `${name} in ${inside}`, versions: [version], advisories });
  }
  const judged = subjects.flatMap(judgeSubject);
  return {
    findings: [...findings, ...judged.filter((one) => one.kind !== "excused")],
    counts: {
      packages: production.length,
      runtimes: Object.keys(known.runtimes).length,
      parts: known.parts.length,
      advisories: subjects.reduce((sum, { advisories }) => sum + advisories.length, 0),
      excused: judged.filter(({ kind }) => kind === "excused").length,
    },
  };
}

type Judged =
  | ({ readonly kind: "affected" } & AdvisoryOf)
  | ({ readonly kind: "excused" } & AdvisoryOf)
  | ({ readonly kind: "reason-not-needed" } & AdvisoryOf);

function judgeSubject({ name, versions, advisories }: Subject): readonly Judged[] {
  return advisories.flatMap((advisory): Judged[] => {
    const affected = versions.filter((version) => isAffected(version, advisory.range)).map(nameOf);
    if (affected.length > 0)
      return [
        { kind: advisory.reason === undefined ? "affected" : "excused", name, versions: affected, advisory },
      ];
    if (advisory.reason === undefined) return [];
    return [{ kind: "reason-not-needed", name, versions: versions.map(nameOf), advisory }];
  });
}

/** As `npm audit` reads ranges: a candidate of a version with the fix counts as one before it. */
function isAffected(version: string | null, range: string): boolean {
  return version === null || satisfies(version, range, { includePrerelease: true });
}

function nameOf(version: string | null): string {
  return version ?? "of an unknown version";
}
