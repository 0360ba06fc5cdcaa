import { randomBytes } from "node:crypto";
import { readLocaleLanguage } from "../../../lib/language.ts";
import { formatAddress } from "../../../lib/redis-url.ts";
import type { RunningService } from "../../lifecycle/service.ts";
import { CaCertificatesError, warnOfUnusedSettings } from "../../settings/setting-values.ts";
import { parseSettings, type Settings } from "../../settings/settings.ts";
import { SigningKeysError } from "../../signing/signing-keys.ts";
import { createLog, formatDroppedLines, type Log } from "../../telemetry/log.ts";
import { createLogOutput, type LogOutput, writeToStandardOutput } from "../../telemetry/log-output.ts";
import {
  type CommandDeps,
  type CommandIo,
  EXIT_CODES,
  type ExitCode,
  type RunCommand,
} from "../commands/command.ts";
import { reloadOnSave } from "./reload-on-save.ts";

/** The time limit for the last lines of the log. */
const LOG_FLUSH_TIMEOUT_MS = 1000;

/** `mosaic serve`: runs the service until a signal stops it. */
export const serveCommand: RunCommand = async (io, deps, { flags }) => {
  const isWatchMode = flags.has("watch");
  const env = isWatchMode ? addQuietLogLevel(io.env) : io.env;
  const options = { terminal: io.stdout.terminal };
  const parsed = parseSettings(env, options);
  if (parsed.kind === "invalid") {
    // Parsed again, because the warnings of valid settings go to the log, which is in English.
    const localized = parseSettings(env, { ...options, language: readLocaleLanguage(io.env) });
    io.stderr.block(localized.kind === "invalid" ? localized.message : parsed.message);
    return EXIT_CODES.usage;
  }
  const { settings } = parsed;
  const warnings = [...parsed.warnings, ...warnOfUnusedSettings(io.env, settings)];
  return serve({ io, deps, settings, warnings, isWatchMode });
};

/** Quiets the log unless `LOG_LEVEL` is set, because the watch mode prints the diagnostics itself. */
function addQuietLogLevel(env: CommandIo["env"]): CommandIo["env"] {
  return { ...env, LOG_LEVEL: env.LOG_LEVEL?.trim() || "fatal" };
}

interface ServeOptions {
  readonly io: CommandIo;
  readonly deps: CommandDeps;
  readonly settings: Settings;
  /** Warnings about environment variables that are ignored or doubtful. */
  readonly warnings: readonly string[];
  readonly isWatchMode: boolean;
}

async function serve(options: ServeOptions): Promise<ExitCode> {
  const output = createLogOutput(writeToStandardOutput(), formatDroppedLines);
  try {
    return await serveWithLog(output, options);
  } finally {
    await output.flush(LOG_FLUSH_TIMEOUT_MS);
    // Lines stay in the buffer of an output that is not read. They are dropped, so that the process can end.
    options.io.stdout.dropBuffered();
  }
}

async function serveWithLog(
  output: LogOutput,
  { io, deps, settings, warnings, isWatchMode }: ServeOptions,
): Promise<ExitCode> {
  const log = createLog(settings, output.stream);
  for (const detail of warnings) log.warn({ detail }, "Doubtful setting");
  const adminToken = settings.adminToken ?? createRunToken(io, log);
  const stopped = io.untilStopped();
  const service = await deps
    .startService({ settings, adminToken, log, droppedLogLines: output.countDropped })
    .catch((error: unknown) => printFailedStart(io, settings, error));
  if (typeof service === "number") return service;
  // A reload that is running is not awaited: the stop of the service aborts it.
  const watching = isWatchMode ? watchUntilStopped(stopped, { io, deps, settings, service }) : stopped;
  await Promise.race([watching.then(() => stopped), stopped]);
  await service.stop();
  return EXIT_CODES.ok;
}

interface WatchOptions {
  readonly io: CommandIo;
  readonly deps: CommandDeps;
  readonly settings: Settings;
  readonly service: RunningService;
}

async function watchUntilStopped(
  stopped: Promise<void>,
  { io, deps, settings, service }: WatchOptions,
): Promise<void> {
  const { viewsDir, cacheBackend } = settings;
  const language = readLocaleLanguage(io.env);
  if (cacheBackend !== "local") {
    io.stderr.line(
      language === "pt"
        ? "mosaic: aviso: cada gravação é publicada no cache compartilhado, e assim em todas as réplicas"
        : "mosaic: warning: every save is published to the shared cache, and so to every replica",
    );
  }
  const stopWatching = new AbortController();
  void stopped.then(() => stopWatching.abort());
  await Promise.race([service.loaded, stopped]);
  io.stderr.line(
    language === "pt"
      ? `Observando ${viewsDir}: cada view gravada é verificada, e servida em ${service.url}`
      : `Watching ${viewsDir}: each saved view is checked, and served on ${service.url}`,
  );
  await reloadOnSave(io, deps, { viewsDir, service, language, signal: stopWatching.signal });
}

/** Prints the reason if a setting made the start fail; otherwise rethrows the error. */
function printFailedStart(io: CommandIo, settings: Settings, error: unknown): ExitCode {
  const language = readLocaleLanguage(io.env);
  const start = { en: "Cannot start", pt: "Não é possível iniciar" }[language];
  if (error instanceof SigningKeysError) {
    io.stderr.line(error.texts === undefined ? error.message : `${start}: ${error.texts[language]}`);
    return EXIT_CODES.usage;
  }
  if (error instanceof CaCertificatesError) {
    io.stderr.line(`${start}: ${error.texts[language]}`);
    return EXIT_CODES.usage;
  }
  if (!isBindError(error)) throw error;
  const [address, code] = [formatAddress(settings), bindErrorCode(error)];
  const unbound = {
    en: `${address} cannot be bound (${code}); set HOST and PORT to an address that is free`,
    pt: `o endereço ${address} não pode ser usado (${code}); defina HOST e PORT com um endereço livre`,
  };
  io.stderr.line(`${start}: ${unbound[language]}`);
  return EXIT_CODES.invalid;
}

/** Makes a random admin token. It is shown only on a terminal, because a log is stored. */
function createRunToken(io: CommandIo, log: Log): string {
  const token = randomBytes(24).toString("base64url");
  if (io.stderr.terminal) io.stderr.line(`Admin token of this run: ${token}`);
  else log.warn("ADMIN_TOKEN is not set: a random token is used, and shown only on a terminal");
  return token;
}

const BIND_ERRORS: ReadonlySet<string> = new Set([
  "EADDRINUSE",
  "EADDRNOTAVAIL",
  "EACCES",
  "EAFNOSUPPORT",
  "ENOTFOUND",
  "EAI_AGAIN",
]);
const DENO_BIND_ERRORS: ReadonlySet<string> = new Set([
  "AddrInUse",
  "AddrNotAvailable",
  "PermissionDenied",
  "NotCapable",
]);

function bindErrorCode(error: unknown): string {
  const { code, name } = error as { readonly code?: unknown; readonly name?: unknown };
  return String(code ?? name);
}

function isBindError(error: unknown): boolean {
  const code = bindErrorCode(error);
  return BIND_ERRORS.has(code) || DENO_BIND_ERRORS.has(code);
}
