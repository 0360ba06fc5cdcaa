import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { gte, major, satisfies, valid } from "semver";
import { describe, expect, test } from "vitest";
import { readContainerFile } from "../support/container-files.ts";
import { findingLine } from "./finding-line.ts";
import { judgePackages, type PackageFinding } from "./judge-packages.ts";
import { KNOWN_ADVISORIES_FILE, parseKnownAdvisories } from "./known-advisories.ts";
import { parseLockedPackages } from "./locked-packages.ts";

const read = (path: string): Promise<string> => readFile(new URL(`../../${path}`, import.meta.url), "utf8");
const text = await read(KNOWN_ADVISORIES_FILE);
const record = parseKnownAdvisories(text);
const locked = parseLockedPackages(await read("package-lock.json"));
const versionOf = (name: string): string => locked.find((item) => item.name === name)?.versions[0] ?? "";

describe(".ci/known-advisories.json", () => {
  test("has an entry for every package of the lock file, and a reason for what is known of it", () => {
    const { findings, counts } = judgePackages(locked, record);
    expect(findings.map(findingLine)).toEqual([]);
    expect(counts.packages).toBeGreaterThan(100);
    expect(counts.development).toBeGreaterThan(200);
    expect(counts.packages + counts.development + counts.builds + counts.runtimes).toBe(locked.length);
    expect(counts.advisories).toBeGreaterThan(100);
  });

  test("was not looked up before it says until when it is complete", () => {
    const { completeUntil, searchedUntil, lookedUp } = record;
    expect([completeUntil, searchedUntil, lookedUp].toSorted()).toEqual([
      completeUntil,
      searchedUntil,
      lookedUp,
    ]);
  });

  test("would be found wrong without any one of its entries, and without its reasons", () => {
    for (const section of ["packages", "development"] as const)
      for (const name of Object.keys(record[section])) {
        const { [name]: _, ...others } = record[section];
        const { findings } = judgePackages(locked, { ...record, [section]: others });
        expect(findings).toMatchObject([{ kind: "not-looked-up", name, section }]);
      }
    for (const start of Object.keys(record.builds)) {
      const { [start]: _, ...builds } = record.builds;
      const { findings, counts } = judgePackages(locked, { ...record, builds });
      expect(new Set(findings.map(({ kind }) => kind))).toEqual(new Set(["not-looked-up"]));
      expect(findings.every(({ name }) => name.startsWith(start))).toBe(true);
      expect(counts.builds + findings.length).toBe(judgePackages(locked, record).counts.builds);
    }
    const findings = withoutReasons();
    expect(new Set(findings.map(({ kind }) => kind))).toEqual(new Set(["affected"]));
    expect(findings).toHaveLength(judgePackages(locked, record).counts.excused);
  });

  test("takes for a build only what is of one version with its package, and whose package has an entry", () => {
    const starts = Object.entries(record.builds);
    for (const { name, versions } of locked) {
      const whole = starts.find(([start]) => name.startsWith(start))?.[1];
      if (whole !== undefined) expect([name, versions]).toEqual([name, [versionOf(whole)]]);
    }
    const known = [record.packages, record.development, record.runtimes].flatMap(Object.keys);
    expect(starts.map(([, whole]) => known.includes(whole))).toEqual(starts.map(() => true));
    expect(known.filter((name) => starts.some(([start]) => name.startsWith(start)))).toEqual([]);
  });

  test("is told in docs/security.md where it is about a version in use", async () => {
    const [, section = ""] = (await read("docs/security.md")).split("### What is known of them");
    const rows = section.split("\n").filter((line) => line.startsWith("|"));
    for (const finding of withoutReasons()) {
      if (finding.kind !== "affected") continue;
      const told = [
        finding.name.split(" in ")[0] ?? "",
        ...finding.versions.filter((one) => valid(one) !== null),
      ];
      const row = rows.find((line) => told.every((word) => line.toLowerCase().includes(word)));
      expect([told, row === undefined]).toEqual([told, false]);
    }
  });

  test("is right that nothing loads protobufjs, all of telemetry included", async () => {
    await Promise.all([
      import("@opentelemetry/sdk-node"),
      import("@opentelemetry/exporter-metrics-otlp-http"),
      import("@opentelemetry/exporter-metrics-otlp-proto"),
    ]);
    const loaded = Object.keys(createRequire(import.meta.url).cache).join("\n");
    expect(["@grpc/grpc-js", "protobufjs"].map((name) => loaded.includes(`node_modules/${name}/`))).toEqual([
      true,
      false,
    ]);
  });

  test("is refused with a range that npm does not read, a part without a version, a build of a build, and a field of another name", () => {
    const advisory = { ids: [], range: "before 2", severity: "high", about: "a" };
    const changed = (change: object): string => JSON.stringify({ ...record, ...change });
    expect(() => parseKnownAdvisories(changed({ packages: { a: { advisories: [advisory] } } }))).toThrow(
      "Cannot read .ci/known-advisories.json: packages.a.advisories.0.range: is no range",
    );
    const part = { name: "a", version: "3.x", inside: "b", insideVersion: "1.0.0", advisories: [] };
    expect(() => parseKnownAdvisories(changed({ parts: [part] }))).toThrow("parts.0.version: is no version");
    expect(() => parseKnownAdvisories(changed({ builds: { "a-": "b", b: "c" } }))).toThrow(
      "a build of a build",
    );
    expect(() => parseKnownAdvisories(changed({ builds: { a: "a" } }))).toThrow("a build of a build");
    expect(() => parseKnownAdvisories(changed({ reasons: [] }))).toThrow("reasons");
  });
});

/** What would be found if there were no reasons: one for each advisory about a version in use. */
function withoutReasons(): readonly PackageFinding[] {
  const bare = JSON.parse(text, (key, value) => (key === "reason" ? undefined : value));
  return judgePackages(locked, bare).findings;
}

describe("deploy/container/Dockerfile", () => {
  test("takes a Node of the major that the tests run on, not older, and with every fix that is known", async () => {
    const images = await imagesOf("node");
    expect(new Set(images)).toEqual(new Set(images.slice(0, 1)));
    const [version = ""] = images;
    // The newest release is often an image before it is a package.
    expect([major(version), gte(version, versionOf("node"))]).toEqual([major(versionOf("node")), true]);
    const open = record.runtimes.node?.advisories.filter(({ range }) => satisfies(version, range));
    expect(open).toEqual([]);
  });

  test("takes the Deno that the tests run on, whose parts are known", async () => {
    expect(await imagesOf("denoland/deno")).toEqual([versionOf("deno")]);
  });
});

async function imagesOf(name: string): Promise<readonly string[]> {
  const lines = (await readContainerFile("Dockerfile")).split("\n");
  return lines.flatMap((line) => {
    const [, image = "", version = ""] = /^ARG [A-Z]+_IMAGE=([^:]+):([^-@]+)/.exec(line) ?? [];
    return image === name ? [version] : [];
  });
}
