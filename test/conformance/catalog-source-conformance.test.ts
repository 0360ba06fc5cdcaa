import { describe, expect, test } from "vitest";
import { createMemorySource } from "../../src/adapters/memory/source.ts";
import { BROKEN_CATALOG_SOURCES } from "../../src/conformance/broken-catalog-sources.ts";
import type { OpenCatalogSource } from "../../src/conformance/catalog-source-case.ts";
import { CATALOG_SOURCE_CASES } from "../../src/conformance/catalog-source-conformance.ts";

const NAMES: readonly string[] = CATALOG_SOURCE_CASES.map(({ name }) => name);

/** Those of the named cases that a source does not pass. */
async function failedCases(open: OpenCatalogSource, names = NAMES): Promise<readonly string[]> {
  const failed: string[] = [];
  for (const { name, run } of CATALOG_SOURCE_CASES) {
    if (!names.includes(name)) continue;
    const outcome = await run(open).then(
      () => "passed",
      () => "failed",
    );
    if (outcome === "failed") failed.push(name);
  }
  return failed;
}

describe("CATALOG_SOURCE_CASES", () => {
  test.each(BROKEN_CATALOG_SOURCES)("CATALOG_SOURCE_CASES catch $fault", async ({ caughtBy, open }) => {
    expect(await failedCases(open, [caughtBy])).toEqual([caughtBy]);
  });

  test("CATALOG_SOURCE_CASES each catch a fault", () => {
    const caught = new Set(BROKEN_CATALOG_SOURCES.map(({ caughtBy }) => caughtBy));
    expect([...caught].sort()).toEqual([...NAMES].sort());
  });

  test("CATALOG_SOURCE_CASES let a right source pass", async () => {
    const open: OpenCatalogSource = async (files) => {
      const source = createMemorySource(files);
      return { source, replace: source.replace, close: () => undefined };
    };
    expect(await failedCases(open)).toEqual([]);
  });

  test("CATALOG_SOURCE_CASES close what they open, even when they fail", async () => {
    const opened: string[] = [];
    const closed: string[] = [];
    await failedCases(async (files) => {
      const id = Object.keys(files).join();
      opened.push(id);
      const broken = () => Promise.reject(new Error("broken"));
      const source = { name: "broken", load: broken, readManifest: broken };
      return { source, replace: () => undefined, close: () => void closed.push(id) };
    });
    expect(opened).toHaveLength(CATALOG_SOURCE_CASES.length);
    expect(closed).toEqual(opened);
  });
});
