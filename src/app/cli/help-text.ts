import { type Command, type CommandExample, EXIT, type ExitCode } from "./commands/command.ts";

const EXIT_CODES = "Exit codes: 0 done or valid, 1 invalid or failed, 2 wrong usage, setting or folder";

/** Each command with a one-line description. */
export function generalHelp(commands: readonly Command[]): string {
  const rows = [
    ...commands.map((command) => [`mosaic ${usageOf(command)}`, command.summary] as const),
    ["mosaic --version", "Print the version"] as const,
  ];
  const more = "mosaic help COMMAND, or mosaic COMMAND --help, shows its options and examples";
  return ["Usage:", ...columns(rows), "", more, EXIT_CODES].join("\n");
}

/** An option, and the name of its value; undefined for one without a value. */
export interface CommandOption {
  readonly name: string;
  readonly value: string | undefined;
}

/** The options of a command, each once, with all listed values. */
export function optionsOf({ options = [] }: Command): readonly CommandOption[] {
  const values = new Map<string, string[]>();
  for (const [form] of options) {
    const [name = "", value] = form.replace(/^--/, "").split(" ");
    values.set(name, [...(values.get(name) ?? []), ...(value === undefined ? [] : [value])]);
  }
  return [...values].map(([name, given]) => ({
    name,
    value: given.length === 0 ? undefined : given.join("|"),
  }));
}

/** The usage of a command, such as `sign [--generation N] [DIR]`. */
export function usageOf(command: Command): string {
  const { name, selectedBy, takes } = command;
  const options = optionsOf(command).map((option) => {
    const typed = option.value === undefined ? `--${option.name}` : `--${option.name} ${option.value}`;
    return option.name === selectedBy ? typed : `[${typed}]`;
  });
  return [name, ...options, ...(takes === undefined ? [] : [takes])].join(" ");
}

/** The help of the commands of one name, with their options and examples. */
export function commandHelp(commands: readonly Command[]): string {
  return commands.map(describe).join("\n\n");
}

/** The meaning of each exit code of a command. */
export function exitCodesOf({ failsWhen }: Command): readonly (readonly [code: ExitCode, meaning: string])[] {
  const failure = failsWhen === undefined ? [] : ([[EXIT.invalid, failsWhen]] as const);
  return [[EXIT.ok, "done"], ...failure, [EXIT.usage, "wrong usage, setting or folder"]];
}

function describe(command: Command): string {
  const { summary, options = [], examples } = command;
  const optionLines = options.length === 0 ? [] : ["Options:", ...columns(options), ""];
  const exampleLines = columns(examples.map((example) => [commandLine(example), example.does]));
  const exits = exitCodesOf(command).map(([code, meaning]) => [String(code), meaning] as const);
  return [
    `Usage: mosaic ${usageOf(command)}`,
    "",
    summary,
    "",
    ...optionLines,
    "Examples:",
    ...exampleLines,
    "",
    "Exit codes:",
    ...columns(exits),
  ].join("\n");
}

/** A line of an example, as it is typed. */
export function commandLine({ line }: CommandExample): string {
  return line.includes("mosaic ") ? line : `mosaic ${line}`;
}

function columns(rows: readonly (readonly [left: string, right: string])[]): readonly string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
