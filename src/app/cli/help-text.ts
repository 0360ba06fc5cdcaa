import type { Command, CommandExample } from "./command.ts";

const EXIT_CODES = "Exit codes: 0 done or valid, 1 invalid or failed, 2 wrong usage, setting or folder";

/** What every command does, in a line each. */
export function generalHelp(commands: readonly Command[]): string {
  const rows = commands.map(({ usage, summary }) => [`mosaic ${usage}`, summary] as const);
  const more = "mosaic help COMMAND, or mosaic COMMAND --help, shows its options and examples";
  return ["Usage:", ...columns(rows), "", more, EXIT_CODES, ""].join("\n");
}

/** What the commands of one name do, with their options and examples. */
export function commandHelp(commands: readonly Command[]): string {
  return [...commands.flatMap(describe), EXIT_CODES, ""].join("\n");
}

function describe({ usage, summary, options = [], examples }: Command): readonly string[] {
  const optionLines = options.length === 0 ? [] : ["Options:", ...columns(options), ""];
  const exampleLines = columns(examples.map((example) => [commandLine(example), example.does]));
  return [`Usage: mosaic ${usage}`, "", summary, "", ...optionLines, "Examples:", ...exampleLines, ""];
}

function commandLine({ line }: CommandExample): string {
  return line.includes("mosaic ") ? line : `mosaic ${line}`;
}

function columns(rows: readonly (readonly [left: string, right: string])[]): readonly string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
