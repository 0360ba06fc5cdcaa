import { type ParseArgsOptionsConfig, parseArgs } from "node:util";
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
  printWrongOption,
} from "./commands/command.ts";
import { createPrinter, table } from "./commands/printer.ts";

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
  const parsed = parse(args, command, texts);
  if (typeof parsed === "string") return usageError(io, parsed);
  const { flags, values } = parsed;
  const positionals = parsed.positionals.slice(1);
  if (flags.has("version")) return version(io);
  if (flags.has("help") || name === "help") return help(io, name === "help" ? positionals[0] : name, texts);
  if (name === undefined) return usageError(io, texts.missing);
  if (command === undefined) return usageError(io, unknownCommand(name, texts));
  if (positionals.length > command.positionalsMax) {
    return usageError(io, `${texts.tooMany}: mosaic ${usageOf(command)}`);
  }
  const output = readOutput(io, command, values);
  if (output === undefined) return EXIT.usage;
  const [run, deps] = await Promise.all([command.load(), loadDeps()]);
  return run(io, deps, { positionals, flags, values, ...output });
}

/** Reads `--format` and `--lang`; undefined after printing an error. */
function readOutput(
  io: CommandIo,
  command: Command,
  values: CommandArguments["values"],
): Pick<CommandArguments, "format" | "language"> | undefined {
  const given = { format: values.get("format") ?? "text", lang: values.get("lang") };
  const known = findLanguage(given.lang ?? "");
  const language = known ?? languageOfLocale(io.env);
  const listed = optionsOf(command).find(({ name }) => name === "format")?.value ?? "";
  const formats = FORMATS.filter((format) => format === "text" || listed.split("|").includes(format));
  const format = formats.find((each) => each === given.format);
  if (format === undefined)
    printWrongOption(io, language, { name: "format", given: given.format, expected: oneOf(formats) });
  if (given.lang !== undefined && known === undefined) {
    printWrongOption(io, language, { name: "lang", given: given.lang, expected: oneOf(LANGUAGES) });
    return undefined;
  }
  return format && { format, language };
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
  return texts.unknown(JSON.stringify(name)) + (near === undefined ? "" : `; ${texts.didYouMean(near)}`);
}

/** Parses options and positionals; the first positional is the command. Returns a string with the reason of a failure. */
function parse(
  args: readonly string[],
  command: Command | undefined,
  texts: UsageTexts,
): Omit<CommandArguments, "format" | "language"> | string {
  const options: ParseArgsOptionsConfig = {
    help: { type: "boolean", short: "h" },
    ...(command === undefined ? { version: { type: "boolean", short: "V" } } : {}),
  };
  for (const { name, value } of command === undefined ? [] : optionsOf(command)) {
    options[name] = { type: value === undefined ? "boolean" : "string" };
  }
  const config = { args: [...args], options, allowPositionals: true };
  try {
    const { values: given, positionals } = parseArgs(config);
    const flags = new Set(Object.keys(given).filter((name) => given[name] === true));
    const values = new Map<string, string>();
    for (const [name, value] of Object.entries(given)) if (typeof value === "string") values.set(name, value);
    return { positionals, flags, values };
  } catch (error) {
    const message = error instanceof Error ? (error.message.split(/\.\s/, 1)[0] ?? "") : String(error);
    const wrong = findWrongOption(config);
    return wrong === undefined ? message : texts.wrongOption({ ...wrong, message });
  }
}

/** Finds the option that is unknown, lacks its value, or is a flag with a value. */
function findWrongOption(
  config: NonNullable<Parameters<typeof parseArgs>[0]>,
): Omit<WrongOption, "message"> | undefined {
  const { tokens } = parseArgs({ ...config, strict: false, tokens: true });
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    const type = config.options?.[token.name]?.type;
    const hasValue = token.value !== undefined && (token.inlineValue || !token.value.startsWith("-"));
    if (type === undefined || (type === "boolean") === hasValue)
      return { option: token.rawName, isKnown: type !== undefined, isFlag: type === "boolean" };
  }
  return undefined;
}

interface WrongOption {
  readonly option: string;
  readonly isKnown: boolean;
  readonly isFlag: boolean;
  /** The message of the parser, in English. */
  readonly message: string;
}

const EN = {
  missing: "missing command",
  unknown: (name: string) => `unknown command ${name}`,
  didYouMean: (name: string) => `did you mean ${name}?`,
  tooMany: "too many arguments",
  wrongOption: ({ message }: WrongOption) => message,
};
type UsageTexts = typeof EN;

export const USAGE_TEXTS: Readonly<Record<Language, UsageTexts>> = {
  en: EN,
  pt: {
    missing: "falta o comando",
    unknown: (name) => `comando desconhecido ${name}`,
    didYouMean: (name) => `você quis dizer ${name}?`,
    tooMany: "argumentos demais",
    wrongOption({ option, isKnown, isFlag }) {
      if (!isKnown) return `opção desconhecida ${option}`;
      return isFlag ? `${option} não recebe valor` : `falta o valor de ${option}`;
    },
  },
};

/** The language of errors in the arguments, which may be found before the arguments are parsed. */
function languageOf(args: readonly string[], env: ProcessIo["env"]): Language {
  const given = args.flatMap((arg, at) =>
    arg === "--lang" ? (args[at + 1] ?? []) : arg.startsWith("--lang=") ? arg.slice("--lang=".length) : [],
  );
  return findLanguage(given.at(-1) ?? "") ?? languageOfLocale(env);
}

function usageError(io: CommandIo, detail: string): ExitCode {
  failed(io, detail);
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

/** An option; `value` is as the usage shows it, and undefined for a flag. */
export interface CommandOption {
  readonly name: string;
  readonly value: string | undefined;
}

/** Returns each option of a command once, with all its values. */
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
