import { describe, expect, test } from "vitest";
import { createMemorySource } from "../../../src/adapters/memory/source.ts";
import { describeCatalogSource } from "../../support/describe-conformance.ts";
import { describeSourceSentences } from "../../support/describe-sentences.ts";

describeCatalogSource({
  name: "createMemorySource()",
  open: async (files) => {
    const source = createMemorySource(files);
    return { source, replace: source.replace, close: () => undefined };
  },
});

describeSourceSentences({
  name: "createMemorySource()",
  open: async () => ({ source: createMemorySource({ "a.yaml": "x" }), close: () => undefined }),
});

describe("createMemorySource()", () => {
  test("createMemorySource() names itself as it is told", async () => {
    expect(createMemorySource({}).name).toBe("memory");
    const source = createMemorySource({ "a.yaml": "x" }, "elsewhere");
    expect(source.name).toBe("elsewhere");
    expect(await source.load()).toMatchObject({
      kind: "invalid",
      diagnostics: [{ file: "elsewhere/a.yaml" }],
    });
  });

  test("createMemorySource() stops for a caller that gives up while the last view is read, and keeps what it knows", async () => {
    const source = createMemorySource({ "a.yaml": "columns: [x]\nidentifiers: [x]\n" });
    const controller = new AbortController();
    const load = source.load({ signal: controller.signal });
    controller.abort(new Error("gave up"));
    await expect(load).rejects.toMatchObject({ code: "aborted", cause: controller.signal.reason });
    expect(await source.load()).toMatchObject({ kind: "loaded" });
  });

  test("createMemorySource() refuses more files than a catalog may hold", async () => {
    const files = Object.fromEntries(Array.from({ length: 50_001 }, (_, index) => [`v${index}.yaml`, ""]));
    const load = createMemorySource(files).load();
    await expect(load).rejects.toMatchObject({
      name: "CatalogSourceError",
      code: "unreadable",
      message: 'Cannot load catalog "memory": too many files: 50001, the limit is 50000',
    });
  });
});
