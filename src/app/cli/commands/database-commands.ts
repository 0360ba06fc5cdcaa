import { type ColumnDiff, columnDiffStatus } from "../../../domain/catalog/value-diff.ts";
import { countNonTextValues, parseTickerRows } from "../../../domain/tickers/ticker.ts";
import type { Language } from "../../../lib/language.ts";
import { DatabaseError, type DescribedDatabase } from "../../../ports/database-port.ts";
import { diffDatabase } from "../../catalog/diff-database.ts";
import { maskUrl } from "../../settings/url-settings.ts";
import { loadDirectory } from "./catalog-commands.ts";
import {
  type CommandDeps,
  type CommandIo,
  EXIT_CODES,
  type ExitCode,
  formatCount,
  printFailure,
  printResult,
  type RunCommand,
} from "./command.ts";
import { readSettings } from "./read-settings.ts";

/** `mosaic tickers`: prints the tickers of the database, one on each line. */
export const tickersCommand: RunCommand = async (io, deps, args) => {
  const texts = DATABASE_TEXTS[args.language];
  return runWithDatabase(io, deps, args.language, async (database, name) => {
    const rows = await database.load();
    const tickers = parseTickerRows(rows);
    const json = { database: database.name, count: tickers.length, tickers };
    printResult(io, args, { json, lines: tickers });
    const noTexts = countNonTextValues(rows);
    if (noTexts > 0) io.stderr.line(`mosaic: ${texts.notText(name, noTexts, rows.length)}`);
    // An empty list is a failure, as in the service.
    return tickers.length > 0 ? EXIT_CODES.ok : printFailure(io, texts.noTickers(name, rows.length));
  });
};

/** `mosaic diff --database [DIR]`: compares the columns of the views with the columns in the database. */
export const diffDatabaseCommand: RunCommand = async (io, deps, args) => {
  const { language } = args;
  const texts = DATABASE_TEXTS[language];
  const [directory] = args.positionals;
  if (isDatabaseUrl(io, "diff", directory, language)) return EXIT_CODES.usage;
  const { load, name } = await loadDirectory(io, deps, directory, { language });
  if (load === undefined) return EXIT_CODES.usage;
  if (load.kind === "invalid") return printFailure(io, texts.invalid);
  return runWithDatabase(io, deps, language, async (database) => {
    const diff = await diffDatabase(load.catalog, database);
    if (diff.kind === "failed") throw diff.error;
    const { views } = diff;
    const status = columnDiffStatus(views);
    const json = { status, directory: name, database: database.name, views };
    printResult(io, args, { json, lines: views.flatMap((view) => describeColumnDiff(view, texts)) });
    return status === "same" ? EXIT_CODES.ok : EXIT_CODES.invalid;
  });
};

/** Matches the beginning of a URL. Messages mask URLs, because they may contain passwords. */
const URL_BEGINNING = /^(?:[a-z][a-z0-9+.-]*:\/\/|sqlite:)/i;

/** Whether the argument is a database's URL instead of a folder. If it is, prints an error that names DATABASE_URL. */
export function isDatabaseUrl(
  io: CommandIo,
  command: string,
  given: string | undefined,
  language: Language,
): boolean {
  if (given === undefined || !URL_BEGINNING.test(given)) return false;
  const masked = maskUrl(given, language);
  io.stderr.line(
    language === "pt"
      ? `mosaic: ${command} recebe uma pasta de views, e não ${masked}: indique o banco em DATABASE_URL`
      : `mosaic: ${command} takes a folder of views, not ${masked}: set DATABASE_URL to the database`,
  );
  return true;
}

function describeColumnDiff(
  { entity, state, missingInDatabase, missingInCatalog, detail }: ColumnDiff,
  texts: (typeof DATABASE_TEXTS)[Language],
): readonly string[] {
  const reason = state === "unreadable" ? ` (${detail ?? ""})` : "";
  return [
    `${entity}: ${texts.states[state]}${reason}`,
    ...missingInDatabase.map((column) => `  - ${column} (${texts.onlyInCatalog})`),
    ...missingInCatalog.map((column) => `  + ${column} (${texts.onlyInDatabase})`),
  ];
}

export const DATABASE_TEXTS = {
  en: {
    sample: "the embedded sample database",
    cannotQuery: (name: string) => `Cannot query ${name}`,
    invalid: "the catalog is invalid; mosaic validate shows why",
    noTickers: (name: string, rows: number) =>
      `${name} has no tickers: the query returned ${formatCount(rows, "row")}`,
    notText: (name: string, count: number, rows: number) =>
      `warning: ${name}: ${count} of ${formatCount(rows, "row")} ${count === 1 ? "was" : "were"} not text: cast the column to text in TICKERS_SQL`,
    states: {
      absent: "not in the database",
      different: "different",
      same: "same",
      unreadable: "unreadable",
    },
    onlyInCatalog: "in the catalog, not in the database",
    onlyInDatabase: "in the database, not in the catalog",
  },
  pt: {
    sample: "o banco de exemplo embutido",
    cannotQuery: (name: string) => `Não é possível consultar ${name}`,
    invalid: "o catálogo é inválido; mosaic validate mostra por quê",
    noTickers: (name: string, rows: number) =>
      `${name} não tem tickers: a consulta devolveu ${formatCount(rows, "linha")}`,
    notText: (name: string, count: number, rows: number) =>
      `aviso: ${name}: ${count} de ${formatCount(rows, "linha")} não ${count === 1 ? "era" : "eram"} texto: converta a coluna para texto em TICKERS_SQL`,
    states: { absent: "não está no banco", different: "diferente", same: "igual", unreadable: "ilegível" },
    onlyInCatalog: "no catálogo, não no banco",
    onlyInDatabase: "no banco, não no catálogo",
  },
};

/**
 * Opens the database of the settings, calls `use` with the database and its name for messages, and closes the
 * database. Prints an error if the database fails.
 */
export async function runWithDatabase(
  io: CommandIo,
  deps: CommandDeps,
  language: Language,
  use: (database: DescribedDatabase, name: string) => Promise<ExitCode>,
): Promise<ExitCode> {
  const settings = readSettings(io, language);
  if (settings === undefined) return EXIT_CODES.usage;
  const database = await deps.connectDatabase(settings);
  const name = settings.databaseUrl === undefined ? DATABASE_TEXTS[language].sample : database.name;
  try {
    return await use(database, name);
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    const said = error.databaseMessage === undefined ? "" : `: ${error.databaseMessage}`;
    io.stderr.line(`${DATABASE_TEXTS[language].cannotQuery(name)}: ${error.texts[language]}${said}`);
    return EXIT_CODES.invalid;
  } finally {
    await database.close();
  }
}
