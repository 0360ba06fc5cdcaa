import { parseArgs } from "node:util";
import { hashCommand, validateCommand } from "./catalog-commands.ts";
import { type Command, type CommandDeps, type CommandIo, EXIT, type ExitCode } from "./command.ts";
import { serveCommand } from "./serve-command.ts";

const COMMANDS: readonly Command[] = [serveCommand, hashCommand, validateCommand];

/** Runs `mosaic` with its arguments and returns the exit code. */
export async function runCli(args: readonly string[], io: CommandIo, deps: CommandDeps): Promise<ExitCode> {
  const parsed = parse(args);
  if (typeof parsed === "string") return usageError(io, parsed);
  const { help, positionals } = parsed;
  const [name, ...rest] = positionals;
  if (help || name === "help") {
    io.stdout.write(helpText());
    return EXIT.ok;
  }
  if (name === undefined) return usageError(io, "a command is needed");
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (command === undefined) return usageError(io, `there is no command ${JSON.stringify(name)}`);
  if (rest.length > command.positionalsMax) {
    return usageError(io, `too many arguments: mosaic ${command.usage}`);
  }
  return command.run(io, deps, rest);
}

interface ParsedArguments {
  readonly help: boolean;
  readonly positionals: readonly string[];
}

function parse(args: readonly string[]): ParsedArguments | string {
  try {
    const options = { help: { type: "boolean", short: "h", default: false } } as const;
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    return { help: values.help, positionals };
  } catch (error) {
    return error instanceof Error ? (error.message.split(". ", 1)[0] ?? "") : String(error);
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
