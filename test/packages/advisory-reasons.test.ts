import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { gte, major, satisfies } from "semver";
import { describe, expect, test } from "vitest";
import { readContainerFile } from "../support/container-files.ts";
import { ADVISORY_REASONS_FILE, outdatedReasons, parseAdvisoryReasons } from "./advisory-reasons.ts";
import { parseLockedPackages } from "./locked-packages.ts";

const read = (path: string): Promise<string> => readFile(new URL(`../../${path}`, import.meta.url), "utf8");
const REASONS = parseAdvisoryReasons(await read(ADVISORY_REASONS_FILE));
const LOCK_FILE = await read("package-lock.json");
const versionOf = (name: string): string =>
  parseLockedPackages(LOCK_FILE).find((item) => item.name === name)?.versions[0] ?? "";

describe(".ci/advisory-reasons.json", () => {
  test("has no reason that is out of date", () => {
    expect(outdatedReasons(REASONS, LOCK_FILE)).toEqual([]);
  });

  test("is told in docs/security.md, with the version in use", async () => {
    const [, section = ""] = (await read("docs/security.md")).split("### What is known of them");
    const rows = section.split("\n").filter((line) => line.startsWith("|"));
    for (const { name, inside } of REASONS) {
      const told = inside?.split(" ") ?? [name, versionOf(name)];
      const isTold = rows.some((line) => told.every((word) => line.toLowerCase().includes(word)));
      expect([told, isTold]).toEqual([told, true]);
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
});

describe("parseAdvisoryReasons()", () => {
  const [reason] = REASONS;

  test.each([
    [{ range: "before 2" }, "0.range: is no range"],
    [{ severity: "grave" }, "0.severity"],
    [{ reason: "" }, "0.reason"],
    [{ confirmed: false }, "0.confirmed"],
  ])("parseAdvisoryReasons() refuses %o and names its place", (change, place) => {
    const json = JSON.stringify([{ ...reason, ...change }]);
    expect(() => parseAdvisoryReasons(json)).toThrow(`Cannot read .ci/advisory-reasons.json: ${place}`);
  });
});

describe("outdatedReasons()", () => {
  const lockFile = JSON.stringify({
    packages: {
      "node_modules/a": { version: "1.0.0-rc.1" },
      "node_modules/b": { version: "1.0.0" },
      "node_modules/c": { version: "1.0.0", dev: true },
    },
  });
  const of = (change: object) => {
    const reason = { name: "a", ids: ["GHSA-1"], range: "<1.0.0", severity: "low", about: "x", reason: "y" };
    return outdatedReasons(parseAdvisoryReasons(JSON.stringify([{ ...reason, ...change }])), lockFile);
  };

  test.each([
    ["a version in the range, a candidate of the fix too", {}],
    ["what is inside of the version in use", { name: "inner", inside: "b 1.0.0" }],
    ["a package of development", { name: "c", range: "<2.0.0", developmentOnly: true }],
  ])("outdatedReasons() has nothing to say of %s", (_, change) => {
    expect(of(change)).toEqual([]);
  });

  test.each([
    ["a version out of the range", { name: "b" }, "b <1.0.0 (GHSA-1)"],
    ["a package that is gone", { name: "d" }, "d <1.0.0 (GHSA-1)"],
    [
      "what is inside of another version",
      { name: "inner", inside: "b 0.9.0", ids: [] },
      "inner in b 0.9.0 (no id)",
    ],
    [
      "one of development that production has now",
      { name: "b", range: "*", developmentOnly: true },
      "b * (GHSA-1)",
    ],
  ])("outdatedReasons() names %s", (_, change, start) => {
    expect(of(change)).toEqual([
      `${start} is not in use as its reason says: look it up again, and change or remove it in .ci/advisory-reasons.json`,
    ]);
  });
});

describe("deploy/container/Dockerfile", () => {
  test("takes a Node of the major that the tests run on, not older, and with every fix that is known", async () => {
    const images = await imagesOf("node");
    expect(new Set(images)).toEqual(new Set(images.slice(0, 1)));
    const [version = ""] = images;
    // The newest release is often an image before it is a package.
    expect([major(version), gte(version, versionOf("node"))]).toEqual([major(versionOf("node")), true]);
    const open = REASONS.filter(({ name, range }) => name === "node" && satisfies(version, range));
    expect(open).toEqual([]);
  });

  test("takes the Deno that the tests run on", async () => {
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
