import type { ManifestStore } from "../../ports/manifest-store-port.ts";
import type { ConnectDatabase, OpenSource, StartService } from "../service.ts";
import type { OpenKeyring } from "../signing/signing-keys.ts";

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
  readonly openKeyring: OpenKeyring;
  readonly openSource: OpenSource;
  readonly startService: StartService;
  readonly storeManifest: ManifestStore;
  /** Since 1970. */
  readonly nowMs: () => number;
}

/** What a command's exit code tells the shell. */
export const EXIT = { ok: 0, invalid: 1, usage: 2 } as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** What stood behind the command's name. */
export interface CommandArguments {
  readonly positionals: readonly string[];
  readonly flags: ReadonlySet<string>;
  /** The options that have a value, by name; of one that comes twice, the last. */
  readonly values: ReadonlyMap<string, string>;
}

/** One command of `mosaic`. */
export interface Command {
  readonly name: string;
  /** Options without a value that it takes, such as `database` for `--database`. */
  readonly flags?: readonly string[];
  /** Options with a value, such as `generation` for `--generation 7`. */
  readonly values?: readonly string[];
  readonly usage: string;
  readonly summary: string;
  readonly positionalsMax: number;
  run(io: CommandIo, deps: CommandDeps, args: CommandArguments): Promise<ExitCode>;
}
