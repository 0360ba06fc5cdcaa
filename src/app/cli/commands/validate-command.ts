import { type Diagnostic, translateDiagnostic } from "../../../domain/view/diagnostic.ts";
import { findPlaceholders, type Placeholder } from "../../../domain/view/draft-view.ts";
import { parseReaderLanguages, READER_LANGUAGES } from "../../../domain/view/reader-languages.ts";
import type { Language } from "../../../lib/language.ts";
import { type CatalogLoad, CatalogSourceError } from "../../../ports/catalog-source-port.ts";
import { createInvalidCatalogMessage } from "../../catalog/read-disk.ts";
import { loadDirectory } from "./catalog-commands.ts";
import {
  type CommandDeps,
  EXIT_CODES,
  formatCount,
  type OptionValueRule,
  quoteShellWord,
  type RunCommand,
} from "./command.ts";
import { printDiagnostics } from "./printer.ts";
import { createSarifLog } from "./sarif-log.ts";

export const READERS_RULE: OptionValueRule = {
  accepts: (text) => parseReaderLanguages(text) !== undefined,
  expected: {
    en: `${READER_LANGUAGES.join(", ")}, separated by commas`,
    pt: `${READER_LANGUAGES.join(", ")}, separados por vírgulas`,
  },
};

/** `mosaic validate [DIR]`: every error and warning with its line and column, then a summary line. */
export const validateCommand: RunCommand = async (io, deps, args) => {
  const { format, language } = args;
  const readers = parseReaderLanguages(args.values.get("readers") ?? "") ?? [];
  const { load, name } = await loadDirectory(io, deps, args.positionals[0], { readers, language });
  if (load === undefined) return EXIT_CODES.usage;
  const found = load.kind === "loaded" ? load.warnings : load.diagnostics;
  const diagnostics = found.map((diagnostic) => translateDiagnostic(language, diagnostic));
  const passed = load.kind === "loaded" && !(args.flags.has("strict") && diagnostics.length > 0);
  const placeholders = await findAllPlaceholders(deps, name);
  if (format === "text") {
    await printDiagnostics(io.stdout, deps, diagnostics, { language });
    for (const { file, line, column, message } of placeholders)
      io.stdout.line(`${file}:${line}:${column}: ${TO_FILL_IN_TEXTS[language]}: ${message}`);
  } else {
    const report =
      format === "sarif"
        ? createSarifLog(name, found, language)
        : { ...createJsonReport(name, load, passed), diagnostics, language, placeholders };
    io.stdout.json(JSON.stringify(report, null, 2));
  }
  const texts = VALIDATE_TEXTS[language];
  io.stderr.line(describeValidation(name, load, { passed, language }));
  if (format === "text" && (await canFixAnything(deps, name, found)))
    io.stderr.line(texts.fix(quoteShellWord(name)));
  return passed ? EXIT_CODES.ok : EXIT_CODES.invalid;
};

const TO_FILL_IN_TEXTS: Readonly<Record<Language, string>> = {
  en: "note: to fill in",
  pt: "nota: a preencher",
};

/** Finds the placeholders of `mosaic new`. They are no faults, so `--strict` passes with them. */
async function findAllPlaceholders(
  { viewFiles }: CommandDeps,
  directory: string,
): Promise<readonly (Placeholder & { readonly file: string })[]> {
  try {
    const files = await viewFiles.list(directory);
    return files.flatMap(({ file, bytes }) =>
      findPlaceholders(new TextDecoder().decode(bytes)).map((found) => ({ file, ...found })),
    );
  } catch (error) {
    // The folder could be read before, so files have changed in between: no placeholders are listed.
    if (!(error instanceof CatalogSourceError)) throw error;
    return [];
  }
}

/** `canFixAnything` skips larger files, because `quote` parses a file once for each diagnostic. */
const FIXABLE_CHECK_BYTES_MAX = 64 * 1024;

/** Whether `mosaic fix` can correct at least one of the diagnostics. */
async function canFixAnything(
  { viewFiles, loadViewEditor }: CommandDeps,
  directory: string,
  diagnostics: readonly Diagnostic[],
): Promise<boolean> {
  const named = new Set(diagnostics.map(({ file }) => file));
  if (named.size === 0) return false;
  const { quote } = await loadViewEditor();
  const files = await viewFiles.list(directory).catch((error: unknown) => {
    if (!(error instanceof CatalogSourceError)) throw error;
    return [];
  });
  return files.some(
    (view) =>
      named.has(view.file) &&
      view.bytes.byteLength <= FIXABLE_CHECK_BYTES_MAX &&
      quote(view, { editsMax: 1 }).fixed.length > 0,
  );
}

function describeValidation(
  name: string,
  load: CatalogLoad,
  { passed, language }: { readonly passed: boolean; readonly language: Language },
): string {
  if (load.kind === "invalid") return createInvalidCatalogMessage(name, load.diagnostics, language);
  const texts = VALIDATE_TEXTS[language];
  const valid = `${name}: ${texts.valid(load.catalog.views.size)}`;
  const { length } = load.warnings;
  if (length === 0) return valid;
  return `${valid}, ${(passed ? texts.warned : texts.strict)(length)}`;
}

export const VALIDATE_TEXTS = {
  en: {
    valid: (views: number) => `${formatCount(views, "view")} valid`,
    warned: (warnings: number) => `with ${formatCount(warnings, "warning")}`,
    strict: (warnings: number) => `but --strict fails on warnings: ${formatCount(warnings, "warning")}`,
    fix: (directory: string) =>
      `mosaic fix ${directory} can correct some of this; with --dry-run it prints the changes as a diff`,
  },
  pt: {
    valid: (views: number) => formatCount(views, "view válida", "views válidas"),
    warned: (warnings: number) => `com ${formatCount(warnings, "aviso")}`,
    strict: (warnings: number) => `mas --strict falha com avisos: ${formatCount(warnings, "aviso")}`,
    fix: (directory: string) =>
      `mosaic fix ${directory} corrige parte disso; com --dry-run, mostra as mudanças como um diff`,
  },
} as const satisfies Readonly<Record<Language, object>>;

function createJsonReport(directory: string, load: CatalogLoad, passed: boolean): object {
  const diagnostics: readonly Diagnostic[] = load.kind === "loaded" ? load.warnings : load.diagnostics;
  const errors = diagnostics.filter(({ severity }) => severity === "error").length;
  const catalog = load.kind === "loaded" ? load.catalog : undefined;
  return {
    status: passed ? "passed" : "failed",
    directory,
    hash: catalog?.hash ?? null,
    views: catalog?.views.size ?? null,
    errors,
    warnings: diagnostics.length - errors,
  };
}
