import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findingLine } from "./finding-line.ts";
import { judgePackages, type PackageFinding } from "./judge-packages.ts";
import type { Advisory, KnownAdvisories } from "./known-advisories.ts";
import type { LockedPackage } from "./locked-packages.ts";

const ADVISORY: Advisory = {
  ids: ["GHSA-1", "CVE-1"],
  range: ">=1.2.0 <1.4.0",
  severity: "high",
  about: "a",
};
const EMPTY: KnownAdvisories = {
  lookedUp: "2026-01-03",
  completeUntil: "2026-01-01",
  searchedUntil: "2026-01-02",
  packages: {},
  development: {},
  builds: {},
  runtimes: {},
  parts: [],
  notLookedUp: [],
};

const used = (name: string, ...versions: string[]): LockedPackage => ({ name, versions, production: true });
const usedToDevelop = (name: string, ...versions: string[]): LockedPackage => ({
  ...used(name, ...versions),
  production: false,
});
const knownAs = (name: string, ...advisories: Advisory[]): KnownAdvisories => ({
  ...EMPTY,
  packages: { [name]: { advisories } },
});
const lines = (locked: readonly LockedPackage[], known: KnownAdvisories): readonly string[] =>
  judgePackages(locked, known).findings.map(findingLine);

describe("judgePackages()", () => {
  test.each([
    ["1.1.9", false],
    ["1.2.0-rc.1", false],
    ["1.2.0", true],
    ["1.3.99", true],
    ["1.4.0-rc.1", true],
    ["1.4.0", false],
  ])("judgePackages() at the edges of a range: %s is in it: %s", (version, isAffected) => {
    const found = judgePackages([used("a", version)], knownAs("a", ADVISORY)).findings;
    expect(found.map(({ kind }) => kind)).toEqual(isAffected ? ["affected"] : []);
  });

  test("judgePackages() asks for another version or a reason, and takes a reason", () => {
    expect(lines([used("a", "1.3.0")], knownAs("a", ADVISORY))).toEqual([
      "a 1.3.0 is in the range >=1.2.0 <1.4.0 of GHSA-1, CVE-1 (high): take another version, or write down a reason why it does no harm here",
    ]);
    const excused = judgePackages([used("a", "1.3.0")], knownAs("a", { ...ADVISORY, reason: "b" }));
    expect(excused).toMatchObject({ findings: [], counts: { packages: 1, advisories: 1, excused: 1 } });
  });

  test("judgePackages() looks at every version of a package, and wants a reason as long as one is in the range", () => {
    const known = knownAs("a", ADVISORY);
    expect(lines([used("a", "1.3.0", "1.4.0")], known)).toEqual([expect.stringMatching(/^a 1\.3\.0 is in/)]);
    expect(lines([used("a", "1.3.0", "1.4.0")], knownAs("a", { ...ADVISORY, reason: "b" }))).toEqual([]);
  });

  test("judgePackages() asks to remove a reason that is not needed any more", () => {
    expect(lines([used("a", "1.4.0", "2.0.0")], knownAs("a", { ...ADVISORY, ids: [], reason: "b" }))).toEqual(
      ['a 1.4.0, 2.0.0 is not in the range >=1.2.0 <1.4.0 of "a" any more: remove its reason'],
    );
  });

  test("judgePackages() asks to look up what has no entry, and to remove what is not in use", () => {
    expect(lines([used("constructor", "1.0.0")], knownAs("b"))).toEqual([
      'constructor 1.0.0 has no entry: look it up and add it to "packages" of .ci/known-advisories.json',
      'b has no place in "packages" of .ci/known-advisories.json any more: remove it',
    ]);
  });

  test("judgePackages() asks of development what it asks of production, in a section of its own", () => {
    const development = { a: { advisories: [ADVISORY] } };
    const known = { ...EMPTY, development };
    expect(lines([usedToDevelop("a", "1.3.0")], known)).toEqual([expect.stringMatching(/^a 1\.3\.0 is in/)]);
    expect(lines([usedToDevelop("a", "1.4.0"), usedToDevelop("b", "1.0.0")], known)).toEqual([
      'b 1.0.0 has no entry: look it up and add it to "development" of .ci/known-advisories.json',
    ]);
    // A reason that holds for whoever develops need not hold for the service.
    expect(lines([used("a", "1.4.0")], known)).toEqual([
      'a 1.4.0 has no entry: look it up and add it to "packages" of .ci/known-advisories.json',
      'a has no place in "development" of .ci/known-advisories.json any more: remove it',
    ]);
  });

  test("judgePackages() wants one entry of a runtime, and that in a section of its own", () => {
    const locked = [usedToDevelop("node", "1.3.0")];
    const known = { ...EMPTY, runtimes: { node: { advisories: [ADVISORY] } } };
    expect(lines(locked, known)).toEqual([expect.stringMatching(/^node 1\.3\.0 is in the range/)]);
    expect(lines([], known)).toEqual([expect.stringMatching(/^node has no place in "runtimes"/)]);
    const twice = { ...known, development: { node: { advisories: [] } } };
    expect(lines(locked, twice)).toContainEqual(expect.stringMatching(/^node has no place in "development"/));
  });

  test.each([
    ["its package in the same version", ["a", "1.0.0"], []],
    ["its package in several versions", ["a", "0.9.0", "1.0.0"], []],
    ["its package in another version", ["a", "1.0.1"], ["a-linux not-looked-up", "a- not-in-use"]],
    [
      "no such package",
      ["b", "1.0.0"],
      ["b not-looked-up", "a-linux not-looked-up", "a not-in-use", "a- not-in-use"],
    ],
  ] as const)("judgePackages() asks nothing of a build beside %s", (_, [name, ...versions], expected) => {
    const known = { ...EMPTY, development: { a: { advisories: [] } }, builds: { "a-": "a" } };
    const { findings } = judgePackages(
      [usedToDevelop(name, ...versions), usedToDevelop("a-linux", "1.0.0")],
      known,
    );
    expect(findings.map((one) => `${one.name} ${one.kind}`)).toEqual(expected);
  });

  test("judgePackages() wants parts read again in another version, and counts all against one that has none", () => {
    const part = { name: "h", inside: "a", insideVersion: "1.0.0", version: "1.4.0", advisories: [ADVISORY] };
    const known = (version: string | null): KnownAdvisories => ({
      ...knownAs("a"),
      parts: [{ ...part, version }],
    });
    expect(lines([used("a", "1.0.0")], known("1.4.0"))).toEqual([]);
    expect(lines([used("a", "1.0.1")], known("1.4.0"))).toEqual([
      "h was read in a 1.0.0, and 1.0.1 is in use: read again what is inside",
    ]);
    expect(lines([], { ...known("1.4.0"), packages: {} })).toEqual([
      "h was read in a 1.0.0, and none is in use: read again what is inside",
    ]);
    expect(lines([used("a", "1.0.0")], known(null))).toEqual([
      expect.stringMatching(/^h in a of an unknown version is in the range/),
    ]);
  });

  test("judgePackages() finds a version in a range just when it lies between its ends", () => {
    const triple = fc.tuple(fc.nat(3), fc.nat(3), fc.nat(3));
    fc.assert(
      fc.property(triple, triple, triple, (low, version, high) => {
        const range = `>=${low.join(".")} <${high.join(".")}`;
        const [a, b, c] = [low, version, high].map(([x, y, z]) => x * 16 + y * 4 + z);
        const { findings } = judgePackages(
          [used("a", version.join("."))],
          knownAs("a", { ...ADVISORY, range }),
        );
        expect(findings.length === 1).toBe(Number(a) <= Number(b) && Number(b) < Number(c));
      }),
    );
  });

  test("judgePackages() finds nothing more once what it found is done", () => {
    const name = fc.constantFrom("a", "b", "c", "d");
    const version = fc.constantFrom("1.0.0", "1.2.0", "1.3.0-rc.1", "1.4.0");
    const advisory = fc.record({ reason: fc.boolean() }).map(({ reason }) => ({
      ...ADVISORY,
      ...(reason ? { reason: "b" } : {}),
    }));
    const entries = fc.dictionary(name, fc.record({ advisories: fc.array(advisory, { maxLength: 3 }) }));
    const locks = fc.uniqueArray(
      fc.record({
        name,
        versions: fc.uniqueArray(version, { minLength: 1, maxLength: 1 }),
        production: fc.boolean(),
      }),
      { selector: (item) => item.name },
    );
    const builds = fc.dictionary(fc.constantFrom("c", "d"), fc.constantFrom("a", "b"));
    fc.assert(
      fc.property(
        locks,
        entries,
        entries,
        entries,
        builds,
        (locked, packages, development, runtimes, starts) => {
          const known = { ...EMPTY, packages, development, runtimes, builds: starts };
          const repaired = judgePackages(locked, known).findings.reduce(repair, known);
          expect(judgePackages(locked, repaired).findings).toEqual([]);
        },
      ),
    );
  });
});

/** What a finding of packages and runtimes asks for, done. */
function repair(known: KnownAdvisories, finding: PackageFinding): KnownAdvisories {
  const { kind, name } = finding;
  switch (kind) {
    case "not-looked-up":
      return { ...known, [finding.section]: { ...known[finding.section], [name]: { advisories: [] } } };
    case "not-in-use": {
      const { [name]: _, ...others }: Readonly<Record<string, unknown>> = known[finding.section];
      return { ...known, [finding.section]: others };
    }
    case "affected":
    case "reason-not-needed": {
      const { reason: _, ...bare } = finding.advisory;
      const next: Advisory = kind === "affected" ? { ...bare, reason: "c" } : bare;
      const swap = (entries: KnownAdvisories["packages"]): KnownAdvisories["packages"] =>
        Object.fromEntries(
          Object.entries(entries).map(([key, entry]) => [
            key,
            { ...entry, advisories: entry.advisories.map((one) => (one === finding.advisory ? next : one)) },
          ]),
        );
      const { packages, development, runtimes } = known;
      return {
        ...known,
        ...{ packages: swap(packages), development: swap(development), runtimes: swap(runtimes) },
      };
    }
    case "part-of-another-version":
      throw new Error("There are no parts");
  }
}
