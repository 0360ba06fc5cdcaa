import type { OpenSource, StartService } from "../service.ts";

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
  readonly openSource: OpenSource;
  readonly startService: StartService;
}

/** What a command's exit code tells the shell. */
export const EXIT = { ok: 0, invalid: 1, usage: 2 } as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** One command of `mosaic`. */
export interface Command {
  readonly name: string;
  readonly usage: string;
  readonly summary: string;
  readonly positionalsMax: number;
  run(io: CommandIo, deps: CommandDeps, positionals: readonly string[]): Promise<ExitCode>;
}
