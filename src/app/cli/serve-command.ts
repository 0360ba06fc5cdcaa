import { randomBytes } from "node:crypto";
import { parseSettings, type Settings } from "../settings.ts";
import { SigningKeysError } from "../signing/signing-keys-error.ts";
import { createLog, type Log } from "../telemetry/log.ts";
import { type Command, type CommandIo, EXIT, type ExitCode } from "./command.ts";

/** `mosaic serve`: the service, until a signal stops it. */
export const serveCommand: Command = {
  name: "serve",
  usage: "serve",
  summary: "Serve the catalog over HTTP; the settings come from the environment",
  positionalsMax: 0,
  async run(io, { startService }) {
    const parsed = parseSettings(io.env, { terminal: io.stdout.terminal });
    if (parsed.kind === "invalid") {
      io.stderr.write(`${parsed.message}\n`);
      return EXIT.usage;
    }
    const { settings } = parsed;
    const log = createLog(settings);
    const adminToken = settings.adminToken ?? tokenOfThisRun(io, log);
    const stopped = io.untilStopped();
    const service = await startService({ settings, adminToken, log }).catch((error: unknown) =>
      failedStart(io, settings, error),
    );
    if (typeof service === "number") return service;
    await stopped;
    await service.stop();
    return EXIT.ok;
  },
};

/** Says why it does not start, if that is the doing of its settings. */
function failedStart(io: CommandIo, { host, port }: Settings, error: unknown): ExitCode {
  if (error instanceof SigningKeysError) {
    io.stderr.write(`${error.message}\n`);
    return EXIT.usage;
  }
  if (!isBindError(error)) throw error;
  io.stderr.write(
    `Cannot start: ${host}:${port} cannot be bound (${bindErrorCode(error)}); set HOST and PORT to an address that is free\n`,
  );
  return EXIT.invalid;
}

/** Shown to a person at a terminal and to nobody else: what is logged is kept. */
function tokenOfThisRun(io: CommandIo, log: Log): string {
  const token = randomBytes(24).toString("base64url");
  if (io.stderr.terminal) io.stderr.write(`Admin token of this run: ${token}\n`);
  else log.warn("ADMIN_TOKEN is not set: the admin routes take a random token that only a terminal is shown");
  return token;
}

const BIND_ERRORS: ReadonlySet<string> = new Set([
  "EADDRINUSE",
  "EADDRNOTAVAIL",
  "EACCES",
  "ENOTFOUND",
  "EAI_AGAIN",
]);
/** What Deno's own errors are called for the first three of them. */
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
