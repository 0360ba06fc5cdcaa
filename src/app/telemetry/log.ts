import { type DestinationStream, type Logger, pino, stdTimeFunctions } from "pino";
import pretty from "pino-pretty";
import type { Settings } from "../settings.ts";

/** A structured logger; only plain fields go in, never an error object, whose properties may hold values of the cache. */
export type Log = Logger;

/**
 * Makes the logger of this process: one JSON object a line on standard output, or lines for people.
 *
 * @param destination elsewhere than standard output
 */
export function createLog(
  { logLevel, logFormat }: Pick<Settings, "logFormat" | "logLevel">,
  destination?: DestinationStream,
): Log {
  const options = {
    level: logLevel,
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  if (logFormat === "json") return destination === undefined ? pino(options) : pino(options, destination);
  const target = destination === undefined ? {} : { destination };
  return pino(options, pretty({ sync: true, singleLine: true, translateTime: "SYS:HH:MM:ss.l", ...target }));
}
