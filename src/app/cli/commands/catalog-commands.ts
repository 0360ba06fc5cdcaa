import { isAbsolute, resolve } from "node:path";
import { formatDiagnosticIn } from "../../../domain/view/diagnostic.ts";
import { VIEW_JSON_SCHEMA } from "../../../domain/view/view-json-schema.ts";
import type { Language } from "../../../lib/language.ts";
import { type CatalogLoad, CatalogSourceError } from "../../../ports/catalog-source-port.ts";
import { createInvalidCatalogMessage } from "../../catalog/read-disk.ts";
import { type CommandDeps, type CommandIo, EXIT_CODES, printResult, type RunCommand } from "./command.ts";
import type { Printer } from "./printer.ts";

const VIEWS_DIR_DEFAULT = "data/views";

/** The folder for a command: its argument, or `VIEWS_DIR` as the service reads it, without surrounding spaces. */
export function chooseDirectory({ env }: CommandIo, given: string | undefined): string {
  return given ?? (env.VIEWS_DIR?.trim() || VIEWS_DIR_DEFAULT);
}

/** `mosaic hash [DIR]`: prints only the hash of the catalog on disk, for scripts. */
export const hashCommand: RunCommand = async (io, deps, args) => {
  const { language } = args;
  const { load, name } = await loadDirectory(io, deps, args.positionals[0], { language });
  if (load === undefined) return EXIT_CODES.usage;
  if (load.kind === "loaded") {
    const { hash, views } = load.catalog;
    printResult(io, args, { json: { hash, directory: name, views: views.size }, lines: [hash] });
    return EXIT_CODES.ok;
  }
  for (const diagnostic of load.diagnostics) io.stderr.line(formatDiagnosticIn(language, diagnostic));
  io.stderr.line(createInvalidCatalogMessage(name, load.diagnostics, language));
  return EXIT_CODES.invalid;
};

export interface DirectoryLoad {
  readonly name: string;
  /** Undefined after printing an error. */
  readonly load: CatalogLoad | undefined;
}

/** Reads the catalog of a folder, by default that of `VIEWS_DIR`; prints an error when it cannot be read. */
export async function loadDirectory(
  io: CommandIo,
  deps: CommandDeps,
  directory: string | undefined,
  { language = "en", ...options }: LoadDirectoryOptions = {},
): Promise<DirectoryLoad> {
  const source = deps.openSource(chooseDirectory(io, directory), options);
  const task = CATALOG_TEXTS[language].checking(source.name);
  const progress = createProgressLine(io.stderr, { task, language, nowMs: deps.nowMs });
  try {
    const load = await source.load({ onProgress: progress.show });
    progress.clear();
    return { name: source.name, load };
  } catch (error) {
    progress.clear();
    if (!(error instanceof CatalogSourceError)) throw error;
    io.stderr.line(describeSourceError(error, source.name, language));
    return { name: source.name, load: undefined };
  }
}

interface LoadDirectoryOptions extends NonNullable<Parameters<CommandDeps["openSource"]>[1]> {
  readonly language?: Language;
}

/**
 * Describes why a folder cannot be read. If a relative path leads to no folder, the message also has the absolute path,
 * because the user may expect a different working directory.
 */
export function describeSourceError(
  { code, texts }: CatalogSourceError,
  directory: string,
  language: Language,
): string {
  const isUnclear = code === "not-found" && directory !== "" && !isAbsolute(directory);
  return texts[language] + (isUnclear ? `: ${JSON.stringify(resolve(directory))}` : "");
}

export const CATALOG_TEXTS = {
  en: {
    checking: (name: string) => `Checking ${name}`,
    progress: (done: number, total: number) => `${done} of ${total}`,
  },
  pt: {
    checking: (name: string) => `Verificando ${name}`,
    progress: (done: number, total: number) => `${done} de ${total}`,
  },
} as const satisfies Readonly<Record<Language, object>>;

interface ProgressLine {
  readonly show: (done: number, total: number) => void;
  readonly clear: () => void;
}

interface ProgressOptions {
  readonly task: string;
  readonly language?: Language;
  readonly nowMs: () => number;
}

/** The progress is shown only after this time, so that short tasks show no progress. */
const PROGRESS_SHOWN_AFTER_MS = 500;
const UPDATE_INTERVAL_MS = 100;

/** Makes a progress display that overwrites one line of a terminal; on other outputs it prints nothing. */
export function createProgressLine(
  output: Pick<Printer, "overwrite" | "terminal">,
  { task, language = "en", nowMs }: ProgressOptions,
): ProgressLine {
  let nextMs = output.terminal ? nowMs() + PROGRESS_SHOWN_AFTER_MS : Number.POSITIVE_INFINITY;
  let isShown = false;
  return {
    show(done, total) {
      const atMs = nowMs();
      if (atMs < nextMs) return;
      nextMs = atMs + UPDATE_INTERVAL_MS;
      isShown = true;
      output.overwrite(`${task}: ${CATALOG_TEXTS[language].progress(done, total)}`);
    },
    clear() {
      if (isShown) output.overwrite();
      isShown = false;
    },
  };
}

/** `mosaic schema`: prints the JSON Schema of a view, for completion and checks in editors. */
export const schemaCommand: RunCommand = async (io) => {
  io.stdout.json(JSON.stringify(VIEW_JSON_SCHEMA, null, 2));
  return EXIT_CODES.ok;
};
