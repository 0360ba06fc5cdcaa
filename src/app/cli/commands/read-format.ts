import type { CommandArguments, CommandIo } from "./command.ts";

/** How results are printed. */
export type OutputFormat = "json" | "text";

/** Reads `--format`; undefined when it is neither `text` nor `json`, which has been printed. */
export function readFormat(io: CommandIo, { values }: CommandArguments): OutputFormat | undefined {
  const format = values.get("format") ?? "text";
  if (format === "json" || format === "text") return format;
  io.stderr.line(`mosaic: --format is ${JSON.stringify(format)}: it takes text or json`);
  return undefined;
}
