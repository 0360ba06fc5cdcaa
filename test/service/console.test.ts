import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PAGE_HEADERS } from "../../src/app/http/responses/security-headers.ts";
import { type HostedService, startHostedService } from "../support/hosted-service.ts";
import { RUNTIMES } from "../support/runtimes.ts";
import { type Answer, type RequestOptions, sendRequest } from "../support/send-request.ts";
import { createViewsDirectory, type ViewsDirectory, viewYaml } from "../support/views-directory.ts";

const ASKED = [
  "identifiers: [ticker]",
  "description: O que cada fundo pagou",
  "columns: [ticker, {name: amount, alias: Valor por cota}]",
  "ask:",
  "  intents: [rendimentos]",
  "  keywords: [dividendo]",
  "  synonyms: {provento: [dividendo, amortização]}",
  "  latest_words: [último]",
  "  weights: {dividendo: 1.0}",
  "",
].join("\n");

const FILES = [
  ["/", "text/html; charset=utf-8"],
  ["/console/assets/main.js", "text/javascript; charset=utf-8"],
  ["/console/assets/console.css", "text/css; charset=utf-8"],
  ["/console/assets/lib/lit-html.js", "text/javascript; charset=utf-8"],
] as const;

const NO_FILES = [
  "/console/assets/",
  "/console/assets/nothing.js",
  "/console/assets/tsconfig.json",
  "/console/assets/context.d.ts",
  "/console/assets/__proto__",
  "/console/assets/../http/etag.ts",
  "/console/assets/..%2fhttp%2fetag.ts",
  "/console/assets/%2e%2e/%2e%2e/main.ts",
  "/console/assets//etc/passwd",
  "/console/assets/lib/../../../../package.json",
  "/console/assets/%00",
  "/console/assets/main.js%00.css",
];

describe.each(RUNTIMES)("the console's routes on $name", (runtime) => {
  let views: ViewsDirectory;
  let service: HostedService;
  const send = (path: string, options?: RequestOptions): Promise<Answer> =>
    sendRequest(service.url, path, options);

  beforeAll(async () => {
    views = await createViewsDirectory({ "view_a.yaml": ASKED, "view_b.yaml": viewYaml("x") });
    service = await startHostedService({ runtime, env: { VIEWS_DIR: views.path } });
    await service.waitForLog(({ msg }) => msg === "Catalog activated");
  });
  afterAll(async () => {
    await service?.[Symbol.asyncDispose]();
    await views?.[Symbol.asyncDispose]();
  });

  test.each(FILES)("GET %s is %s under the policy of pages, and is asked for once", async (path, type) => {
    const answer = await send(path);
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({
      ...PAGE_HEADERS,
      "content-type": type,
      "cache-control": "no-cache",
    });
    const { etag = "" } = answer.headers;
    expect(etag).toMatch(/^"[0-9a-f]{64}"$/);
    const known = await send(path, { headers: { "if-none-match": etag } });
    expect([known.status, known.text, known.headers.etag]).toEqual([304, "", etag]);
    const head = await send(path, { method: "HEAD" });
    expect([head.status, head.text, head.headers.etag]).toEqual([200, "", etag]);
    expect(head.headers["content-length"]).toBe(String(answer.body.byteLength));
  });

  test.each(NO_FILES)("GET %s is a problem, whatever lies there", async (path) => {
    const answer = await send(path);
    expect(answer.status).toBe(404);
    expect(answer.headers["content-type"]).toBe("application/problem+json");
    expect(answer.json()).toMatchObject({ code: "not_found" });
  });

  test("GET /console/catalog/0 has what the search goes by, and a name that changes with the catalog", async () => {
    const { hash } = (await send("/views")).json() as { readonly hash: string };
    const answer = await send("/console/catalog/0");
    expect(answer.json()).toEqual({
      hash,
      total: 2,
      starts: [0],
      items: [
        {
          entity: "view_a",
          description: "O que cada fundo pagou",
          identifiers: ["ticker"],
          columns: ["ticker", "amount"],
          aliases: ["Valor por cota"],
          words: ["rendimentos", "dividendo", "provento", "amortização", "último"],
        },
        { entity: "view_b", description: "", identifiers: ["x"], columns: ["x"], aliases: [], words: [] },
      ],
    });
    expect(answer.headers.etag).toBe(`"${hash}-0"`);
    const known = await send("/console/catalog/0", { headers: { "if-none-match": `"${hash}-0"` } });
    expect([known.status, known.text]).toEqual([304, ""]);
  });

  test.each(["1", "-1", "x", "0.5", "9999999", "1e3", "%30%30"])(
    "GET /console/catalog/%s is a problem",
    async (part) => {
      const answer = await send(`/console/catalog/${part}`);
      expect([answer.status, answer.json()]).toMatchObject([404, { code: "not_found" }]);
    },
  );

  test("GET /console/catalog/{part} cuts a large catalog into parts that hold all of it, in order", async () => {
    const many = Array.from(
      { length: 450 },
      (_, index) => [`v${String(index).padStart(3, "0")}.yaml`, viewYaml("x")] as const,
    );
    await using large = await createViewsDirectory(Object.fromEntries(many));
    await using other = await startHostedService({ runtime, env: { VIEWS_DIR: large.path } });
    await other.waitForLog(({ msg }) => msg === "Catalog activated");
    const first = (await sendRequest(other.url, "/console/catalog/0")).json() as {
      readonly starts: readonly number[];
    };
    expect(first.starts).toEqual([0, 40, 240, 440]);
    const parts = await Promise.all(
      first.starts.map((_, index) => sendRequest(other.url, `/console/catalog/${index}`)),
    );
    const entities = parts.flatMap((part) =>
      (part.json() as { items: { entity: string }[] }).items.map(({ entity }) => entity),
    );
    expect(entities).toEqual(many.map(([name]) => name.replace(".yaml", "")));
  });

  test("POST / is refused with what may be sent", async () => {
    const answer = await send("/", { method: "POST" });
    expect([answer.status, answer.headers.allow]).toEqual([405, "GET, HEAD"]);
  });
});

describe.each(RUNTIMES)("the console's routes without a catalog on $name", (runtime) => {
  test("the page is served, and its catalog is a problem until there is one", async () => {
    await using views = await createViewsDirectory({ "view_a.yaml": "columns: [x]\n" });
    await using service = await startHostedService({ runtime, env: { VIEWS_DIR: views.path } });
    expect((await sendRequest(service.url, "/")).status).toBe(200);
    const answer = await sendRequest(service.url, "/console/catalog/0");
    expect([answer.status, answer.headers["retry-after"]]).toEqual([503, "1"]);
    expect(answer.json()).toMatchObject({ code: "catalog_unavailable" });
  });
});
