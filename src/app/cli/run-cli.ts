import {
  findLanguage,
  LANGUAGES,
  type Language,
  type LocalizedText,
  readLocaleLanguage,
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
  EXIT_CODES,
  type ExitCode,
  FORMATS,
  type OptionValueRule,
  type ProcessIo,
  printFailure,
} from "./commands/command.ts";
import { alignColumns, createPrinter } from "./commands/printer.ts";
import {
  formatSuggestion,
  listOptions,
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
  const texts = USAGE_TEXTS[chooseLanguage(args, env)];
  const name = args.find((arg) => !arg.startsWith("-"));
  const command = findCommand(name, args);
  if (name === args[0] && name !== undefined && name !== "help" && command === undefined)
    return printUsageError(io, describeUnknownCommand(name, texts));
  const parsed = parseCommandLine(args, { name, command, texts });
  const { flags, values, wrong } = parsed;
  if (wrong.length > 0) return printUsageError(io, ...wrong);
  const positionals = parsed.positionals.slice(1);
  if (flags.has("version")) return printVersion(io);
  if (flags.has("help") || name === "help")
    return printHelp(io, name === "help" ? positionals[0] : name, texts);
  if (name === undefined) return printUsageError(io, texts.missing);
  if (command === undefined) return printUsageError(io, describeUnknownCommand(name, texts));
  if (positionals.length > command.positionalsMax) {
    return printUsageError(io, `${texts.tooMany}: mosaic ${formatUsage(command)}`);
  }
  // An empty argument is usually a variable that is not set; as a folder, it would be the working directory.
  if (positionals.includes("")) return printUsageError(io, `${texts.empty}: mosaic ${formatUsage(command)}`);
  const output = await readOutputOptions(io, command, values);
  if (output === undefined) return EXIT_CODES.usage;
  const [run, deps] = await Promise.all([command.load(), loadDeps()]);
  return run(io, deps, { positionals, flags, values, ...output });
}

/** Checks the values of the options, and reads `--format` and `--lang`; undefined after printing all that are wrong. */
async function readOutputOptions(
  io: CommandIo,
  command: Command,
  values: CommandArguments["values"],
): Promise<Pick<CommandArguments, "format" | "language"> | undefined> {
  const known = findLanguage(values.get("lang") ?? "");
  const language = known ?? readLocaleLanguage(io.env);
  const listed = listOptions(command).find(({ name }) => name === "format")?.value ?? "";
  const formats = FORMATS.filter((format) => format === "text" || listed.split("|").includes(format));
  const rules: Readonly<Record<string, OptionValueRule>> = {
    ...(await command.loadValueRules?.()),
    format: { accepts: (text) => formats.some((each) => each === text), expected: joinAlternatives(formats) },
    lang: { accepts: () => known !== undefined, expected: joinAlternatives(LANGUAGES) },
  };
  const wrong = [...values].flatMap(([name, given]) => {
    const rule = rules[name];
    return rule === undefined || rule.accepts(given) ? [] : [{ name, given, expected: rule.expected }];
  });
  const { is, expected: wants } = USAGE_TEXTS[language];
  for (const { name, given, expected } of wrong)
    printFailure(io, `--${name} ${is} ${JSON.stringify(given)}: ${wants} ${expected[language]}`);
  if (wrong.length > 0) return undefined;
  return { format: formats.find((each) => each === values.get("format")) ?? "text", language };
}

/** Lists values as alternatives. */
function joinAlternatives(values: readonly string[]): LocalizedText {
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

function printVersion(io: CommandIo): ExitCode {
  io.stdout.line(`mosaic ${VERSION}`);
  return EXIT_CODES.ok;
}

function printHelp(io: CommandIo, name: string | undefined, texts: UsageTexts): ExitCode {
  const named = COMMANDS.filter((candidate) => candidate.name === name);
  if (name !== undefined && named.length === 0)
    return printUsageError(io, describeUnknownCommand(name, texts));
  io.stdout.block(name === undefined ? createGeneralHelp(COMMANDS) : createCommandHelp(named));
  return EXIT_CODES.ok;
}

function describeUnknownCommand(name: string, texts: UsageTexts): string {
  const near = findSimilarName(
    name,
    COMMANDS.map((command) => command.name),
  );
  return texts.unknown(JSON.stringify(name)) + formatSuggestion(near, texts);
}

/** The language of errors in the arguments, which may be found before the arguments are parsed. */
function chooseLanguage(args: readonly string[], env: ProcessIo["env"]): Language {
  const given = args.flatMap((arg, at) =>
    arg === "--lang" ? (args[at + 1] ?? []) : arg.startsWith("--lang=") ? arg.slice("--lang=".length) : [],
  );
  return findLanguage(given.at(-1) ?? "") ?? readLocaleLanguage(env);
}

function printUsageError(io: CommandIo, ...details: readonly string[]): ExitCode {
  for (const detail of details) printFailure(io, detail);
  io.stderr.block(`\n${createGeneralHelp(COMMANDS)}`);
  return EXIT_CODES.usage;
}

const EXIT_CODES_TEXT = "Exit codes: 0 done or valid, 1 invalid or failed, 2 wrong usage, setting or folder";

export function createGeneralHelp(commands: readonly Command[]): string {
  const rows = [
    ...commands.map((command) => [`mosaic ${formatUsage(command)}`, command.summary]),
    ["mosaic --version", "Print the version"],
  ];
  const more = "mosaic help COMMAND, or mosaic COMMAND --help, shows its options and examples";
  return ["Usage:", ...indentColumns(rows), "", more, EXIT_CODES_TEXT].join("\n");
}

/** Formats the usage of a command, such as `sign [--generation N] [DIR]`. */
export function formatUsage(command: Command): string {
  const { name, selectedBy, argumentForm } = command;
  const options = listOptions(command).map((option) => {
    const typed = option.value === undefined ? `--${option.name}` : `--${option.name} ${option.value}`;
    return option.name === selectedBy ? typed : `[${typed}]`;
  });
  return [name, ...options, ...(argumentForm === undefined ? [] : [argumentForm])].join(" ");
}

export function createCommandHelp(commands: readonly Command[]): string {
  return commands.map(describeCommand).join("\n\n");
}

export function listExitCodes({
  failsWhen,
  rejectsWhen = "wrong usage, setting or folder",
}: Command): readonly (readonly [code: ExitCode, meaning: string])[] {
  const failure = failsWhen === undefined ? [] : ([[EXIT_CODES.invalid, failsWhen]] as const);
  return [[EXIT_CODES.ok, "done"], ...failure, [EXIT_CODES.usage, rejectsWhen]];
}

function describeCommand(command: Command): string {
  const { summary, options = [], examples } = command;
  const optionLines = options.length === 0 ? [] : ["Options:", ...indentColumns(options), ""];
  return [
    `Usage: mosaic ${formatUsage(command)}`,
    "",
    summary,
    "",
    ...optionLines,
    "Examples:",
    ...indentColumns(examples.map((example) => [formatCommandLine(example), example.purpose])),
    "",
    "Exit codes:",
    ...indentColumns(listExitCodes(command).map(([code, meaning]) => [String(code), meaning])),
  ].join("\n");
}

/** Formats the line of an example as a user types it. */
export function formatCommandLine({ line }: CommandExample): string {
  return line.includes("mosaic ") ? line : `mosaic ${line}`;
}

function indentColumns(rows: readonly (readonly string[])[]): readonly string[] {
  return alignColumns(rows).map((line) => `  ${line}`);
}
