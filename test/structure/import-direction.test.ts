import { readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { importViolations, packagesLoadedWith, type SourceFile, unlistedFolders } from "./import-rules.ts";

const ROOT = resolve(import.meta.dirname, "../..");

async function sourceFiles(): Promise<readonly SourceFile[]> {
  const names = await readdir(join(ROOT, "src"), { recursive: true });
  const paths = names
    .filter((name) => /\.[jt]s$/.test(name))
    .map((name) => `src/${name.replaceAll("\\", "/")}`);
  return Promise.all(paths.map(async (path) => ({ path, text: await readFile(join(ROOT, path), "utf8") })));
}

describe("importViolations()", () => {
  test("finds none in src", async () => {
    const files = await sourceFiles();
    expect(files.length).toBeGreaterThan(40);
    expect(importViolations(files)).toEqual([]);
    expect(unlistedFolders(files)).toEqual([]);
  });

  test("a folder that is not in the list is reported", () => {
    const files = ["src/app/attic/a.ts", "src/domain/view/a.ts", "src/app/console/a.d.ts"];
    expect(unlistedFolders(files.map((path) => ({ path, text: "" })))).toEqual(["src/app/attic"]);
  });

  test.each([
    [
      "src/domain/a.ts",
      'import { x } from "../ports/cache-port.ts";',
      "src/domain/a.ts imports src/ports/cache-port.ts",
    ],
    ["src/domain/a.ts", 'import { Redis } from "ioredis";', "src/domain/a.ts imports the package ioredis"],
    [
      "src/domain/a.ts",
      'import process from "node:process";',
      "src/domain/a.ts imports the package node:process",
    ],
    ["src/ports/a.ts", 'import type { X } from "../app/x.ts";', "src/ports/a.ts imports src/app/x.ts"],
    [
      "src/adapters/redis/a.ts",
      'export { x } from "../../app/x.ts";',
      "src/adapters/redis/a.ts imports src/app/x.ts",
    ],
    ["src/app/a.ts", 'import { x } from "../adapters/x.ts";', "src/app/a.ts imports src/adapters/x.ts"],
    ["src/app/main.ts", 'import { x } from "../adapters/x.ts";', "src/app/main.ts imports src/adapters/x.ts"],
    ["src/app/cli/a.ts", 'import { x } from "../compose.ts";', "src/app/cli/a.ts imports src/app/compose.ts"],
    ["src/app/a.ts", 'const x = await import("../adapters/x.ts");', "src/app/a.ts imports src/adapters/x.ts"],
    [
      "src/app/console/a.js",
      'import { x } from "../service.ts";',
      "src/app/console/a.js imports ../service.ts without its ending",
    ],
    ["src/app/console/a.js", 'import { x } from "../x.js";', "src/app/console/a.js imports src/app/x.js"],
    ["src/app/console/a.js", 'import { x } from "yaml";', "src/app/console/a.js imports the package yaml"],
    [
      "src/app/a.ts",
      'import { x } from "./console/x.js";',
      "src/app/a.ts imports ./console/x.js without its ending",
    ],
    ["src/app/a.ts", 'import "./x";', "src/app/a.ts imports ./x without its ending"],
    ["src/lib/a.ts", 'import { x } from "../domain/view/x.ts";', "src/lib/a.ts imports src/domain/view/x.ts"],
    [
      "src/domain/json/a.ts",
      'import { x } from "../view/x.ts";',
      "src/domain/json/a.ts imports upwards from src/domain/view",
    ],
    [
      "src/app/catalog/a.ts",
      'import type { X } from "../http/routes/x.ts";',
      "src/app/catalog/a.ts imports upwards from src/app/http/routes",
    ],
    [
      "src/adapters/yaml/syntax/a.ts",
      'const x = await import("../parse-catalog.ts");',
      "src/adapters/yaml/syntax/a.ts imports upwards from src/adapters/yaml",
    ],
  ])("finds the wrong import of %s: %s", (path, text, expected) => {
    expect(importViolations([{ path, text }])).toEqual([expected]);
  });

  test.each(["src/app/command-adapters.ts", "src/app/compose.ts"])("lets %s name adapters", (path) => {
    const text = 'import { x } from "../adapters/memory/cache.ts";';
    expect(importViolations([{ path, text }])).toEqual([]);
  });
});

describe("packagesLoadedWith()", () => {
  test("a start loads no client, SDK or parser that its settings and views do not need", async () => {
    const files = await sourceFiles();
    const entries = ["main.ts", "command-adapters.ts", "cli/run-cli.ts", "cli/serve/serve.ts", "compose.ts"];
    const packages = entries.flatMap((entry) => packagesLoadedWith(`src/app/${entry}`, files));
    expect([...new Set(packages)].sort()).toEqual([
      "hono",
      "js-yaml",
      "leven",
      "lru-cache",
      "pino",
      "valibot",
    ]);
  });

  test("follows imports of values, and neither types nor imports on demand", () => {
    const files = [
      {
        path: "src/a.ts",
        text: 'import type { T } from "types";\nimport { b } from "./b.ts";\nimport "side";',
      },
      { path: "src/b.ts", text: 'export { c } from "values";\nconst d = await import("demand");' },
    ];
    expect(packagesLoadedWith("src/a.ts", files)).toEqual(["side", "values"]);
  });
});
