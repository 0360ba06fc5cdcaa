import { Buffer } from "node:buffer";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { extname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { Hono } from "hono";
import type { Catalog } from "../../../domain/catalog/catalog.ts";
import type { Entity } from "../../../domain/view/entity.ts";
import { listColumnNames, parseView, type View } from "../../../domain/view/view.ts";
import type { DeepReadonly } from "../../../lib/deep-readonly.ts";
import type { ActiveCatalogHolder } from "../../catalog/active-catalog.ts";
import type { Activity } from "../../status/recent-activity.ts";
import {
  type ConsolePart,
  SHOW_ACTIVITY,
  SHOW_CONSOLE,
  SHOW_CONSOLE_FILE,
  SHOW_CONSOLE_PART,
} from "../api/console-api.ts";
import { addRoute, responderFor } from "../api/replies.ts";
import {
  type CachedResponse,
  createCachedResponse,
  memoizeByKey,
  memoizeRead,
  sendCached,
} from "../responses/cached-response.ts";
import { type BodyForms, createCodedForms, type Representation } from "../responses/representations.ts";
import type { HttpContext, HttpEnv } from "../responses/request-context.ts";
import { DATA_HEADERS, PAGE_HEADERS } from "../responses/security-headers.ts";

export interface ConsoleRoutesDeps {
  readonly holder: ActiveCatalogHolder;
  readonly activity: () => Activity;
  /** Default: from the disk. */
  readonly readConsole?: typeof readConsoleAssets;
}

const fileResponder = responderFor(SHOW_CONSOLE_FILE);
const activityResponder = responderFor(SHOW_ACTIVITY);
const partResponder = responderFor(SHOW_CONSOLE_PART);

const ASSETS_PATH = "/console/assets/";

/** The console: its page at `/`, its files, its charts and its search data. */
export function addConsoleRoutes(app: Hono<HttpEnv>, deps: ConsoleRoutesDeps): void {
  const { holder, activity, readConsole = readConsoleAssets } = deps;
  const divide = createCatalogDivider();
  const assets = memoizeRead(readConsole);

  addRoute(app, SHOW_CONSOLE, async (context) => sendAsset(context, (await assets()).get(CONSOLE_PAGE)));

  addRoute(app, SHOW_CONSOLE_FILE, async (context) =>
    sendAsset(context, (await assets()).get(context.req.path.slice(ASSETS_PATH.length))),
  );

  addRoute(app, SHOW_ACTIVITY, (context) => activityResponder.json(context, activity()));

  addRoute(app, SHOW_CONSOLE_PART, (context) => {
    const active = holder.current();
    if (active === undefined) {
      const detail = "No verified catalog is active yet; GET /readyz shows the reason";
      return partResponder.problem(context, "catalog_unavailable", {
        detail,
        headers: { "retry-after": "1" },
      });
    }
    const number = context.req.param("part");
    const part = /^(?:0|[1-9]\d{0,5})$/.test(number)
      ? divide(active.catalog).part(Number(number))
      : undefined;
    if (part === undefined)
      return partResponder.problem(context, "not_found", {
        detail: "The catalog has no part with this number",
      });
    const headers = { ...DATA_HEADERS, "content-type": "application/json" };
    return sendCached(context, { headers, forms: part });
  });
}

function sendAsset(context: HttpContext, asset: CachedResponse | undefined): Promise<Response> | Response {
  if (asset === undefined)
    return fileResponder.problem(context, "not_found", { detail: "The console has no such file" });
  return sendCached(context, asset);
}

/** The page itself, which is served at `/`. */
export const CONSOLE_PAGE = "index.html";

/** All files of the console that are served, besides its styles and libraries. */
export const CONSOLE_FILES = [
  CONSOLE_PAGE,
  "admin-token.js",
  "api.js",
  "appearance.js",
  "catalog-filter.js",
  "catalog-loader.js",
  "catalog-page.js",
  "charts.js",
  "database-page.js",
  "diagnostic-list.js",
  "early-preview.js",
  "fleet-page.js",
  "format.js",
  "history-page.js",
  "json-text.js",
  "list-window.js",
  "live.js",
  "main.js",
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

/** The style sheets, which are sent as one file in this order. */
export const CONSOLE_STYLES = ["tokens", "page", "shell", "parts", "overview", "catalog", "view"] as const;

/** The files of each library that the console imports. They import only files of this list. */
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
  const files = [...own, ["console.css", styles] as const, ...listLibraryFiles()];
  return new Map(
    await Promise.all(files.map(async ([name, paths]) => [name, await readAsset(name, paths)] as const)),
  );
}

function listLibraryFiles(): readonly (readonly [name: string, paths: readonly string[]])[] {
  const { resolve } = createRequire(import.meta.url);
  return Object.entries(LIBRARY_FILES).flatMap(([library, names]) => {
    // `resolve` returns the file that Node would import, which may be in a subfolder of the package. The names in
    // `LIBRARY_FILES` start at the root of the package.
    const entry = resolve(library);
    const inside = join(sep, library, sep);
    const folder = entry.slice(0, entry.lastIndexOf(inside) + inside.length);
    return names.map((name) => [`lib/${name}`, [join(folder, name)]] as const);
  });
}

async function readAsset(name: string, paths: readonly string[]): Promise<CachedResponse> {
  const contentType = CONTENT_TYPES[extname(name)] ?? "application/octet-stream";
  const contents = await Promise.all(paths.map((path) => readFile(path)));
  return createCachedResponse(Buffer.concat(contents), { ...PAGE_HEADERS, "content-type": contentType });
}

/** A catalog in parts, each small enough to be built without delaying other requests. */
export interface ConsoleCatalog {
  /**
   * The forms of a part. The plain form is built for each answer and not kept; the compressed ones are kept.
   */
  part(index: number): BodyForms | undefined;
}

/**
 * Maximum bytes of canonical JSON in a part, unless a single view is larger. Parsing a larger part would delay
 * other requests.
 */
const PART_BYTES_MAX = 512 * 1024;
const PART_VIEWS_MAX = 200;
/** The first part is smaller: the console can be used as soon as one or two screens of views have arrived. */
const FIRST_PART_BYTES_MAX = 128 * 1024;
const FIRST_PART_VIEWS_MAX = 40;

/** Makes a function that returns the parts of a catalog, always the same for one catalog. */
export function createCatalogDivider(): (catalog: Catalog) => ConsoleCatalog {
  return memoizeByKey(divideCatalog);
}

function divideCatalog({ hash, views }: Catalog): ConsoleCatalog {
  const entries = [...views];
  const starts = findPartStarts(entries);
  const parts = new Map<number, BodyForms>();

  function partFrom(start: number, index: number): BodyForms {
    const etag = `"${hash}-${index}"`;
    const plain = (): Representation => {
      const items = entries
        .slice(start, starts[index + 1])
        .map(([entity, json]) => describeView(entity, json));
      const part: DeepReadonly<ConsolePart> = { hash, total: entries.length, starts, items };
      const body = new TextEncoder().encode(JSON.stringify(part));
      return { body, etag, length: String(body.byteLength) };
    };
    return { etag, plain, coded: createCodedForms(etag, plain) };
  }

  return {
    part(index) {
      const start = starts[index];
      const known = parts.get(index);
      if (known !== undefined || start === undefined) return known;
      const part = partFrom(start, index);
      parts.set(index, part);
      return part;
    },
  };
}

/** The index of the first view of each part; a catalog without views has one empty part. */
function findPartStarts(entries: readonly (readonly [Entity, Uint8Array])[]): readonly number[] {
  const starts = [0];
  let start = 0;
  let bytes = 0;
  for (const [index, [, json]] of entries.entries()) {
    const [bytesMax, viewsMax] =
      start === 0 ? [FIRST_PART_BYTES_MAX, FIRST_PART_VIEWS_MAX] : [PART_BYTES_MAX, PART_VIEWS_MAX];
    const isFull = index - start >= viewsMax || bytes + json.byteLength > bytesMax;
    if (isFull && index > start) {
      starts.push(index);
      start = index;
      bytes = 0;
    }
    bytes += json.byteLength;
  }
  return starts;
}

function describeView(entity: Entity, canonicalJson: Uint8Array) {
  const view = parseView(canonicalJson);
  const { identifiers } = view;
  return {
    entity,
    description: view.description ?? "",
    identifiers,
    columns: listColumnNames(view),
    aliases: listColumnAliases(view),
    words: listAskWords(view),
  };
}

function listColumnAliases({ columns }: View): readonly string[] {
  return columns.flatMap((column) =>
    typeof column !== "string" && typeof column.alias === "string" ? [column.alias] : [],
  );
}

/** The field `ask` of a view; the types were checked when the view was loaded. */
interface AskField {
  readonly intents?: readonly string[] | null;
  readonly keywords?: readonly string[] | null;
  readonly synonyms?: Readonly<Record<string, readonly string[] | string | null>> | null;
  readonly latest_words?: readonly string[] | null;
}

function listAskWords(view: View): readonly string[] {
  const { intents, keywords, synonyms, latest_words } = (view.ask ?? {}) as AskField;
  const ofSynonyms = Object.entries(synonyms ?? {}).flatMap(([word, others]) => [word, ...toList(others)]);
  return [...new Set([...(intents ?? []), ...(keywords ?? []), ...ofSynonyms, ...(latest_words ?? [])])];
}

/** A single string stands for a list of one. */
function toList(others: readonly string[] | string | null): readonly string[] {
  return typeof others === "string" ? [others] : (others ?? []);
}
