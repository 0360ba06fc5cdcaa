import { appendFileSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createFilesystemSource } from "../../../src/adapters/filesystem/source.ts";
import { createCatalogParser } from "../../../src/adapters/yaml/parse-catalog.ts";
import { formatDiagnostic } from "../../../src/domain/view/diagnostic.ts";
import type { CatalogLoad } from "../../../src/ports/catalog-source-port.ts";
import { createViewsDirectory, viewYaml } from "../../support/views-directory.ts";

const MEBIBYTE = 1024 * 1024;
/** The signal is looked at once, for each of 40 files, and for each of two batches: before the second one is read. */
const GROWS_AT = 43;

function diagnosticsOf(load: CatalogLoad): readonly string[] {
  return load.kind === "invalid" ? load.diagnostics.map(formatDiagnostic) : [];
}

describe("a catalog that is too large as a whole", () => {
  test("A18: is refused by the sizes of its files, before any is read", async () => {
    const files = Array.from({ length: 200 }, (_, index) => [`v${index}.yaml`, ""]);
    await using views = await createViewsDirectory(Object.fromEntries(files));
    for (const [index, [name = ""]] of files.entries()) {
      truncateSync(join(views.path, name), index === 7 ? MEBIBYTE : MEBIBYTE - 4096);
    }
    expect(diagnosticsOf(await createFilesystemSource(views.path).load())).toEqual([
      `${views.path}:1:1: error: the catalog is too large: its 200 files have 199.2 MiB in total, and at most 192.0 MiB are ` +
        "allowed; shorten the largest files, or move views to another service; the largest files are " +
        "v7.yaml (1.0 MiB), v0.yaml (1.0 MiB), v1.yaml (1.0 MiB) [catalog-size]",
    ]);
  });

  test("A18: counts of a file that is too large by itself what is read of it, and names that file", async () => {
    await using views = await createViewsDirectory({ "a.yaml": viewYaml("x"), "huge.yaml": "" });
    truncateSync(join(views.path, "huge.yaml"), 300 * MEBIBYTE);
    expect(diagnosticsOf(await createFilesystemSource(views.path).load())).toEqual([
      `${views.path}/huge.yaml:1:1: error: the file is larger than 1048576 bytes; split it into several views [file-size]`,
    ]);
  });

  test("A18: keeps the other diagnostics of the folder", async () => {
    await using views = await createViewsDirectory({ "a.yaml": viewYaml("x"), "b.yaml.txt": "" });
    const load = await createFilesystemSource(views.path, { bytesMax: 10 }).load();
    expect(load).toMatchObject({ diagnostics: [{ code: "file-name" }, { code: "catalog-size" }] });
  });

  test("A18: is refused when its files grow while they are read", async () => {
    // Longer than its JSON, whose size is counted too.
    const yaml = `${viewYaml("x")}# a comment\n`;
    const files = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`v${index}.yaml`, yaml]));
    await using views = await createViewsDirectory(files);
    const bytesMax = 40 * yaml.length;
    expect(await createFilesystemSource(views.path, { bytesMax }).load()).toMatchObject({ kind: "loaded" });
    const { signal } = new AbortController();
    let count = 0;
    Object.defineProperty(signal, "aborted", {
      get: () => {
        if (++count === GROWS_AT) appendFileSync(join(views.path, "v9.yaml"), "# more\n");
        return false;
      },
    });
    const load = await createFilesystemSource(views.path, { bytesMax }).load({ signal });
    expect(load).toMatchObject({ diagnostics: [{ code: "catalog-size" }] });
  });

  test("A18: is refused by a source in memory too", async () => {
    const bytes = new Uint8Array(MEBIBYTE);
    const files = Array.from({ length: 193 }, (_, index) => ({ path: `v${index}.yaml`, bytes }));
    const load = await createCatalogParser("views")(files);
    expect(load).toMatchObject({ diagnostics: [{ code: "catalog-size", file: "views" }] });
  });

  test("A18: is refused when aliases make its views too large, though its files are not", async () => {
    const yaml = `x: [&text ${"lorem ".repeat(50).trim()}, *text, *text, *text]\n${viewYaml("a")}`;
    const files = ["a", "b", "c"].map((stem) => ({
      path: `${stem}.yaml`,
      bytes: new TextEncoder().encode(yaml),
    }));
    const parse = createCatalogParser("views", [], 3000);
    expect(await parse(files.slice(0, 2))).toMatchObject({ kind: "loaded" });
    for (const _again of [1, 2]) {
      expect(diagnosticsOf(await parse(files))).toEqual([
        "views:1:1: error: the catalog is too large: its views have more than 0.0 MiB of JSON in total, and at most 0.0 MiB are " +
          "allowed; shorten the largest files, or move views to another service; the largest files are " +
          "a.yaml (0.0 MiB), b.yaml (0.0 MiB), c.yaml (0.0 MiB) [catalog-size]",
      ]);
    }
  });
});
