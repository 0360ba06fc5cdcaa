import type { Language } from "../../../lib/language.ts";
import { parseSettings, type Settings } from "../../settings/settings.ts";
import type { CommandIo } from "./command.ts";

/** Reads the settings, and prints warnings about ignored and doubtful variables; undefined after printing an error. */
export function readSettings(io: CommandIo, language: Language): Settings | undefined {
  const parsed = parseSettings(io.env, { terminal: false, language });
  if (parsed.kind === "invalid") {
    io.stderr.block(parsed.message);
    return undefined;
  }
  for (const warning of parsed.warnings)
    io.stderr.line(`mosaic: ${{ en: "warning", pt: "aviso" }[language]}: ${warning}`);
  return parsed.settings;
}
