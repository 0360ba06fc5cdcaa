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
const NOT_CHECKED =
  "audit: NOT CHECKED: this registry does not answer what is known of packages; ask another one with npm_config_registry\n";
const REASON = { name: "a", ids: ["GHSA-1"], range: "<2.0.0", severity: "low", about: "b", reason: "c" };

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

  const know = (reasons: readonly object[]): Promise<void> =>
    writeFile(join(project.path, ".ci/advisory-reasons.json"), JSON.stringify(reasons));
  const audit = (): Promise<ProgramRun> => runProgram(NODE, [AUDIT], { directory: project.path, env });

  test("warns where the registry does not answer, and still fails for a reason that is out of date", async () => {
    answer = { status: 405, advisories: {} };
    await know([REASON]);
    expect(await audit()).toEqual({ code: 0, stdout: NOT_CHECKED, stderr: "" });
    expect(asked).toBeGreaterThan(0);
    await know([{ ...REASON, range: "<1.0.0" }]);
    const { code, stdout } = await audit();
    expect([code, stdout]).toEqual([1, expect.stringContaining("a <1.0.0 (GHSA-1) is not in use")]);
  });

  test("believes a registry that answers, and lets pass what has a reason", async () => {
    await know([]);
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
    await know([{ ...REASON, ids: ["GHSA-1", "4"] }]);
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
