import { type ParseArgsOptionsConfig, parseArgs } from "node:util";
import type { Language } from "../../lib/language.ts";
import { findSimilarName } from "../../lib/similar-name.ts";
import { COMMANDS } from "./command-table.ts";
import type { Command, CommandArguments } from "./commands/command.ts";

interface ParseContext {
  /** The first positional argument, which names the command. */
  readonly name: string | undefined;
  readonly command: Command | undefined;
  readonly texts: UsageTexts;
}

interface ParsedArguments extends Omit<CommandArguments, "format" | "language"> {
  /** Faults of the options, in the order of the arguments. The values of options are checked later. */
  readonly wrong: readonly string[];
}

function createParserOptions(command: Command | undefined): ParseArgsOptionsConfig {
  const help = { type: "boolean", short: "h" } as const;
  if (command === undefined) return { help, version: { type: "boolean", short: "V" } };
  const own = listOptions(command).map(
    ({ name, value }) => [name, { type: value === undefined ? "boolean" : "string" }] as const,
  );
  return { help, ...Object.fromEntries(own) };
}

/** Parses options and positionals; the first positional is the command. */
export function parseCommandLine(args: readonly string[], context: ParseContext): ParsedArguments {
  const { command, texts } = context;
  const options = createParserOptions(command);
  // Not strict, because the parser would stop at the first fault, and describe it in English.
  const config = { args: [...args], options, allowPositionals: true, strict: false, tokens: true } as const;
  const { positionals, tokens } = parseArgs(config);
  const flags = new Set<string>();
  const values = new Map<string, string>();
  const wrong = new Map<number, string>();
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    const { index, name, rawName, value } = token;
    const fault = Object.hasOwn(options, name)
      ? describeFault(token, options[name]?.type, texts)
      : describeUnknownOption(rawName.startsWith("--") ? rawName : args[index], context, options);
    if (fault !== undefined) wrong.set(index, fault);
    else if (value === undefined) flags.add(name);
    else values.set(name, value);
  }
  return { positionals, flags, values, wrong: [...wrong.values()] };
}

/** Describes an unknown option, and suggests a similar one of any command with this name. */
function describeUnknownOption(
  typed = "",
  { name: commandName, texts }: ParseContext,
  options: ParseArgsOptionsConfig,
): string {
  const named = COMMANDS.filter((each) => each.name === commandName).flatMap(listOptions);
  const near = findSimilarName(typed, [...Object.keys(options), ...named.map(({ name }) => name)]);
  return texts.unknownOption(typed) + formatSuggestion(near && `--${near}`, texts);
}

/** Describes a known option that lacks its value, or is a flag with a value. */
function describeFault(
  {
    rawName,
    value,
    inlineValue,
  }: { rawName: string; value?: string | undefined; inlineValue?: boolean | undefined },
  type: "boolean" | "string" | undefined,
  texts: UsageTexts,
): string | undefined {
  if (type === "boolean") return value === undefined ? undefined : texts.noValue(rawName);
  const hasValue = value !== undefined && (inlineValue === true || !/^-./.test(value));
  return hasValue ? undefined : texts.valueMissing(rawName);
}

const ENGLISH_TEXTS = {
  missing: "missing command",
  unknown: (name: string) => `unknown command ${name}`,
  didYouMean: (name: string) => `did you mean ${name}?`,
  tooMany: "too many arguments",
  empty: "an argument is empty",
  unknownOption: (option: string) => `unknown option ${option}`,
  noValue: (option: string) => `${option} takes no value`,
  valueMissing: (option: string) => `${option} needs a value`,
  is: "is",
  expected: "expected",
};
export type UsageTexts = typeof ENGLISH_TEXTS;

export const USAGE_TEXTS: Readonly<Record<Language, UsageTexts>> = {
  en: ENGLISH_TEXTS,
  pt: {
    missing: "falta o comando",
    unknown: (name) => `comando desconhecido ${name}`,
    didYouMean: (name) => `você quis dizer ${name}?`,
    tooMany: "argumentos demais",
    empty: "um argumento está vazio",
    unknownOption: (option) => `opção desconhecida ${option}`,
    noValue: (option) => `${option} não recebe valor`,
    valueMissing: (option) => `falta o valor de ${option}`,
    is: "é",
    expected: "o esperado é",
  },
};

export function formatSuggestion(near: string | undefined, texts: UsageTexts): string {
  return near === undefined ? "" : `; ${texts.didYouMean(near)}`;
}

/** An option; `value` is as the usage shows it, and undefined for a flag. */
export interface CommandOption {
  readonly name: string;
  readonly value: string | undefined;
}

/** Returns each option of a command once, with all its values. */
export function listOptions({ options = [] }: Command): readonly CommandOption[] {
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
