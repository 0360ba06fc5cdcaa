import { type ParseArgsOptionsConfig, parseArgs } from "node:util";
import { hashCommand, validateCommand } from "./catalog-commands.ts";
import {
  type Command,
  type CommandArguments,
  type CommandDeps,
  type CommandIo,
  EXIT,
  type ExitCode,
} from "./command.ts";
import { diffCommand, tickersCommand } from "./database-commands.ts";
import { keygenCommand } from "./keygen-command.ts";
import { serveCommand } from "./serve-command.ts";
import { signCommand } from "./sign-command.ts";
import { statusCommand } from "./status-command.ts";
import { verifyCommand } from "./verify-command.ts";

const COMMANDS: readonly Command[] = [
  serveCommand,
  hashCommand,
  validateCommand,
  keygenCommand,
  signCommand,
  verifyCommand,
  tickersCommand,
  diffCommand,
  statusCommand,
];

/** Runs `mosaic` with its arguments and returns the exit code. */
export async function runCli(args: readonly string[], io: CommandIo, deps: CommandDeps): Promise<ExitCode> {
  const name = args.find((arg) => !arg.startsWith("-"));
  const command = COMMANDS.find((candidate) => candidate.name === name);
  const parsed = parse(args, command);
  if (typeof parsed === "string") return usageError(io, parsed);
  const { flags, values } = parsed;
  if (flags.has("help") || name === "help") {
    io.stdout.write(helpText());
    return EXIT.ok;
  }
  if (name === undefined) return usageError(io, "a command is needed");
  if (command === undefined) return usageError(io, `there is no command ${JSON.stringify(name)}`);
  const positionals = parsed.positionals.slice(1);
  if (positionals.length > command.positionalsMax) {
    return usageError(io, `too many arguments: mosaic ${command.usage}`);
  }
  return command.run(io, deps, { positionals, flags, values });
}

/** Reads options and positionals, the command's name first; a text says what is wrong. */
function parse(args: readonly string[], command: Command | undefined): CommandArguments | string {
  try {
    const options: ParseArgsOptionsConfig = { help: { type: "boolean", short: "h" } };
    for (const flag of command?.flags ?? []) options[flag] = { type: "boolean" };
    for (const option of command?.values ?? []) options[option] = { type: "string" };
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
  io.stderr.write(`mosaic: ${detail}\n\n${helpText()}`);
  return EXIT.usage;
}

function helpText(): string {
  const width = Math.max(...COMMANDS.map(({ usage }) => usage.length));
  const lines = COMMANDS.map(({ usage, summary }) => `  mosaic ${usage.padEnd(width)}  ${summary}`);
  return [
    "Usage:",
    ...lines,
    "",
    "Exit codes: 0 done or valid, 1 invalid or failed, 2 wrong usage, setting or folder",
    "",
  ].join("\n");
}
