import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { extname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { type CachedResponse, tagBody } from "../responses/cached-response.ts";
import { PAGE_HEADERS } from "../responses/security-headers.ts";

/** The page itself, which is served at `/`. */
export const CONSOLE_PAGE = "index.html";

/** All files that a browser loads of the console: no other file is served. */
export const CONSOLE_FILES = [
  CONSOLE_PAGE,
  "api.js",
  "appearance.js",
  "catalog-loader.js",
  "catalog-page.js",
  "fleet-page.js",
  "format.js",
  "json-text.js",
  "language.js",
  "list-window.js",
  "live.js",
  "main.js",
  "marked-text.js",
  "parts.js",
  "preferences.js",
  "reload-page.js",
  "replica-table.js",
  "routes.js",
  "search-index.js",
  "self-state.js",
  "shell.js",
  "texts-en.js",
  "texts-pt.js",
  "tickers-page.js",
  "token-field.js",
  "view-columns.js",
  "view-page.js",
  "words.js",
  "yaml-text.js",
  "styles/catalog.css",
  "styles/page.css",
  "styles/parts.css",
  "styles/shell.css",
  "styles/tokens.css",
  "styles/view.css",
] as const;

/** Files of lit-html by the paths from which the console imports them; each imports only others of these. */
const LIT_FILES = ["lit-html.js", "directive.js", "directive-helpers.js", "directives/repeat.js"] as const;

const LIT_FOLDER = join(sep, "lit-html", sep);
const CONSOLE_FOLDER = fileURLToPath(new URL("../../console/", import.meta.url));

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
};

/** Reads the files of the console, by their paths below `/console/assets/`. */
export async function readConsoleAssets(): Promise<ReadonlyMap<string, CachedResponse>> {
  // The resolved file is the entry for servers, in some folder of the package; those for browsers are at its
  // top.
  const entry = createRequire(import.meta.url).resolve("lit-html");
  const litFolder = entry.slice(0, entry.lastIndexOf(LIT_FOLDER) + LIT_FOLDER.length);
  const own = CONSOLE_FILES.map((name) => [name, join(CONSOLE_FOLDER, name)] as const);
  const lit = LIT_FILES.map((name) => [`lib/${name}`, join(litFolder, name)] as const);
  return new Map(
    await Promise.all([...own, ...lit].map(async ([name, file]) => [name, await readAsset(file)] as const)),
  );
}

async function readAsset(file: string): Promise<CachedResponse> {
  const contentType = CONTENT_TYPES[extname(file)] ?? "application/octet-stream";
  return tagBody(await readFile(file), { ...PAGE_HEADERS, "content-type": contentType });
}
