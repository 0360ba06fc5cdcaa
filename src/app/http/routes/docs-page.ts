/** The page that shows the API; its links are relative, so that it works below another path too. */
export const DOCS_PAGE = `<!doctype html>
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

/** No request goes to other hosts: no validation of the document, and no address from the page's own URL. */
export const DOCS_SCRIPT = `SwaggerUIBundle({
  url: new URL("openapi.json", location.href).href,
  dom_id: "#reference",
  deepLinking: true,
  queryConfigEnabled: false,
  validatorUrl: null,
});
`;

export const DOCS_STYLE = `body { margin: 0; }
`;
