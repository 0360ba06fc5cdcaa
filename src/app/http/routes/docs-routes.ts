import type { Hono } from "hono";
import { type DOCS_FILES, SHOW_DOCS, SHOW_DOCS_FILE, SHOW_OPENAPI } from "../api/reference-api.ts";
import { addRoute, responderFor } from "../api/replies.ts";
import {
  type CachedResponse,
  createCachedResponse,
  memoizeRead,
  sendCached,
} from "../responses/cached-response.ts";
import type { HttpEnv } from "../responses/request-context.ts";
import { DATA_HEADERS, PAGE_HEADERS } from "../responses/security-headers.ts";

export interface DocsRoutesDeps {
  /** Reads a file of an installed package, such as `swagger-ui-dist/swagger-ui.css`. */
  readonly readPackageFile: (specifier: string) => Promise<Uint8Array>;
}

type DocsFile = (typeof DOCS_FILES)[number];

const fileResponder = responderFor(SHOW_DOCS_FILE);

/** `GET /openapi.json` and `/docs` with its files: each is built on first use, and kept. */
export function addDocsRoutes(app: Hono<HttpEnv>, { readPackageFile }: DocsRoutesDeps): void {
  const files = createDocsFiles(readPackageFile);
  const document = memoizeRead(async () => {
    const { createOpenApiDocument } = await import("../openapi/openapi-document.ts");
    const headers = { ...DATA_HEADERS, "content-type": "application/json" };
    return createCachedResponse(JSON.stringify(createOpenApiDocument()), headers);
  });
  const page = memoizeRead(async () => createPageResponse("text/html", DOCS_PAGE));

  addRoute(app, SHOW_OPENAPI, async (context) => sendCached(context, await document()));
  addRoute(app, SHOW_DOCS, async (context) => sendCached(context, await page()));
  addRoute(app, SHOW_DOCS_FILE, async (context) => {
    const file = files.get(context.req.param("file"));
    if (file === undefined) {
      return fileResponder.problem(context, "not_found", { detail: "The API reference has no such file" });
    }
    return sendCached(context, await file());
  });
}

/** The files of the `/docs` page by name. Only these are served. */
function createDocsFiles(
  readPackageFile: DocsRoutesDeps["readPackageFile"],
): ReadonlyMap<string, () => Promise<CachedResponse>> {
  const vendored = (name: string) => readPackageFile(`swagger-ui-dist/${name}`);
  const contents: Readonly<Record<DocsFile, () => Promise<CachedResponse>>> = {
    "start.js": async () => createPageResponse("text/javascript", DOCS_SCRIPT),
    "style.css": async () => createPageResponse("text/css", DOCS_STYLE),
    "swagger-ui-bundle.js": async () =>
      createPageResponse("text/javascript", await vendored("swagger-ui-bundle.js")),
    "swagger-ui.css": async () => createPageResponse("text/css", await vendored("swagger-ui.css")),
  };
  return new Map(Object.entries(contents).map(([name, make]) => [name, memoizeRead(make)]));
}

function createPageResponse(mediaType: string, content: Uint8Array | string): CachedResponse {
  return createCachedResponse(content, { ...PAGE_HEADERS, "content-type": `${mediaType}; charset=utf-8` });
}

/**
 * The page of the API reference. Its links are relative, so that it works behind a proxy that adds a path.
 */
const DOCS_PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Mosaic API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="docs/swagger-ui.css">
<link rel="stylesheet" href="docs/style.css">
<script src="docs/swagger-ui-bundle.js" defer></script>
<script src="docs/start.js" defer></script>
</head>
<body>
<main id="reference"><p>The reference is shown by a script; without one, read <a href="openapi.json">openapi.json</a>.</p></main>
</body>
</html>
`;

/**
 * With these options the page sends requests only to this service: no online validator gets the document, and
 * the page's URL cannot name a different document.
 */
const DOCS_SCRIPT = `SwaggerUIBundle({
  url: new URL("openapi.json", location.href).href,
  dom_id: "#reference",
  deepLinking: true,
  queryConfigEnabled: false,
  validatorUrl: null,
});
`;

const DOCS_STYLE = `body { margin: 0; }
`;
