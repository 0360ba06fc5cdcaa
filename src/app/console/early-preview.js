import { callReload } from "./api.js";
import { createPreferences } from "./preferences.js";
import { parseRoute } from "./routes.js";

/** The user's choices, which all pages share. */
export const preferences = createPreferences();

/**
 * What a reload would change. It is requested while the rest of the console is loading, because the service needs time
 * to read a large folder.
 */
let preview =
  parseRoute(location.hash).kind === "reload" && preferences.hasToken()
    ? callReload({ preferences }, "preview")
    : undefined;

/** Returns the preview that was requested while the console was loading; undefined at later calls. */
export function readEarlyPreview() {
  const taken = preview;
  preview = undefined;
  return taken;
}
