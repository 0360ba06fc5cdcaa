import { type ParseArgsOptionsConfig, parseArgs } from "node:util";
import { nearName } from "../../lib/near-name.ts";
import { VERSION } from "../settings/version.ts";
import { COMMANDS } from "./command-table.ts";
import {
  type Command,
  type CommandArguments,
  type CommandDeps,
  type CommandIo,
  EXIT,
  type ExitCode,
  type ProcessIo,
} from "./commands/command.ts";
import { createPrinter } from "./commands/printer.ts";
import { commandHelp, generalHelp, optionsOf, usageOf } from "./help-text.ts";

/**
 * Runs `mosaic` with its arguments and returns the exit code.
 *
 * @param loadDeps called for a command that runs: help and wrong usage need no adapters
 */
export async function runCli(
  args: readonly string[],
  host: ProcessIo,
  loadDeps: () => Promise<CommandDeps>,
): Promise<ExitCode> {
  const { env } = host;
  const io = { ...host, stdout: createPrinter(host.stdout, env), stderr: createPrinter(host.stderr, env) };
  const name = args.find((arg) => !arg.startsWith("-"));
  const command = findCommand(name, args);
  const parsed = parse(args, command);
  if (typeof parsed === "string") return usageError(io, parsed);
  const { flags, values } = parsed;
  const positionals = parsed.positionals.slice(1);
  if (flags.has("version")) return version(io);
  if (flags.has("help") || name === "help") return help(io, name === "help" ? positionals[0] : name);
  if (name === undefined) return usageError(io, "missing command");
  if (command === undefined) return usageError(io, unknownCommand(name));
  if (positionals.length > command.positionalsMax) {
    return usageError(io, `too many arguments: mosaic ${usageOf(command)}`);
  }
  const [run, deps] = await Promise.all([command.load(), loadDeps()]);
  return run(io, deps, { positionals, flags, values });
}

/** Of several commands with one name, the one selected by a flag, else the one without a flag. */
function findCommand(name: string | undefined, args: readonly string[]): Command | undefined {
  const named = COMMANDS.filter((candidate) => candidate.name === name);
  const isGiven = (flag: string) => args.some((arg) => arg === `--${flag}` || arg.startsWith(`--${flag}=`));
  const selected = named.find(({ selectedBy }) => selectedBy !== undefined && isGiven(selectedBy));
  return selected ?? named.find(({ selectedBy }) => selectedBy === undefined);
}

function version(io: CommandIo): ExitCode {
  io.stdout.line(`mosaic ${VERSION}`);
  return EXIT.ok;
}

function help(io: CommandIo, name: string | undefined): ExitCode {
  const named = COMMANDS.filter((candidate) => candidate.name === name);
  if (name !== undefined && named.length === 0) return usageError(io, unknownCommand(name));
  io.stdout.block(name === undefined ? generalHelp(COMMANDS) : commandHelp(named));
  return EXIT.ok;
}

function unknownCommand(name: string): string {
  const near = nearName(
    name,
    COMMANDS.map((command) => command.name),
  );
  const hint = near === undefined ? "" : `; did you mean ${near}?`;
  return `unknown command ${JSON.stringify(name)}${hint}`;
}

/** Parses options and positionals, the command's name first; a string is the reason of a failure. */
function parse(args: readonly string[], command: Command | undefined): CommandArguments | string {
  try {
    const options: ParseArgsOptionsConfig = {
      help: { type: "boolean", short: "h" },
      ...(command === undefined ? { version: { type: "boolean", short: "V" } } : {}),
    };
    for (const { name, value } of command === undefined ? [] : optionsOf(command)) {
      options[name] = { type: value === undefined ? "boolean" : "string" };
    }
    const { values: given, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const flags = new Set(Object.keys(given).filter((name) => given[name] === true));
    const values = new Map<string, string>();
    for (const [name, value] of Object.entries(given)) if (typeof value === "string") values.set(name, value);
    return { positionals, flags, values };
  } catch (error) {
    return error instanceof Error ? (error.message.split(/\.\s/, 1)[0] ?? "") : String(error);
  }
}

function usageError(io: CommandIo, detail: string): ExitCode {
  io.stderr.line(`mosaic: ${detail}`);
  io.stderr.block(`\n${generalHelp(COMMANDS)}`);
  return EXIT.usage;
}
