import { describe, expect, test } from "vitest";
import { createMemorySource } from "../../src/adapters/memory/source.ts";
import { BROKEN_CATALOG_SOURCES } from "../../src/conformance/broken-catalog-sources.ts";
import type { OpenCatalogSource } from "../../src/conformance/catalog-source-case.ts";
import { CATALOG_SOURCE_CASES } from "../../src/conformance/catalog-source-conformance.ts";

/** The cases that a source does not pass. */
async function failedCases(open: OpenCatalogSource): Promise<readonly string[]> {
  const failed: string[] = [];
  for (const { name, run } of CATALOG_SOURCE_CASES) {
    const outcome = await run(open).then(
      () => "passed",
      () => "failed",
    );
    if (outcome === "failed") failed.push(name);
  }
  return failed;
}

describe("CATALOG_SOURCE_CASES", () => {
  const caught = new Set<string>();

  test.each(BROKEN_CATALOG_SOURCES)("CATALOG_SOURCE_CASES catch $fault", async ({ caughtBy, open }) => {
    const failed = await failedCases(open);
    for (const name of failed) caught.add(name);
    expect(failed).toContain(caughtBy);
  });

  test("CATALOG_SOURCE_CASES each catch a fault", () => {
    expect([...caught].sort()).toEqual(CATALOG_SOURCE_CASES.map(({ name }) => name).sort());
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
