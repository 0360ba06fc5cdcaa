import type { ConnectDatabase, OpenSource, StartService } from "../service.ts";

/** What a command sees of the process that it runs in. */
export interface CommandIo {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Resolves at the first signal to stop. */
  untilStopped(): Promise<void>;
}

export interface Output {
  write(text: string): void;
  /** Whether a person reads it. */
  readonly terminal: boolean;
}

/** What commands use and do not make themselves. */
export interface CommandDeps {
  readonly connectDatabase: ConnectDatabase;
  readonly openSource: OpenSource;
  readonly startService: StartService;
}

/** What a command's exit code tells the shell. */
export const EXIT = { ok: 0, invalid: 1, usage: 2 } as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** What stood behind the command's name. */
export interface CommandArguments {
  readonly positionals: readonly string[];
  readonly flags: ReadonlySet<string>;
}

/** One command of `mosaic`. */
export interface Command {
  readonly name: string;
  /** Options without a value that it takes, such as `database` for `--database`. */
  readonly flags?: readonly string[];
  readonly usage: string;
  readonly summary: string;
  readonly positionalsMax: number;
  run(io: CommandIo, deps: CommandDeps, args: CommandArguments): Promise<ExitCode>;
}
