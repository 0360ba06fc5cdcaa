import { parseSettings, type Settings } from "../../settings/settings.ts";
import type { CommandIo } from "./command.ts";

/** Reads the settings and prints what is ignored of them; undefined when they are wrong, which has then been said. */
export function readSettings(io: CommandIo): Settings | undefined {
  const parsed = parseSettings(io.env, { terminal: false });
  if (parsed.kind === "invalid") {
    io.stderr.write(`${parsed.message}\n`);
    return undefined;
  }
  for (const warning of parsed.warnings) io.stderr.write(`mosaic: warning: ${warning}\n`);
  return parsed.settings;
}
