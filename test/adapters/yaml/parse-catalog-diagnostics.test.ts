import { describe, expect, test } from "vitest";
import { createCatalogParser } from "../../../src/adapters/yaml/parse-catalog.ts";
import { type DiagnosticCode, formatDiagnostic } from "../../../src/domain/view/diagnostic.ts";
import { ROWS } from "./diagnostic-rows/diagnostic-files.ts";
import { FILE_ROWS, type FileRow } from "./diagnostic-rows/file-rows.ts";

/** Every code there is, and whether a table of this folder, a test of the folder's own files or one of readers shows it. */
const SHOWN_BY: Readonly<Record<DiagnosticCode, "files" | "readers" | "tables">> = {
  "alias-excess": "tables",
  "catalog-size": "files",
  "column-repeated": "tables",
  "column-unknown": "tables",
  "duplicate-entity": "tables",
  "duplicate-key": "tables",
  "entity-malformed": "tables",
  "entity-reserved": "tables",
  "entity-too-long": "tables",
  "field-empty": "tables",
  "field-form": "tables",
  "field-invalid": "tables",
  "field-misplaced": "tables",
  "field-missing": "tables",
  "field-misspelt": "tables",
  "file-encoding": "tables",
  "file-name": "files",
  "file-size": "tables",
  "file-type": "files",
  "findings-excess": "tables",
  "identifiers-empty": "tables",
  "item-repeated": "tables",
  "key-type": "tables",
  "line-joined": "tables",
  "link-outside": "files",
  "nesting-depth": "tables",
  "no-views": "tables",
  "number-range": "tables",
  "tag-unknown": "tables",
  "text-cut": "tables",
  "text-encoding": "tables",
  "token-excess": "tables",
  "view-nested": "tables",
  "view-size": "tables",
  "view-type": "tables",
  "weight-unknown": "tables",
  "yaml-ambiguous": "tables",
  "yaml-readers-differ": "readers",
  "yaml-refused-elsewhere": "tables",
  "yaml-syntax": "tables",
  "yaml-version": "tables",
};

interface Parsed {
  readonly diagnostics: readonly string[];
  readonly json: readonly string[] | undefined;
}

async function parse(files: FileRow["files"]): Promise<Parsed> {
  const encoder = new TextEncoder();
  const load = await createCatalogParser("views")(
    Object.entries(files).map(([path, content]) => ({
      path,
      bytes: typeof content === "string" ? encoder.encode(content) : content,
    })),
  );
  if (load.kind === "invalid")
    return { diagnostics: load.diagnostics.map(formatDiagnostic), json: undefined };
  const json = [...load.catalog.views.values()].map((bytes) => new TextDecoder().decode(bytes));
  return { diagnostics: load.warnings.map(formatDiagnostic), json };
}

describe("createCatalogParser()", () => {
  test.each(ROWS)("createCatalogParser() judges $name", async ({ yaml, diagnostics = [], json }) => {
    expect(await parse({ "view_a.yaml": yaml })).toEqual({
      diagnostics: diagnostics.map((diagnostic) => `views/view_a.yaml:${diagnostic}`),
      json: json === undefined ? undefined : [json],
    });
  });

  test.each(FILE_ROWS)("createCatalogParser() judges $name", async ({ files, diagnostics = [], json }) => {
    expect(await parse(files)).toEqual({ diagnostics, json });
  });

  test("createCatalogParser() is shown with every code", () => {
    const diagnostics = [...ROWS, ...FILE_ROWS].flatMap((row) => row.diagnostics ?? []);
    const codes = new Set(
      diagnostics.map((diagnostic) => / \[([a-z0-9-]+)(?: at [^[]*)?\]$/.exec(diagnostic)?.[1]),
    );
    const expected = Object.entries(SHOWN_BY).filter(([, shownBy]) => shownBy === "tables");
    expect([...codes].sort()).toEqual(expected.map(([code]) => code));
  });
});
