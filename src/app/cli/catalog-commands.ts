import { formatDiagnostic } from "../../domain/diagnostic.ts";
import { type CatalogLoad, CatalogSourceError } from "../../ports/catalog-source-port.ts";
import { invalidCatalogMessage } from "../catalog/take-catalog.ts";
import { type Command, type CommandDeps, type CommandIo, EXIT } from "./command.ts";

const VIEWS_DIR_DEFAULT = "data/views";

/** `mosaic hash [DIR]`: the hash of the catalog on disk, alone on its line, so that scripts can compare it. */
export const hashCommand: Command = {
  name: "hash",
  usage: "hash [DIR]",
  summary: "Print the catalog hash of DIR, or of VIEWS_DIR",
  positionalsMax: 1,
  async run(io, deps, { positionals: [directory] }) {
    const { load, name } = await loadDirectory(io, deps, directory);
    if (load === undefined) return EXIT.usage;
    if (load.kind === "loaded") {
      io.stdout.write(`${load.catalog.hash}\n`);
      return EXIT.ok;
    }
    for (const diagnostic of load.diagnostics) io.stderr.write(`${formatDiagnostic(diagnostic)}\n`);
    io.stderr.write(`${invalidCatalogMessage(name, load.diagnostics)}\n`);
    return EXIT.invalid;
  },
};

/** `mosaic validate [DIR]`: every error and warning with its place, then one line that sums up. */
export const validateCommand: Command = {
  name: "validate",
  usage: "validate [DIR]",
  summary: "Check the views of DIR, or of VIEWS_DIR, and say what to write instead",
  positionalsMax: 1,
  async run(io, deps, { positionals: [directory] }) {
    const { load, name } = await loadDirectory(io, deps, directory);
    if (load === undefined) return EXIT.usage;
    const findings = load.kind === "loaded" ? load.warnings : load.diagnostics;
    for (const finding of findings) io.stdout.write(`${formatDiagnostic(finding)}\n`);
    if (load.kind === "invalid") {
      io.stderr.write(`${invalidCatalogMessage(name, load.diagnostics)}\n`);
      return EXIT.invalid;
    }
    const warnings = findings.length === 0 ? "" : `, with ${count(findings.length, "warning")}`;
    io.stderr.write(`${name}: ${count(load.catalog.views.size, "view")} valid${warnings}\n`);
    return EXIT.ok;
  },
};

/** A catalog that a command has read. */
export interface DirectoryLoad {
  readonly name: string;
  /** Undefined when the folder could not be read, which has then been said. */
  readonly load: CatalogLoad | undefined;
}

/** Reads the catalog of a folder, by default that of `VIEWS_DIR`; says so when it cannot be read. */
export async function loadDirectory(
  io: CommandIo,
  deps: CommandDeps,
  directory: string | undefined,
): Promise<DirectoryLoad> {
  const source = deps.openSource(directory ?? (io.env.VIEWS_DIR || VIEWS_DIR_DEFAULT));
  try {
    return { name: source.name, load: await source.load() };
  } catch (error) {
    if (!(error instanceof CatalogSourceError)) throw error;
    io.stderr.write(`${error.message}\n`);
    return { name: source.name, load: undefined };
  }
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
