import type { Language, LocalizedText } from "../../../lib/language.ts";
import type { DescribedDatabase } from "../../../ports/database-port.ts";
import type { ManifestStore } from "../../../ports/manifest-store-port.ts";
import type { ViewEditor } from "../../../ports/view-editor-port.ts";
import type { ViewFilesPort } from "../../../ports/view-files-port.ts";
import type {
  CacheConnection,
  DatabaseSettings,
  OpenSource,
  SharedCacheSettings,
  StartService,
} from "../../lifecycle/service.ts";
import type { OpenKeyring } from "../../signing/signing-keys.ts";
import type { Printer } from "./printer.ts";

/** The process that commands run in. */
export interface ProcessIo {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Resolves at the first signal to stop. */
  untilStopped(): Promise<void>;
}

/**
 * The parts of the process that a command uses. Commands print only through printers, which escape control
 * characters.
 */
export interface CommandIo extends Omit<ProcessIo, "stderr" | "stdout"> {
  readonly stdout: Printer;
  readonly stderr: Printer;
}

export interface Output {
  write(text: string): void;
  readonly terminal: boolean;
  dropBuffered?(): void;
}

export interface CommandDeps {
  /** Creates the database of the settings; connections are opened at the first query. */
  readonly connectDatabase: (settings: DatabaseSettings) => Promise<DescribedDatabase>;
  readonly openKeyring: OpenKeyring;
  readonly openSource: OpenSource;
  /** Returns a fingerprint that changes whenever a view in the folder changes. */
  readonly fingerprint: (viewsDir: string) => Promise<string>;
  /** Connects to the shared cache of the settings; undefined without one. */
  readonly openSharedCache: (settings: SharedCacheSettings) => Promise<CacheConnection | undefined>;
  /** Reads the text of a view file by the path in a diagnostic; undefined if it cannot be read. */
  readonly readViewText: (file: string) => Promise<string | undefined>;
  readonly startService: StartService;
  readonly storeManifest: ManifestStore;
  readonly viewFiles: ViewFilesPort;
  readonly loadViewEditor: () => Promise<ViewEditor>;
  /** Milliseconds since the epoch. */
  readonly nowMs: () => number;
}

export const EXIT_CODES = { ok: 0, invalid: 1, usage: 2 } as const;

export type ExitCode = (typeof EXIT_CODES)[keyof typeof EXIT_CODES];

export const FORMATS = ["text", "json", "sarif"] as const;

/** The arguments after the command's name. */
export interface CommandArguments {
  /** One that the table of commands lists for this command, or `text`. */
  readonly format: (typeof FORMATS)[number];
  /** The language of `--lang`, or else of the locale. */
  readonly language: Language;
  readonly positionals: readonly string[];
  readonly flags: ReadonlySet<string>;
  /** The options with a value, by name; the last value of a repeated option counts. */
  readonly values: ReadonlyMap<string, string>;
}

export interface CommandExample {
  /** The line without `mosaic`; only a line that begins with a setting contains `mosaic`. */
  readonly line: string;
  readonly purpose: string;
}

export interface OptionValueRule {
  accepts(text: string): boolean;
  readonly expected: LocalizedText;
}

export interface Command {
  readonly name: string;
  /** The flag that selects this command, if several commands have the same name. */
  readonly selectedBy?: string;
  /** The arguments as the usage shows them, such as `[DIR]`. */
  readonly argumentForm?: string;
  readonly summary: string;
  readonly positionalsMax: number;
  /** When the command ends with exit code 1; undefined if it never does. */
  readonly failsWhen?: string;
  /** When the command ends with exit code 2; by default, for wrong usage, a wrong setting or an unreadable folder. */
  readonly rejectsWhen?: string;
  /**
   * Each option as a user types it, and its effect. The help and the parser use this list. An option with a value, such
   * as `--format`, may have one entry for each value.
   */
  readonly options?: readonly (readonly [form: string, meaning: string])[];
  /** The options whose values are restricted, besides `--format` and `--lang`. */
  loadValueRules?(): Promise<Readonly<Record<string, OptionValueRule>>>;
  /** Examples, at least one. */
  readonly examples: readonly CommandExample[];
  load(): Promise<RunCommand>;
}

export type RunCommand = (io: CommandIo, deps: CommandDeps, args: CommandArguments) => Promise<ExitCode>;

/** Prints why a command failed, and returns its exit code. */
export function printFailure(
  { stderr }: CommandIo,
  detail: string,
  code: ExitCode = EXIT_CODES.invalid,
): ExitCode {
  stderr.line(`mosaic: ${detail}`);
  return code;
}

/** Prints a result: as JSON, or as lines. */
export function printResult(
  { stdout }: CommandIo,
  { format }: CommandArguments,
  result: { readonly json: unknown; readonly lines: readonly string[] },
): void {
  if (format === "json") stdout.json(JSON.stringify(result.json));
  else for (const line of result.lines) stdout.line(line);
}

/** Formats a count, such as `2 views`. @param plural default: the noun with an "s" */
export function formatCount(number: number, noun: string, plural = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : plural}`;
}

/** Writes a path as an argument of a command that a user may copy into a shell. */
export function quoteShellWord(path: string): string {
  return /^[\p{L}\p{M}\p{N}_./:@%+=,-]+$/u.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
