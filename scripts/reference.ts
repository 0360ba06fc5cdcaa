import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { cliReference } from "./reference/cli-reference.ts";
import { httpReference } from "./reference/http-reference.ts";
import { settingsReference } from "./reference/settings-reference.ts";

/** Writes docs/reference from the routes, the commands and the settings. */
const FOLDER = resolve(import.meta.dirname, "../docs/reference");

writeFileSync(resolve(FOLDER, "http.md"), httpReference());
writeFileSync(resolve(FOLDER, "cli.md"), cliReference());
writeFileSync(resolve(FOLDER, "settings.md"), settingsReference());
