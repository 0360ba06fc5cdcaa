import { describe, expect, test } from "vitest";
import { createCatalogParser } from "../../../src/adapters/yaml/parse-catalog.ts";
import { DIAGNOSTIC_RULES } from "../../../src/app/cli/commands/diagnostic-rules.ts";
import {
  type Diagnostic,
  formatDiagnosticIn,
  translateDiagnostic,
} from "../../../src/domain/view/diagnostic.ts";
import { READER_LANGUAGES } from "../../../src/domain/view/reader-languages.ts";
import { readTable } from "../../readers/readers-table.ts";
import { BROKEN_VIEW_FIELDS } from "../../support/broken-view-fields.ts";
import { BROKEN_VIEW_YAML } from "../../support/broken-view-yaml.ts";
import { DOUBTFUL_VIEWS } from "../../support/doubtful-views.ts";
import { englishAmong } from "../../support/english-among.ts";
import { DIAGNOSTIC_FILES } from "./diagnostic-rows/diagnostic-files.ts";

async function check(files: (typeof DIAGNOSTIC_FILES)[number]["files"]): Promise<readonly Diagnostic[]> {
  const parse = createCatalogParser("views", READER_LANGUAGES);
  const load = await parse(
    Object.entries(files).map(([path, content]) => ({
      path,
      bytes: typeof content === "string" ? new TextEncoder().encode(content) : content,
    })),
  );
  return load.kind === "invalid" ? load.diagnostics : load.warnings;
}

const BROKEN = [...BROKEN_VIEW_FIELDS, ...BROKEN_VIEW_YAML, ...DOUBTFUL_VIEWS].map(({ kind, yaml }) => ({
  name: kind,
  files: { "view_a.yaml": yaml },
}));
/** Longer files show limits, take seconds, and have messages that shorter ones show too. */
const SHORT_MAX = 100_000;
const SHORT_FILES = DIAGNOSTIC_FILES.filter(({ files }) =>
  Object.values(files).every(({ length }) => length < SHORT_MAX),
);
const READERS = readTable().rows.map(({ name, document }) => ({ name, files: { "view_a.yaml": document } }));

describe("Diagnostics in Portuguese", () => {
  test.each([
    ["of the tables of this folder", SHORT_FILES],
    ["of broken and doubtful views", BROKEN],
    ["of views that readers of other languages read otherwise", READERS],
  ])("createCatalogParser() has Portuguese messages %s", async (_title, rows) => {
    expect(rows.length).toBeGreaterThan(20);
    const messages: string[] = [];
    for (const { name, files } of rows) {
      for (const diagnostic of await check(files)) {
        const { message, hint } = translateDiagnostic("pt", diagnostic);
        expect(message, name).not.toBe(diagnostic.message);
        messages.push(message, hint);
      }
    }
    expect(englishAmong([...new Set(messages)])).toEqual([]);
  });

  test.each(Object.entries(DIAGNOSTIC_RULES))("DIAGNOSTIC_RULES explains %s in Portuguese", (_code, rule) => {
    expect(englishAmong([rule.rule.pt, rule.help.pt])).toEqual([]);
  });

  test("formatDiagnosticIn() has Portuguese words for severity and place", async () => {
    const found = await check({ "view_a.yaml": "columns: [a, c]\nidentifiers: [a, b]\n" });
    expect(found.map((diagnostic) => formatDiagnosticIn("pt", diagnostic))).toEqual([
      'views/view_a.yaml:2:18: aviso: "identifiers" cita "b", que não é coluna desta view; escreva o nome de uma coluna desta view, ou acrescente a coluna [column-unknown em /identifiers/1]',
    ]);
  });

  test("englishAmong() finds a message that is English, in part or whole", () => {
    const english = ['"columns" is missing', "recue abaixo dele and what else belongs to it", ""];
    expect(englishAmong([...english, 'falta "the list"'])).toEqual(english);
  });
});
