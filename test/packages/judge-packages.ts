import { satisfies } from "semver";
import type { Advisory, KnownAdvisories } from "./known-advisories.ts";
import type { LockedPackage } from "./locked-packages.ts";

/** Where the record has an entry for each package. */
const SECTIONS = ["packages", "development", "runtimes"] as const;

type Section = (typeof SECTIONS)[number];

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
  | {
      readonly kind: "not-looked-up";
      readonly name: string;
      readonly versions: readonly string[];
      readonly section: Section;
    }
  | { readonly kind: "not-in-use"; readonly name: string; readonly section: Section | "builds" }
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
    /** Those of production. */
    readonly packages: number;
    /** Those that only development needs, but for runtimes. */
    readonly development: number;
    /** Builds of one of these or of a runtime for one platform. */
    readonly builds: number;
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
  const inUse = sortByUse(locked, known);
  const findings = SECTIONS.flatMap((section) => misplaced(section, inUse[section], known));
  const subjects: Subject[] = SECTIONS.flatMap((section) =>
    inUse[section].map(({ name, versions }) => {
      return { name, versions, advisories: known[section][name]?.advisories ?? [] };
    }),
  );
  for (const name of Object.keys(known.builds))
    if (!inUse.builds.some((item) => item.name.startsWith(name)))
      findings.push({ kind: "not-in-use", name, section: "builds" });
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
      packages: inUse.packages.length,
      development: inUse.development.length,
      builds: inUse.builds.length,
      runtimes: inUse.runtimes.length,
      parts: known.parts.length,
      advisories: subjects.reduce((sum, { advisories }) => sum + advisories.length, 0),
      excused: judged.filter(({ kind }) => kind === "excused").length,
    },
  };
}

type InUse = Readonly<Record<Section | "builds", readonly LockedPackage[]>>;

/** A runtime is locked for development, and has a section of its own. */
function sortByUse(locked: readonly LockedPackage[], { builds, runtimes }: KnownAdvisories): InUse {
  const versionsOf = new Map(locked.map(({ name, versions }) => [name, versions]));
  const isRuntime = ({ name }: LockedPackage): boolean => Object.hasOwn(runtimes, name);
  // A build of another version than its package is a package of its own.
  const isBuild = ({ name, versions }: LockedPackage): boolean => {
    const [, whole = ""] = Object.entries(builds).find(([start]) => name.startsWith(start)) ?? [];
    return versions.every((version) => versionsOf.get(whole)?.includes(version));
  };
  const own = locked.filter((item) => !isBuild(item));
  return {
    packages: own.filter((item) => item.production),
    development: own.filter((item) => !item.production && !isRuntime(item)),
    runtimes: locked.filter(isRuntime),
    builds: locked.filter(isBuild),
  };
}

function misplaced(
  section: Section,
  inUse: readonly LockedPackage[],
  known: KnownAdvisories,
): PackageFinding[] {
  const entries = known[section];
  const names = new Set(inUse.map(({ name }) => name));
  return [
    ...inUse
      .filter(({ name }) => !Object.hasOwn(entries, name))
      .map(({ name, versions }) => ({ kind: "not-looked-up" as const, name, versions, section })),
    ...Object.keys(entries)
      .filter((name) => !names.has(name))
      .map((name) => ({ kind: "not-in-use" as const, name, section })),
  ];
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
