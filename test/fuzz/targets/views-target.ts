import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import fc from "fast-check";
import { DIAGNOSTICS_MAX, parseViewFile } from "../../../src/adapters/yaml/parse-view-file.ts";
import { canonicalText } from "../../../src/domain/json/canonical-json.ts";
import type { JsonObject } from "../../../src/domain/json/json-value.ts";
import { parseJson } from "../../../src/domain/json/parse-json.ts";
import { checkView } from "../../../src/domain/view/check-view.ts";
import { createCodeFrame } from "../../../src/domain/view/code-frame.ts";
import { type Diagnostic, formatDiagnostic } from "../../../src/domain/view/diagnostic.ts";
import { isEntity } from "../../../src/domain/view/entity.ts";
import { listColumnNames, parseView } from "../../../src/domain/view/view.ts";
import { must, pureTarget } from "../fuzz-target.ts";
import { hugeText, mutatedBytes, mutatedText, rarely, repeatedText } from "../inputs/hostile-text.ts";
import { yamlText } from "../inputs/yaml-text.ts";

export interface ViewFileInput {
  readonly path: string;
  readonly bytes: Uint8Array;
}

const SAMPLES = resolve(import.meta.dirname, "../../../data/views");
const samples = fc.constantFrom(
  ...readdirSync(SAMPLES).map((file) => readFileSync(resolve(SAMPLES, file), "utf8")),
);

const texts = rarely(200, {
  often: fc.oneof(mutatedText(samples), yamlText, mutatedText(yamlText), repeatedText(2_000)),
  seldom: hugeText(1_048_600),
});

const inputs: fc.Arbitrary<ViewFileInput> = fc.record({
  path: fc.constantFrom("view_a.yaml", "view_a.yaml", "sub/view_b.yml", "hash.yaml", "1.yaml", "a b.yaml"),
  bytes: rarely(50, { often: mutatedBytes(texts), seldom: fc.uint8Array({ maxLength: 300 }) }),
});

/** A file gives diagnostics, few of them and each with its place, and a view only without an error. */
export function checkViewFile({ path, bytes }: ViewFileInput): string {
  const { view, diagnostics } = parseViewFile({ path, bytes }, `views/${path}`);
  must(diagnostics.length <= DIAGNOSTICS_MAX + 1, "the findings of a file are bounded");
  const text = new TextDecoder().decode(bytes);
  for (const diagnostic of diagnostics.slice(0, 5)) checkDiagnostic(diagnostic, text);
  const isWrong = diagnostics.some(({ severity }) => severity === "error");
  must(isWrong === (view === undefined), "a file gives a view or an error");
  if (view === undefined) return "refused";
  must(isEntity(view.entity), "the view has a good entity");
  const canonical = new TextDecoder().decode(view.canonicalJson);
  const value = parseJson(canonical);
  must(canonicalText(value) === canonical, "the canonical text stays what it is");
  must(
    checkView(value as JsonObject).every(({ severity }) => severity === "warning"),
    "the view passes its own check",
  );
  must(Object.getPrototypeOf(value) === Object.prototype, "the view has a plain prototype");
  must(listColumnNames(parseView(view.canonicalJson)).length > 0, "the view has columns");
  return "a view";
}

function checkDiagnostic(diagnostic: Diagnostic, text: string): void {
  const { line, column, message, hint } = diagnostic;
  must(Number.isSafeInteger(line) && line >= 1, "a finding has a line");
  must(Number.isSafeInteger(column) && column >= 1, "a finding has a column");
  must(message !== "" && hint !== "", "a finding says something");
  formatDiagnostic(diagnostic);
  createCodeFrame(text, diagnostic);
}

export const VIEWS_TARGET = pureTarget({ name: "views", inputs, check: checkViewFile });
