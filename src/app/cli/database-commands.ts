import { type ColumnDiff, diffStatus } from "../../domain/column-diff.ts";
import { parseTickerRows } from "../../domain/ticker.ts";
import { type Database, DatabaseError } from "../../ports/database-port.ts";
import { diffDatabase } from "../catalog/diff-database.ts";
import { parseSettings } from "../settings.ts";
import { createLog } from "../telemetry/log.ts";
import { loadDirectory } from "./catalog-commands.ts";
import { type Command, type CommandDeps, type CommandIo, EXIT, type ExitCode } from "./command.ts";

/** `mosaic tickers`: what the database says, one ticker a line, so that it can be piped and counted. */
export const tickersCommand: Command = {
  name: "tickers",
  usage: "tickers",
  summary: "Print the valid tickers that the database of DATABASE_URL has",
  positionalsMax: 0,
  examples: [
    { line: "tickers", does: "of the embedded sample database" },
    { line: "DATABASE_URL=sqlite:funds.db mosaic tickers | wc -l", does: "count those of another one" },
  ],
  run: (io, deps) =>
    withDatabase(io, deps, async (database) => {
      const tickers = parseTickerRows(await database.load());
      for (const ticker of tickers) io.stdout.write(`${ticker}\n`);
      return EXIT.ok;
    }),
};

/** `mosaic diff --database [DIR]`: the columns that authors wrote down against those that the database has. */
export const diffDatabaseCommand: Command = {
  name: "diff",
  selectedBy: "database",
  usage: "diff --database [DIR]",
  summary: "Compare the columns of DIR's views, or of VIEWS_DIR's, with the database of DATABASE_URL",
  positionalsMax: 1,
  flags: ["database"],
  options: [["--database", "compare with the database instead of another folder"]],
  examples: [
    { line: "diff --database data/views", does: "the columns that either side lacks" },
    {
      line: "DATABASE_URL=postgres://user@127.0.0.1/funds mosaic diff --database",
      does: "VIEWS_DIR against PostgreSQL",
    },
  ],
  async run(io, deps, { positionals: [directory] }) {
    const { load } = await loadDirectory(io, deps, directory);
    if (load === undefined) return EXIT.usage;
    if (load.kind === "invalid") {
      io.stderr.write("mosaic: the catalog is invalid; mosaic validate says why\n");
      return EXIT.invalid;
    }
    return withDatabase(io, deps, async (database) => {
      const diff = await diffDatabase(load.catalog, database);
      if (diff.kind === "failed") return failed(io, diff.detail);
      for (const view of diff.views) io.stdout.write(describe(view));
      return diffStatus(diff.views) === "same" ? EXIT.ok : EXIT.invalid;
    });
  },
};

function describe({ entity, state, missingInDatabase, missingInCatalog, detail }: ColumnDiff): string {
  const words = {
    absent: "not in the database",
    different: "different",
    same: "same",
    unreadable: `unreadable (${detail})`,
  };
  const lines = [
    `${entity}: ${words[state]}`,
    ...missingInDatabase.map((column) => `  - ${column} (in the catalog, not in the database)`),
    ...missingInCatalog.map((column) => `  + ${column} (in the database, not in the catalog)`),
  ];
  return `${lines.join("\n")}\n`;
}

async function withDatabase(
  io: CommandIo,
  deps: CommandDeps,
  use: (database: Database) => Promise<ExitCode>,
): Promise<ExitCode> {
  const parsed = parseSettings(io.env, { terminal: false });
  if (parsed.kind === "invalid") {
    io.stderr.write(`${parsed.message}\n`);
    return EXIT.usage;
  }
  const database = deps.connectDatabase(
    parsed.settings,
    createLog({ logLevel: "silent", logFormat: "json" }),
  );
  try {
    return await use(database);
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    return failed(io, error.message);
  } finally {
    await database.close();
  }
}

function failed(io: CommandIo, message: string): ExitCode {
  io.stderr.write(`${message}\n`);
  return EXIT.invalid;
}
