import { Buffer } from "node:buffer";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { extname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { type CachedResponse, tagBody } from "../responses/cached-response.ts";
import { PAGE_HEADERS } from "../responses/security-headers.ts";

/** The page itself, which is served at `/`. */
export const CONSOLE_PAGE = "index.html";

/** All files that a browser loads of the console, beside its styles and libraries: no other file is served. */
export const CONSOLE_FILES = [
  CONSOLE_PAGE,
  "admin-token.js",
  "api.js",
  "appearance.js",
  "catalog-filter.js",
  "catalog-loader.js",
  "catalog-page.js",
  "changed-text.js",
  "charts.js",
  "database-page.js",
  "diagnostic-list.js",
  "fleet-page.js",
  "format.js",
  "history-page.js",
  "json-text.js",
  "language.js",
  "list-window.js",
  "live.js",
  "main.js",
  "marked-text.js",
  "overview-page.js",
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
  "texts.js",
  "tickers-page.js",
  "view-changes.js",
  "view-columns.js",
  "view-page.js",
  "yaml-text.js",
] as const;

/** Sent as one file, in this order. */
export const CONSOLE_STYLES = ["tokens", "page", "shell", "parts", "overview", "catalog", "view"] as const;

/** Files of libraries by the paths from which the console imports them; each imports only others of these. */
const LIBRARY_FILES = {
  "lit-html": ["lit-html.js", "directive.js", "directive-helpers.js", "directives/repeat.js"],
  diff: ["libesm/diff/word.js", "libesm/diff/base.js", "libesm/util/string.js"],
} as const;

const CONSOLE_FOLDER = fileURLToPath(new URL("../../console/", import.meta.url));

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
};

/** Reads the files of the console, by their paths below `/console/assets/`. */
export async function readConsoleAssets(): Promise<ReadonlyMap<string, CachedResponse>> {
  const own = CONSOLE_FILES.map((name) => [name, [join(CONSOLE_FOLDER, name)]] as const);
  const styles = CONSOLE_STYLES.map((name) => join(CONSOLE_FOLDER, "styles", `${name}.css`));
  const files = [...own, ["console.css", styles] as const, ...libraryFiles()];
  return new Map(
    await Promise.all(files.map(async ([name, paths]) => [name, await readAsset(name, paths)] as const)),
  );
}

function libraryFiles(): readonly (readonly [name: string, paths: readonly string[]])[] {
  const { resolve } = createRequire(import.meta.url);
  return Object.entries(LIBRARY_FILES).flatMap(([library, names]) => {
    // The resolved file is the entry for servers, in some folder of the package.
    const entry = resolve(library);
    const inside = join(sep, library, sep);
    const folder = entry.slice(0, entry.lastIndexOf(inside) + inside.length);
    return names.map((name) => [`lib/${name}`, [join(folder, name)]] as const);
  });
}

async function readAsset(name: string, paths: readonly string[]): Promise<CachedResponse> {
  const contentType = CONTENT_TYPES[extname(name)] ?? "application/octet-stream";
  const contents = await Promise.all(paths.map((path) => readFile(path)));
  return tagBody(Buffer.concat(contents), { ...PAGE_HEADERS, "content-type": contentType });
}
