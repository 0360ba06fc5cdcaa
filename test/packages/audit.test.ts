import { mkdir, writeFile } from "node:fs/promises";
import { createServer, type ServerResponse } from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createGuardedDirectory, type GuardedDirectory } from "../support/guarded-directory.ts";
import { listenLoopback } from "../support/listen-loopback.ts";
import { type ProgramRun, runProgram } from "../support/run-program.ts";
import { RUNTIMES } from "../support/runtimes.ts";

const AUDIT = fileURLToPath(new URL("audit.ts", import.meta.url));
const NODE = RUNTIMES.find(({ name }) => name === "node")?.command ?? "";
const HELD =
  "audit: the registry does not say what is known of these packages: they are held against .ci/known-advisories.json\n";
const ADVISORY = { ids: ["GHSA-1"], range: "<2.0.0", severity: "low", about: "a" };

/** What npm asks a registry: first for advisories, then for the versions of what has some. */
let answer: { readonly status: number; readonly advisories: object };
let asked = 0;
const registry = createServer((request, response) => {
  request.resume();
  if (request.method !== "POST") return send(response, 200, packument(request.url?.slice(1) ?? ""));
  asked += 1;
  send(response, answer.status, answer.advisories);
});

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

function packument(name: string): object {
  return { name, "dist-tags": { latest: "1.0.0" }, versions: { "1.0.0": { name, version: "1.0.0" } } };
}

describe("npm run audit", () => {
  let project: GuardedDirectory;
  let env: Readonly<Record<string, string>>;

  beforeAll(async () => {
    project = await createGuardedDirectory("mosaic-audit-");
    const cache = join(project.path, "cache");
    const url = `http://127.0.0.1:${await listenLoopback(registry)}`;
    env = { npm_config_registry: url, npm_config_cache: cache, npm_config_update_notifier: "false" };
    await mkdir(join(project.path, ".ci"));
    const needs = { dependencies: { a: "1.0.0" }, devDependencies: { d: "1.0.0" } };
    const root = { name: "b", version: "1.0.0", ...needs };
    await writeFile(join(project.path, "package.json"), JSON.stringify(root));
    const version = "1.0.0";
    const packages = { "": root, "node_modules/a": { version }, "node_modules/d": { version, dev: true } };
    const lock = { name: "b", version: "1.0.0", lockfileVersion: 3, requires: true, packages };
    await writeFile(join(project.path, "package-lock.json"), JSON.stringify(lock));
  });
  beforeEach(() => {
    asked = 0;
  });
  afterAll(async () => {
    await new Promise((resolve) => registry.close(resolve));
    await project?.remove();
  });

  const know = (packages: object, development: object = { d: { advisories: [] } }): Promise<void> => {
    const until = { lookedUp: "2026-01-03", completeUntil: "2026-01-01", searchedUntil: "2026-01-02" };
    const sections = { packages, development, builds: {}, runtimes: {} };
    const record = { ...until, ...sections, parts: [], notLookedUp: ["c"] };
    return writeFile(join(project.path, ".ci/known-advisories.json"), JSON.stringify(record));
  };
  const audit = (): Promise<ProgramRun> => runProgram(NODE, [AUDIT], { directory: project.path, env });

  test("takes the record where the registry does not answer, and says until when that is complete", async () => {
    answer = { status: 405, advisories: {} };
    await know({ a: { advisories: [{ ...ADVISORY, reason: "b" }] } });
    const summary =
      "audit: 1 packages of production, 1 of development and 0 builds, 0 runtimes and 0 parts of them: 1 advisories, 1 of a version in use and each with a reason (complete until 2026-01-01, searched until 2026-01-02, 1 not looked up)\n";
    expect(await audit()).toEqual({ code: 0, stdout: `${HELD}${summary}`, stderr: "" });
    expect(asked).toBeGreaterThan(0);
  });

  test.each([
    [
      "an advisory without a reason",
      { a: { advisories: [ADVISORY] } },
      ["a 1.0.0 is in the range <2.0.0 of GHSA-1"],
    ],
    [
      "no entry, and one too many",
      { c: { advisories: [] } },
      ["a 1.0.0 has no entry: look it up", 'c has no place in "packages"'],
    ],
    [
      "a reason that is not needed",
      { a: { advisories: [{ ...ADVISORY, range: "<1.0.0", reason: "b" }] } },
      ["a 1.0.0 is not in the range <1.0.0 of GHSA-1 any more: remove its reason"],
    ],
  ])("fails where the registry does not answer and the record has %s", async (_, packages, starts) => {
    answer = { status: 405, advisories: {} };
    await know(packages);
    const { code, stdout } = await audit();
    const lines = stdout.slice(HELD.length).trimEnd().split("\n");
    expect([code, lines.length]).toEqual([1, starts.length]);
    for (const [index, start] of starts.entries()) expect(lines[index]).toContain(`audit: ${start}`);
  });

  test("believes a registry that answers, and lets pass what has a reason in the record", async () => {
    await writeFile(join(project.path, ".ci/known-advisories.json"), "not JSON");
    answer = { status: 200, advisories: {} };
    const clean = { code: 0, stdout: "audit: the registry knows of nothing from high on\n", stderr: "" };
    expect(await audit()).toEqual(clean);
    // npm keeps what it has worked out for an advisory of the same id.
    const found = (id: number, severity: string, name = "a"): object => ({
      [name]: [
        {
          ...{ id, severity, title: "a weakness", url: `https://advisory.example/${id}` },
          ...{ vulnerable_versions: "<2.0.0", cwe: [], cvss: { score: 0, vectorString: null } },
        },
      ],
    });
    answer = { status: 200, advisories: found(1, "moderate") };
    expect(await audit()).toEqual(clean);
    await know({ a: { advisories: [{ ...ADVISORY, ids: ["GHSA-1", "4"], reason: "b" }] } });
    answer = { status: 200, advisories: found(2, "high") };
    const stdout = "audit: a: high: a weakness, <2.0.0, https://advisory.example/2\n";
    expect(await audit()).toEqual({ code: 1, stdout, stderr: "" });
    answer = { status: 200, advisories: found(3, "high", "d") };
    const ofDevelopment = "audit: d: high: a weakness, <2.0.0, https://advisory.example/3\n";
    expect(await audit()).toEqual({ code: 1, stdout: ofDevelopment, stderr: "" });
    answer = { status: 200, advisories: found(4, "critical") };
    const excused = "audit: each of 1 that the registry knows from high on has a reason\n";
    expect(await audit()).toEqual({ code: 0, stdout: excused, stderr: "" });
    answer = { status: 200, advisories: { ...found(4, "high"), ...found(5, "high", "d") } };
    expect((await audit()).stdout).toBe("audit: d: high: a weakness, <2.0.0, https://advisory.example/5\n");
  });
});
