import type { Weakness } from "./ask-registry.ts";
import type { PackageFinding, PackageVerdict } from "./judge-packages.ts";
import { type Advisory, KNOWN_ADVISORIES_FILE, type KnownAdvisories } from "./known-advisories.ts";

/** What a finding says to whoever has to do something about it. */
export function findingLine(finding: PackageFinding): string {
  switch (finding.kind) {
    case "affected": {
      const { name, versions, advisory } = finding;
      return `${name} ${versions.join(", ")} is in the range ${advisory.range} of ${label(advisory)} (${advisory.severity}): take another version, or write down a reason why it does no harm here`;
    }
    case "reason-not-needed": {
      const { name, versions, advisory } = finding;
      return `${name} ${versions.join(", ")} is not in the range ${advisory.range} of ${label(advisory)} any more: remove its reason`;
    }
    case "not-looked-up": {
      const { name, versions, section } = finding;
      return `${name} ${versions.join(", ")} has no entry: look it up and add it to "${section}" of ${KNOWN_ADVISORIES_FILE}`;
    }
    case "not-in-use":
      return `${finding.name} has no place in "${finding.section}" of ${KNOWN_ADVISORIES_FILE} any more: remove it`;
    case "part-of-another-version": {
      const { name, inside, read, versions } = finding;
      return `${name} was read in ${inside} ${read}, and ${versions.join(", ") || "none"} is in use: read again what is inside`;
    }
  }
}

/** What a registry says that has no reason in the record. */
export function weaknessLine({ name, severity, title, range, url }: Weakness): string {
  return `${name}: ${severity}: ${title}, ${range}, ${url}`;
}

/** What holds where nothing was found. */
export function summaryLine(
  { counts }: PackageVerdict,
  { completeUntil, searchedUntil, notLookedUp }: KnownAdvisories,
): string {
  const packages = `${counts.packages} packages of production, ${counts.development} of development and ${counts.builds} builds`;
  const what = `${packages}, ${counts.runtimes} runtimes and ${counts.parts} parts of them`;
  const known = `${counts.advisories} advisories, ${counts.excused} of a version in use and each with a reason`;
  const until = `complete until ${completeUntil}, searched until ${searchedUntil}, ${notLookedUp.length} not looked up`;
  return `${what}: ${known} (${until})`;
}

function label({ ids, about }: Advisory): string {
  return ids.length === 0 ? `"${about}"` : ids.join(", ");
}
