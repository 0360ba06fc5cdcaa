import * as childProcess from "node:child_process";
import { access, readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { fastTests, SLOW_FILES, withoutPrograms } from "./fast-tests.ts";
import { refusePrograms, STARTERS } from "./refuse-programs.ts";
import config from "./vitest.config.ts";

/** Lays out files by their paths, each with the modules that it imports. */
function files(imports: Readonly<Record<string, readonly string[]>>) {
  const texts = new Map(
    Object.entries(imports).map(([path, names]) => [
      path,
      names.map((name) => `import { x } from "${name}";\n`).join(""),
    ]),
  );
  return { paths: [...texts.keys()], read: async (path: string) => texts.get(path) };
}

describe("withoutPrograms()", () => {
  test.each(["node:child_process", "node:cluster", "playwright-core", "bun"])(
    "leaves out a file that imports %s",
    async (name) => {
      const { read } = files({ "test/a.test.ts": [name], "test/b.test.ts": ["node:path"] });
      expect(await withoutPrograms(["test/a.test.ts", "test/b.test.ts"], read)).toEqual(["test/b.test.ts"]);
    },
  );

  test("leaves out a file that imports one by way of others, in a circle too", async () => {
    const { paths, read } = files({
      "test/a.test.ts": ["./support/one.ts"],
      "test/support/one.ts": ["./two.ts"],
      "test/support/two.ts": ["./one.ts", "../../src/run.ts"],
      "src/run.ts": ["node:child_process"],
      "test/b.test.ts": ["../src/plain.ts"],
      "src/plain.ts": [],
    });
    const tests = paths.filter((path) => path.endsWith(".test.ts"));
    expect(await withoutPrograms(tests, read)).toEqual(["test/b.test.ts"]);
  });

  test("sees imports that are made later, and those without a name", async () => {
    const texts: Readonly<Record<string, string>> = {
      "test/a.test.ts": 'const run = () => import("./support/run.ts");',
      "test/b.test.ts": 'import "./support/run.ts";',
      "test/support/run.ts": 'import { spawn } from "node:child_process";',
    };
    expect(await withoutPrograms(["test/a.test.ts", "test/b.test.ts"], async (path) => texts[path])).toEqual(
      [],
    );
  });
});

describe("fastTests()", () => {
  test("has the tests of the domain, and none that starts a server, a browser or the service", async () => {
    const fast = await fastTests();
    expect(fast.length).toBeGreaterThan(100);
    expect(fast).toEqual(expect.arrayContaining(["test/domain/json/canonical-json.test.ts"]));
    expect(
      fast.filter((path) => /^test\/(?:service|chaos\/short|support-tests\/browser)/.test(path)),
    ).toEqual([]);
    expect(
      fast.filter((path) => /^test\/adapters\/(?:redis|postgres)\/(?:cache|database)\.test/.test(path)),
    ).toEqual([]);
  });

  test("passes over slow files, which all are there", async () => {
    for (const path of SLOW_FILES) await access(new URL(`../../${path}`, import.meta.url));
    expect((await fastTests()).filter((path) => SLOW_FILES.has(path))).toEqual([]);
  });
});

describe("refusePrograms()", () => {
  test("replaces every function of node:child_process that starts a program", () => {
    const named = Object.entries(childProcess).filter(([, value]) => typeof value === "function");
    const starters = named.map(([name]) => name).filter((name) => /^(?:exec|fork|spawn)/.test(name));
    expect(starters.sort()).toEqual([...STARTERS]);
    const started = (command: string): string => command;
    const programs = {
      exec: started,
      execFile: started,
      execFileSync: started,
      execSync: started,
      fork: started,
      spawn: started,
      spawnSync: started,
    };
    refusePrograms(programs);
    for (const name of STARTERS) {
      expect(() => programs[name]("redis-server")).toThrow(
        "A fast test starts no program, and this one starts redis-server",
      );
    }
  });

  test("is what npm run test:fast begins each file with", async () => {
    expect(config.test?.setupFiles).toEqual(["test/fast/setup.ts"]);
    const setup = await readFile(new URL("setup.ts", import.meta.url), "utf8");
    expect(setup).toContain("\nrefusePrograms(programs);\n");
    const { scripts } = JSON.parse(await readFile(new URL("../../package.json", import.meta.url), "utf8"));
    expect(scripts["test:fast"]).toBe("vitest run --config test/fast/vitest.config.ts");
  });
});
