import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import semver from "semver";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";

const ROOT = join(import.meta.dirname, "../..");
const WORKFLOWS = join(ROOT, ".github/workflows");

interface Step {
  readonly uses?: string;
  readonly run?: string;
}

interface Job {
  readonly container?: string;
  readonly steps: readonly Step[];
}

interface Workflow {
  readonly permissions?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

const readYaml = async (path: string): Promise<unknown> => parse(await readFile(path, "utf8"));
const readWorkflow = async (name: string) => (await readYaml(join(WORKFLOWS, name))) as Workflow;

/** An action at a commit, or at a full version. */
const PINNED = /^[\w.-]+\/[\w./-]+@(?:[0-9a-f]{40}|v\d+\.\d+\.\d+)$/;

function unpinned({ jobs }: Workflow): readonly string[] {
  const used = Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ uses }) => uses ?? []));
  return used.filter((uses) => !uses.startsWith("./") && !PINNED.test(uses));
}

describe(".github/workflows", () => {
  test("ci.yml runs .ci/run and nothing else, on a Node version that the package takes", async () => {
    const { jobs, permissions } = await readWorkflow("ci.yml");
    const [job] = Object.values(jobs);
    expect(job?.steps.flatMap(({ run }) => run ?? [])).toEqual([".ci/run"]);
    expect((await stat(join(ROOT, ".ci/run"))).mode & 0o111).not.toBe(0);
    const version = semver.coerce(/^node:([\d.]+)/.exec(job?.container ?? "")?.[1]);
    const { engines } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
    expect(semver.satisfies(version?.version ?? "", engines.node)).toBe(true);
    expect(permissions).toEqual({ contents: "read" });
  });

  test("pin every action", async () => {
    for (const name of await readdir(WORKFLOWS)) {
      const workflow = await readWorkflow(name);
      expect([name, unpinned(workflow)]).toEqual([name, []]);
    }
  });

  test.each(["actions/checkout", "actions/checkout@main", "actions/checkout@v7", "actions/checkout@3d3c42e"])(
    "would be found wrong with %s",
    (uses) => {
      expect(unpinned({ jobs: { run: { steps: [{ uses }, { uses: "./.github/own" }] } } })).toEqual([uses]);
    },
  );
});

describe(".github/ISSUE_TEMPLATE", () => {
  test.each(["bug.yml", "idea.yml"])(
    "%s is a form with fields that have labels of their own",
    async (name) => {
      const form = (await readYaml(join(ROOT, ".github/ISSUE_TEMPLATE", name))) as {
        readonly name: string;
        readonly description: string;
        readonly body: readonly { readonly type: string; readonly id?: string }[];
      };
      expect([typeof form.name, typeof form.description]).toEqual(["string", "string"]);
      const ids = form.body.flatMap(({ type, id }) => (type === "markdown" ? [] : [id]));
      expect(ids.length).toBeGreaterThan(1);
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids).not.toContain(undefined);
    },
  );
});
