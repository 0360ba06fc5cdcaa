import {
  findLanguage,
  LANGUAGES,
  type Language,
  type LocalizedText,
  languageOfLocale,
} from "../../lib/language.ts";
import { findSimilarName } from "../../lib/similar-name.ts";
import { VERSION } from "../settings/version.ts";
import { COMMANDS } from "./command-table.ts";
import {
  type Command,
  type CommandArguments,
  type CommandDeps,
  type CommandExample,
  type CommandIo,
  EXIT,
  type ExitCode,
  FORMATS,
  failed,
  type ProcessIo,
} from "./commands/command.ts";
import { createPrinter, table } from "./commands/printer.ts";
import {
  didYouMean,
  optionsOf,
  parseCommandLine,
  USAGE_TEXTS,
  type UsageTexts,
} from "./parse-command-line.ts";

/**
 * Runs `mosaic` with its arguments and returns the exit code.
 *
 * @param loadDeps loads the adapters; it is called only if a command runs
 */
export async function runCli(
  args: readonly string[],
  host: ProcessIo,
  loadDeps: () => Promise<CommandDeps>,
): Promise<ExitCode> {
  const { env } = host;
  const io = { ...host, stdout: createPrinter(host.stdout, env), stderr: createPrinter(host.stderr, env) };
  const texts = USAGE_TEXTS[languageOf(args, env)];
  const name = args.find((arg) => !arg.startsWith("-"));
  const command = findCommand(name, args);
  if (name === args[0] && name !== undefined && name !== "help" && command === undefined)
    return usageError(io, unknownCommand(name, texts));
  const parsed = parseCommandLine(args, { name, command, texts });
  const { flags, values, wrong } = parsed;
  if (wrong.length > 0) return usageError(io, ...wrong);
  const positionals = parsed.positionals.slice(1);
  if (flags.has("version")) return version(io);
  if (flags.has("help") || name === "help") return help(io, name === "help" ? positionals[0] : name, texts);
  if (name === undefined) return usageError(io, texts.missing);
  if (command === undefined) return usageError(io, unknownCommand(name, texts));
  if (positionals.length > command.positionalsMax) {
    return usageError(io, `${texts.tooMany}: mosaic ${usageOf(command)}`);
  }
  // An empty argument is usually a variable that is not set; as a folder, it would be the working directory.
  if (positionals.includes("")) return usageError(io, `${texts.empty}: mosaic ${usageOf(command)}`);
  const output = readOutput(io, command, values);
  if (output === undefined) return EXIT.usage;
  const [run, deps] = await Promise.all([command.load(), loadDeps()]);
  return run(io, deps, { positionals, flags, values, ...output });
}

/** Checks the values of the options, and reads `--format` and `--lang`; undefined after printing all that are wrong. */
function readOutput(
  io: CommandIo,
  command: Command,
  values: CommandArguments["values"],
): Pick<CommandArguments, "format" | "language"> | undefined {
  const known = findLanguage(values.get("lang") ?? "");
  const language = known ?? languageOfLocale(io.env);
  const listed = optionsOf(command).find(({ name }) => name === "format")?.value ?? "";
  const formats = FORMATS.filter((format) => format === "text" || listed.split("|").includes(format));
  const rules: Command["values"] = {
    ...command.values,
    format: { accepts: (text) => formats.some((each) => each === text), expected: oneOf(formats) },
    lang: { accepts: () => known !== undefined, expected: oneOf(LANGUAGES) },
  };
  const wrong = [...values].flatMap(([name, given]) => {
    const rule = rules[name];
    return rule === undefined || rule.accepts(given) ? [] : [{ name, given, expected: rule.expected }];
  });
  const { is, expected: wants } = USAGE_TEXTS[language];
  for (const { name, given, expected } of wrong)
    failed(io, `--${name} ${is} ${JSON.stringify(given)}: ${wants} ${expected[language]}`);
  if (wrong.length > 0) return undefined;
  return { format: formats.find((each) => each === values.get("format")) ?? "text", language };
}

/** Lists values as alternatives. */
function oneOf(values: readonly string[]): LocalizedText {
  const first = values.slice(0, -1).join(", ");
  const last = values.at(-1) ?? "";
  return { en: `${first} or ${last}`, pt: `${first} ou ${last}` };
}

/** Finds a command by its name. If several commands have the name, a flag selects one of them. */
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

function help(io: CommandIo, name: string | undefined, texts: UsageTexts): ExitCode {
  const named = COMMANDS.filter((candidate) => candidate.name === name);
  if (name !== undefined && named.length === 0) return usageError(io, unknownCommand(name, texts));
  io.stdout.block(name === undefined ? generalHelp(COMMANDS) : commandHelp(named));
  return EXIT.ok;
}

function unknownCommand(name: string, texts: UsageTexts): string {
  const near = findSimilarName(
    name,
    COMMANDS.map((command) => command.name),
  );
  return texts.unknown(JSON.stringify(name)) + didYouMean(near, texts);
}

/** The language of errors in the arguments, which may be found before the arguments are parsed. */
function languageOf(args: readonly string[], env: ProcessIo["env"]): Language {
  const given = args.flatMap((arg, at) =>
    arg === "--lang" ? (args[at + 1] ?? []) : arg.startsWith("--lang=") ? arg.slice("--lang=".length) : [],
  );
  return findLanguage(given.at(-1) ?? "") ?? languageOfLocale(env);
}

function usageError(io: CommandIo, ...details: readonly string[]): ExitCode {
  for (const detail of details) failed(io, detail);
  io.stderr.block(`\n${generalHelp(COMMANDS)}`);
  return EXIT.usage;
}

const EXIT_CODES = "Exit codes: 0 done or valid, 1 invalid or failed, 2 wrong usage, setting or folder";

export function generalHelp(commands: readonly Command[]): string {
  const rows = [
    ...commands.map((command) => [`mosaic ${usageOf(command)}`, command.summary]),
    ["mosaic --version", "Print the version"],
  ];
  const more = "mosaic help COMMAND, or mosaic COMMAND --help, shows its options and examples";
  return ["Usage:", ...columns(rows), "", more, EXIT_CODES].join("\n");
}

/** Formats the usage of a command, such as `sign [--generation N] [DIR]`. */
export function usageOf(command: Command): string {
  const { name, selectedBy, takes } = command;
  const options = optionsOf(command).map((option) => {
    const typed = option.value === undefined ? `--${option.name}` : `--${option.name} ${option.value}`;
    return option.name === selectedBy ? typed : `[${typed}]`;
  });
  return [name, ...options, ...(takes === undefined ? [] : [takes])].join(" ");
}

export function commandHelp(commands: readonly Command[]): string {
  return commands.map(describe).join("\n\n");
}

export function exitCodesOf({ failsWhen }: Command): readonly (readonly [code: ExitCode, meaning: string])[] {
  const failure = failsWhen === undefined ? [] : ([[EXIT.invalid, failsWhen]] as const);
  return [[EXIT.ok, "done"], ...failure, [EXIT.usage, "wrong usage, setting or folder"]];
}

function describe(command: Command): string {
  const { summary, options = [], examples } = command;
  const optionLines = options.length === 0 ? [] : ["Options:", ...columns(options), ""];
  return [
    `Usage: mosaic ${usageOf(command)}`,
    "",
    summary,
    "",
    ...optionLines,
    "Examples:",
    ...columns(examples.map((example) => [commandLine(example), example.does])),
    "",
    "Exit codes:",
    ...columns(exitCodesOf(command).map(([code, meaning]) => [String(code), meaning])),
  ].join("\n");
}

/** Formats the line of an example as a user types it. */
export function commandLine({ line }: CommandExample): string {
  return line.includes("mosaic ") ? line : `mosaic ${line}`;
}

function columns(rows: readonly (readonly string[])[]): readonly string[] {
  return table(rows).map((line) => `  ${line}`);
}
