import { unusedSettings } from "../../settings/setting-values.ts";
import { parseSettings } from "../../settings/settings.ts";
import { type Command, type CommandIo, EXIT } from "../commands/command.ts";

/** `mosaic serve`: the service, until a signal stops it. */
export const serveCommand: Command = {
  name: "serve",
  summary: "Serve the catalog over HTTP; the settings come from the environment",
  positionalsMax: 0,
  failsWhen: "the address cannot be bound",
  options: [["--watch", "reload whenever a view is saved, and show what is wrong on the terminal"]],
  examples: [
    { line: "serve", does: "serve VIEWS_DIR on HOST and PORT" },
    {
      line: "VIEWS_DIR=views PORT=8080 mosaic serve --watch",
      does: "for authors: each save is live at once",
    },
  ],
  async run(io, deps, { flags }) {
    const isWatch = flags.has("watch");
    const parsed = parseSettings(isWatch ? quieter(io.env) : io.env, { terminal: io.stdout.terminal });
    if (parsed.kind === "invalid") {
      io.stderr.block(parsed.message);
      return EXIT.usage;
    }
    // The log and the adapters of a service are loaded by this command alone.
    const { serve } = await import("./serve.ts");
    const { settings } = parsed;
    const warnings = [...parsed.warnings, ...unusedSettings(io.env, settings)];
    return serve({ io, deps, settings, warnings, isWatch });
  },
};

/** The watch prints diagnostics in full for the author; the log would repeat them at each attempt. */
function quieter(env: CommandIo["env"]): CommandIo["env"] {
  return { ...env, LOG_LEVEL: env.LOG_LEVEL || "fatal" };
}
