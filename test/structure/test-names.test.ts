import { readdir } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { describe, expect, test } from "vitest";

const ROOT = resolve(import.meta.dirname, "../..");

/** Tests of what the files of a room do together, of all its texts, or of the views that come with the service. */
const ABOUT_MORE = [
  "test/app/catalog/interleavings.test.ts",
  "test/app/cli/commands/portuguese-texts.test.ts",
  "test/app/sample-catalog.test.ts",
  "test/app/signing/signature-matrix.test.ts",
  "test/app/signing/signed-fleet-model.test.ts",
  "test/app/signing/signed-fleet.test.ts",
  "test/app/signing/signed-start.test.ts",
];

/** The tests that lie beside no source whose name they have, alone or with an addition: `cache.test.ts`, `cache-faults.test.ts`. */
function misplacedTests(tests: readonly string[], sources: readonly string[]): readonly string[] {
  const stems = sources.map((path) => path.replace(/^src/, "test").replace(/\.[jt]s$/, ""));
  return tests.filter((path) => {
    const name = basename(path, ".test.ts");
    return !stems.some(
      (stem) => dirname(stem) === dirname(path) && `${name}-`.startsWith(`${basename(stem)}-`),
    );
  });
}

async function listFiles(folder: string, ending: RegExp): Promise<readonly string[]> {
  const names = await readdir(resolve(ROOT, folder), { recursive: true });
  return names.filter((name) => ending.test(name)).map((name) => `${folder}/${name.replaceAll("\\", "/")}`);
}

test("tests of one source lie where it lies, and have its name", async () => {
  const all = await listFiles("test", /\.test\.ts$/);
  const tests = all.filter((path) => /^test\/(?:(?:domain|adapters|app|lib)\/|[^/]+$)/.test(path));
  expect(tests.length).toBeGreaterThan(150);
  const sources = await listFiles("src", /\.[jt]s$/);
  expect([...misplacedTests(tests, sources)].sort()).toEqual(ABOUT_MORE);
});

describe("misplacedTests()", () => {
  const sources = ["src/domain/view/entity.ts", "src/app/console/yaml-text.js"];

  test.each(["domain/view/entity", "domain/view/entity-names", "app/console/yaml-text"])(
    "accepts %s.test.ts",
    (path) => {
      expect(misplacedTests([`test/${path}.test.ts`], sources)).toEqual([]);
    },
  );

  test.each(["domain/entity", "domain/view/entities", "domain/view/names", "app/console/yaml"])(
    "finds %s.test.ts",
    (path) => {
      expect(misplacedTests([`test/${path}.test.ts`], sources)).toEqual([`test/${path}.test.ts`]);
    },
  );
});
