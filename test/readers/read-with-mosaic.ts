import { parseViewFile } from "../../src/adapters/yaml/parse-view-file.ts";
import type { JsonValue } from "../../src/domain/json/json-value.ts";
import { parseJson } from "../../src/domain/json/parse-json.ts";
import type { Diagnostic } from "../../src/domain/view/diagnostic.ts";
import type { ReaderLanguage } from "../../src/domain/view/reader-languages.ts";

/** What Mosaic makes of a view: its value, or nothing where the file is invalid; and what it says of other readers. */
export interface MosaicReading {
  readonly value: JsonValue | undefined;
  readonly warnings: readonly Diagnostic[];
}

const ELSEWHERE: ReadonlySet<string> = new Set([
  "yaml-ambiguous",
  "yaml-readers-differ",
  "yaml-refused-elsewhere",
]);

export function readWithMosaic(document: string, readers: readonly ReaderLanguage[] = []): MosaicReading {
  const bytes = new TextEncoder().encode(document);
  const { view, diagnostics } = parseViewFile({ path: "view_a.yaml", bytes }, "view_a.yaml", { readers });
  const warnings = diagnostics.filter(({ code }) => ELSEWHERE.has(code));
  if (view === undefined) return { value: undefined, warnings };
  return { value: parseJson(new TextDecoder().decode(view.canonicalJson)), warnings };
}
