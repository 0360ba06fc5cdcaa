import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createOpenApiDocument } from "../../src/app/http/openapi/openapi-document.ts";
import { type ApiDocument, createApiReader } from "../support/api-document.ts";
import { type HostedService, startHostedService } from "../support/hosted-service.ts";
import { type MainRun, runToEnd } from "../support/run-main.ts";
import { RUNTIMES } from "../support/runtimes.ts";
import { type Answer, type RequestOptions, sendRequest } from "../support/send-request.ts";
import { ADMIN_TOKEN } from "../support/service-process.ts";
import { release } from "../support/signed-replica.ts";
import { createViewsDirectory, type ViewsDirectory, viewYaml } from "../support/views-directory.ts";

const DOCUMENT = JSON.parse(JSON.stringify(createOpenApiDocument())) as ApiDocument;
const EXAMPLE = resolve(import.meta.dirname, "../../docs/examples/client.ts");
const FILES: Readonly<Record<string, string>> = {
  "/docs/{file}": "swagger-ui.css",
  "/console/assets/{file}": "console.css",
};
const FIRST = { "alpha.yaml": viewYaml("a", "b") };
const SECOND = { "alpha.yaml": viewYaml("a", "c"), "beta.yaml": viewYaml("b") };
const WITH_TOKEN = { authorization: `Bearer ${ADMIN_TOKEN}` };
const POST = { method: "POST", headers: WITH_TOKEN };
const RELOAD = "POST /admin/views/reload";

/**
 * Left to the application's own tests, where parts can be made to fail; and what Node's parser refuses before any route, which
 * has its tests in `http-heads`. Another fleet in the namespace has them in `two-fleets`.
 */
const NOT_HERE =
  /431 head_too_large$|408 request_timeout$|500 internal_error$|500 signing_keys_unusable$|409 catalog_foreign$|^GET \/events 503 /;

describe.each(RUNTIMES)("the API's description on $name", (runtime) => {
  const reader = createApiReader(DOCUMENT);
  const seen = new Set<string>();
  let views: ViewsDirectory;
  let service: HostedService;
  let bareViews: ViewsDirectory;
  let bare: HostedService;

  beforeAll(async () => {
    views = await createViewsDirectory(await release(FIRST, 7, []));
    const signed = { VIEWS_SIGNATURE_MODE: "sha256", VIEWS_SIGNATURE_REQUIRED: "true" };
    bareViews = await createViewsDirectory();
    const nothing = { VIEWS_DIR: bareViews.path, DATABASE_URL: `sqlite:${bareViews.path}/none.db` };
    [service, bare] = await Promise.all([
      startHostedService({ runtime, env: { VIEWS_DIR: views.path, ...signed } }),
      startHostedService({ runtime, env: nothing }),
    ]);
    await service.waitForLog(({ msg }) => msg === "Catalog activated");
  });
  afterAll(async () => {
    await Promise.all([service?.stop(), bare?.stop()]);
    await Promise.all([views?.[Symbol.asyncDispose](), bareViews?.[Symbol.asyncDispose]()]);
  });

  /** Sends a request to an operation, and has the answer be one that is described. */
  async function ask(operation: string, path: string, options: RequestOptions = {}): Promise<Answer> {
    return askOf(service, operation, path, options);
  }

  async function askOf(
    { url }: HostedService,
    operation: string,
    path: string,
    options: RequestOptions = {},
  ): Promise<Answer> {
    const [method = "GET"] = operation.split(" ", 1);
    const answer = await sendRequest(url, path, { method, ...options });
    const { name, faults } = reader.read(operation, answer);
    expect([name, faults]).toEqual([name, []]);
    seen.add(name);
    return answer;
  }

  const runExample = ({ url }: HostedService): Promise<MainRun> =>
    runToEnd(runtime.command, { args: [...runtime.args, EXAMPLE, url], directory: "." });

  /** A path of each operation. */
  const paths = (): readonly (readonly [operation: string, path: string])[] =>
    [...reader.operations.keys()]
      .filter((operation) => operation !== "GET /events")
      .map((operation) => {
        const path = operation.slice(operation.indexOf("/"));
        const given = { "{entity}": "alpha", "{ticker}": "hglg11.sa", "{part}": "0" };
        if (path.endsWith("{file}")) return [operation, path.replace("{file}", FILES[path] ?? "")] as const;
        return [operation, path.replace(/\{.*\}/, (name) => given[name as keyof typeof given])] as const;
      });

  test("GET /openapi.json sends the one description, with a strong ETag", async () => {
    const answer = await ask("GET /openapi.json", "/openapi.json");
    expect(answer.text).toBe(JSON.stringify(DOCUMENT));
    const headers = { "if-none-match": answer.headers.etag ?? "" };
    expect((await ask("GET /openapi.json", "/openapi.json", { headers })).status).toBe(304);
  });

  test("GET /docs/{file} sends what the package has, and nothing else", async () => {
    for (const name of ["swagger-ui.css", "swagger-ui-bundle.js"]) {
      const file = resolve(import.meta.dirname, "../../node_modules/swagger-ui-dist", name);
      const answer = await ask("GET /docs/{file}", `/docs/${name}`);
      expect(answer.body.equals(await readFile(file))).toBe(true);
    }
    const others = ["package.json", "index.html", "..%2fpackage.json", "swagger-ui.css%00", "__proto__"];
    for (const name of others) {
      const answer = await ask("GET /docs/{file}", `/docs/${name}`);
      expect([name, answer.status, answer.json()]).toMatchObject([name, 404, { code: "not_found" }]);
    }
  });

  test("every answer of a service is described", async () => {
    const extract = { method: "POST", body: '{"text": "HGLG11"}' };
    for (const [operation, path] of paths()) {
      const options = operation.startsWith("POST /t") ? extract : { headers: WITH_TOKEN };
      const { status, headers } = await ask(operation, path, options);
      expect([operation, status]).toEqual([operation, 200]);
      await ask(operation, path, { headers: WITH_TOKEN, method: "DELETE" });
      await ask(operation, path, { headers: { host: "a b" } });
      await ask(operation, `${path}?${"a".repeat(8192)}`);
      if (headers.etag !== undefined)
        await ask(operation, path, { headers: { "if-none-match": headers.etag } });
    }
    for (const [operation, path] of paths().filter(([name]) => name.includes("/admin/"))) {
      await ask(operation, path);
      await ask(operation, path, { headers: { authorization: "Bearer" } });
    }
    for (const operation of ["POST /tickers/extract", RELOAD, "POST /admin/tickers/refresh"]) {
      const path = operation.slice(5);
      await ask(operation, path, { ...POST, body: "x".repeat(65_537) });
    }
    await ask("POST /tickers/extract", "/tickers/extract", { method: "POST", body: "{" });
    for (const rest of ["", "/columns"]) {
      await ask(`GET /views/{entity}${rest}`, `/views/absent${rest}`);
      await ask(`GET /views/{entity}${rest}`, `/views/${rest}`);
    }
    await ask("GET /console/catalog/{part}", "/console/catalog/9");
    for (const ticker of ["", "XXXX11"]) await ask("GET /tickers/{ticker}", `/tickers/${ticker}`);
  });

  test("A8: GET /events is described, for whoever follows it and for whoever uses another method", async () => {
    const response = await fetch(`${service.url}/events`);
    const text = await readFirstEvent(response);
    const answer = { status: response.status, headers: Object.fromEntries(response.headers), text };
    const { name, faults } = reader.read("GET /events", answer);
    expect([name, faults]).toEqual(["GET /events 200", []]);
    seen.add(name);
    await ask("GET /events", "/events", { method: "POST" });
    await ask("GET /events", "/events", { headers: { host: "a b" } });
    await ask("GET /events", `/events?${"a".repeat(8192)}`);
  });

  test("every way in which a reload is refused is described", async () => {
    const deployments = [
      ["409 catalog_generation_conflict", await release(SECOND, 7, [])],
      ["409 catalog_rollback", await release(SECOND, 6, [])],
      ["422 catalog_signature_invalid", { ...(await release(FIRST, 8, [])), ...SECOND }],
      ["422 catalog_unsigned", SECOND],
      ["422 catalog_invalid", { "alpha.yaml": "columns: 1\n" }],
      ["200", await release(SECOND, 8, [])],
    ] as const;
    for (const [name, files] of deployments) {
      await views.replace(files);
      await ask(RELOAD, "/admin/views/reload", POST);
      expect([...seen]).toContain(`${RELOAD} ${name}`);
    }
    await views.remove();
    await ask(RELOAD, "/admin/views/reload", POST);
  });

  test("the example of the typed client says that there is no catalog", async () => {
    expect(await runExample(bare)).toMatchObject({
      exitCode: 0,
      stderr: "",
      stdout: expect.stringMatching(/^catalog_unavailable: .*\nHGLG11 by shape\n$/),
    });
  });

  test("every answer of a service that has nothing is described", async () => {
    const failing = [
      "/views",
      "/views/alpha",
      "/views/alpha/columns",
      "/tickers",
      "/tickers/HGLG11",
      "/readyz",
      "/console/catalog/0",
    ];
    for (const [operation, path] of paths().filter(
      ([name, at]) => failing.includes(at) || /tickers\/\{/.test(name),
    ))
      expect((await askOf(bare, operation, path)).status).toBe(503);
    await askOf(bare, "POST /tickers/extract", "/tickers/extract", { body: '{"text": "HGLG11"}' });
    await askOf(bare, "GET /admin/views/diff", "/admin/views/diff", { headers: WITH_TOKEN });
    await askOf(bare, "POST /admin/tickers/refresh", "/admin/tickers/refresh", POST);
    const alone = await askOf(bare, "GET /admin/replicas", "/admin/replicas", { headers: WITH_TOKEN });
    expect(alone.json()).toMatchObject({ replicas: [{ catalog: null, tickers: null }] });
    await bareViews.replace(FIRST);
    expect((await askOf(bare, RELOAD, "/admin/views/reload", POST)).status).toBe(200);
    await askOf(bare, "GET /admin/views/diff", "/admin/views/diff", { headers: WITH_TOKEN });
  });

  test("wrong tokens come to an end", async () => {
    const headers = { authorization: "Bearer wrong" };
    for (const [operation, path] of paths().filter(([name]) => name.includes("/admin/")))
      for (let attempt = 0; attempt < 11; attempt++) await ask(operation, path, { headers });
  });

  test("nothing is described that was not seen", () => {
    const unseen = reader.answers.filter((name) => !seen.has(name));
    expect(unseen.filter((name) => !NOT_HERE.test(name))).toEqual([]);
  });

  test("the example of the typed client runs", async () => {
    const { text } = await ask("GET /views", "/views");
    const { hash } = JSON.parse(text) as { readonly hash: string };
    expect(await runExample(service)).toEqual({
      exitCode: 0,
      stderr: "",
      stdout: [
        `2 views, ${hash.slice(0, 12)}`,
        "  alpha: 2 columns",
        "  beta: 1 columns",
        "The catalog is still the same",
        "view_not_found: No view has this entity; GET /views lists all",
        "HGLG11 KNRI11 by list",
        "",
      ].join("\n"),
    });
  });
});

/** What a stream has sent when its first event is whole. */
async function readFirstEvent(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const part of response.body ?? []) {
    text += decoder.decode(part, { stream: true });
    if (/^event: .*\ndata: .*\n\n/m.test(text)) break;
  }
  return text;
}
