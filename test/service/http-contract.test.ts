import { createHash } from "node:crypto";
import { resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createFilesystemSource } from "../../src/adapters/filesystem/source.ts";
import { DATA_HEADERS } from "../../src/app/http/responses/security-headers.ts";
import { VERSION } from "../../src/app/settings/version.ts";
import type { Entity } from "../../src/domain/view/entity.ts";
import { listColumnNames, parseView } from "../../src/domain/view/view.ts";
import { startHostedService } from "../support/hosted-service.ts";
import { RUNTIMES } from "../support/runtimes.ts";
import { type Answer, type RequestOptions, sendRequest } from "../support/send-request.ts";
import {
  BUN_COMBINATIONS,
  COMBINATIONS,
  type Combination,
  type RunningCombination,
  startCombination,
} from "../support/service-combinations.ts";
import { ADMIN_TOKEN, startService } from "../support/service-process.ts";
import { SECURED_SET_UPS, type SecuredSetUp } from "../support/set-ups/secured-set-up.ts";

const VIEWS_DIR = resolve(import.meta.dirname, "../../data/views");
const RELOAD = "/admin/views/reload";
/** What is taken from clients is also what is made for them. */
const REQUEST_ID = /^[A-Za-z0-9._:-]{1,128}$/;

interface ExpectedPage {
  readonly body: string;
  readonly etag: string;
}

/** Every page of the catalog routes, by path, made from the disk without the service. */
async function expectedPages(): Promise<ReadonlyMap<string, ExpectedPage>> {
  const load = await createFilesystemSource(VIEWS_DIR).load();
  if (load.kind !== "loaded") throw new Error("The sample catalog is invalid");
  const { hash, views } = load.catalog;
  const items = [...views].map(([entity, bytes]) => {
    const view = parseView(bytes);
    return {
      entity,
      description: view.description,
      identifiers: view.identifiers,
      columns: listColumnNames(view),
    };
  });
  const ofViews = [...views].flatMap(([entity, bytes]) => viewPages(entity, bytes));
  return new Map([["/views", { body: JSON.stringify({ hash, items }), etag: `"${hash}"` }], ...ofViews]);
}

function viewPages(entity: Entity, bytes: Uint8Array) {
  const etag = `"${createHash("sha256").update(bytes).digest("hex")}"`;
  const columns = listColumnNames(parseView(bytes));
  return [
    [`/views/${entity}`, { body: new TextDecoder().decode(bytes), etag }],
    [`/views/${entity}/columns`, { body: JSON.stringify({ entity, columns }), etag }],
  ] as const;
}

interface ExpectedProblem {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly hint?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const VIEW_NOT_FOUND = {
  status: 404,
  code: "view_not_found",
  title: "View not found",
  detail: "No view has this entity; GET /views lists all",
  hint: "GET /views lists all",
};
const NOT_FOUND = {
  status: 404,
  code: "not_found",
  title: "Not found",
  detail: "No route has this path",
};
const METHOD = { status: 405, code: "method_not_allowed", title: "Method not allowed" };
const READ_ONLY = { ...METHOD, detail: "Use GET, HEAD", headers: { allow: "GET, HEAD" } };
const UNAUTHORIZED = {
  status: 401,
  code: "unauthorized",
  title: "Admin token required",
  detail: "Send the header Authorization: Bearer followed by the value of ADMIN_TOKEN",
};
const MALFORMED = {
  status: 400,
  code: "bad_request",
  title: "The request is malformed",
  detail: "The Authorization header is malformed",
  headers: { "www-authenticate": 'Bearer error="invalid_request"' },
};
const TOO_LARGE = {
  status: 413,
  code: "body_too_large",
  title: "The request body is too large",
  detail: "The limit is 65536 bytes",
};
const WITH_TOKEN = { authorization: `Bearer ${ADMIN_TOKEN}` };

const HOSTILE_ENTITIES = [
  "%00",
  "%",
  "%ff%fe",
  "..%2f",
  "..%2f..%2fetc%2fpasswd",
  "__proto__",
  "constructor",
  "toString",
  "list",
  "hash",
  "loaded",
  "VIEW_FIIS_INFO",
  "view_fiis_info%0a",
  "view_fiis_info%20",
  "%e2%80%ae",
  "'%20OR%201=1--",
  "a".repeat(129),
  "a".repeat(4000),
];

const PROBLEMS: readonly (readonly [path: string, options: RequestOptions, expected: ExpectedProblem])[] = [
  ...HOSTILE_ENTITIES.flatMap((entity) => {
    const isNear = /^view_fiis_info/i.test(entity);
    const expected = isNear ? { ...VIEW_NOT_FOUND, hint: "Did you mean view_fiis_info?" } : VIEW_NOT_FOUND;
    return [[`/views/${entity}`, {}, expected] as const, [`/views/${entity}/columns`, {}, expected] as const];
  }),
  ["/nowhere", {}, NOT_FOUND],
  ["/views/", {}, NOT_FOUND],
  ["/views/view_fiis_info/columns/ticker", {}, NOT_FOUND],
  ["/nowhere", { method: "POST" }, NOT_FOUND],
  ["/admin/nowhere", { headers: WITH_TOKEN }, NOT_FOUND],
  ...["POST", "PUT", "PATCH", "DELETE", "OPTIONS"].map(
    (method) => ["/views", { method }, READ_ONLY] as const,
  ),
  ["/views/view_fiis_info", { method: "DELETE" }, READ_ONLY],
  ["/views/view_fiis_info", { method: "PROPFIND" }, READ_ONLY],
  ["/views/view_fiis_info/columns", { method: "PUT" }, READ_ONLY],
  ["/healthz", { method: "POST" }, READ_ONLY],
  ["/readyz", { method: "POST" }, READ_ONLY],
  ["/metrics", { method: "DELETE" }, READ_ONLY],
  [RELOAD, { headers: WITH_TOKEN }, { ...METHOD, detail: "Use POST", headers: { allow: "POST" } }],
  [RELOAD, { method: "POST" }, { ...UNAUTHORIZED, headers: { "www-authenticate": 'Bearer realm="mosaic"' } }],
  ["/admin/nowhere", {}, { ...UNAUTHORIZED, headers: { "www-authenticate": 'Bearer realm="mosaic"' } }],
  ...["no-such-token", ADMIN_TOKEN.slice(0, -1), `${ADMIN_TOKEN}x`, ADMIN_TOKEN.toUpperCase()].map(
    (token) =>
      [
        RELOAD,
        { method: "POST", headers: { authorization: `Bearer ${token}` } },
        { ...UNAUTHORIZED, headers: { "www-authenticate": 'Bearer error="invalid_token"' } },
      ] as const,
  ),
  ...["Basic dG9rZW4=", "Bearer", "Bearer two tokens", ADMIN_TOKEN].map(
    (authorization) => [RELOAD, { method: "POST", headers: { authorization } }, MALFORMED] as const,
  ),
  [RELOAD, { method: "POST", headers: WITH_TOKEN, body: "x".repeat(65_537) }, TOO_LARGE],
  [
    RELOAD,
    { method: "POST", headers: { ...WITH_TOKEN, "transfer-encoding": "chunked" }, body: "x".repeat(65_537) },
    TOO_LARGE,
  ],
];

const recorded = new Map<string, Readonly<Record<string, unknown>>>();

describe.each([...COMBINATIONS, ...BUN_COMBINATIONS])("createHttpApp() with $name", (combination) => {
  // With a local cache, the service is started as operators do.
  const start = combination.backend === "local" ? startService : startHostedService;
  describeContract(combination, () => startCombination(combination, {}, start));
});

describe.each(SECURED_SET_UPS)("createHttpApp() over $name with client certificates", ({ name, start }) => {
  let setUp: SecuredSetUp;
  beforeAll(async () => {
    setUp = await start();
  });
  afterAll(() => setUp?.[Symbol.asyncDispose]());

  describe.each(RUNTIMES)("on $name", (runtime) => {
    describeContract({ name: `${name} on ${runtime.name}`, backend: "redis", runtime }, async () => {
      await (await setUp.primary()).command("FLUSHALL");
      const service = await startHostedService({ runtime, env: setUp.settings });
      await service.waitForLog(({ msg }) => msg === "Catalog published");
      return { service, [Symbol.asyncDispose]: () => service[Symbol.asyncDispose]() };
    });

    test("asks for no other rights than the documented ones", async () => {
      expect(await setUp.refusals()).toEqual([]);
    });
  });
});

function describeContract(combination: Combination, start: () => Promise<RunningCombination>): void {
  let running: RunningCombination;
  let pages: ReadonlyMap<string, ExpectedPage>;
  const send = (path: string, options?: RequestOptions): Promise<Answer> =>
    sendRequest(running.service.url, path, options);

  beforeAll(async () => {
    pages = await expectedPages();
    running = await start();
  });
  afterAll(() => running?.[Symbol.asyncDispose]());

  test("serves every page of the catalog as the domain makes it, the same in every combination", async () => {
    const answers: Record<string, unknown> = {};
    for (const [path, { body, etag }] of pages) {
      const answer = await send(path, { headers: { "x-request-id": "page" } });
      const { date, connection, ...headers } = answer.headers;
      expect([path, answer.status, answer.text]).toEqual([path, 200, body]);
      expect(headers).toEqual({
        "cache-control": "no-cache",
        "content-length": String(new TextEncoder().encode(body).length),
        "content-type": "application/json",
        "cross-origin-resource-policy": "same-origin",
        etag,
        "x-content-type-options": "nosniff",
        "x-request-id": "page",
      });
      answers[path] = { body: answer.body.toString("base64"), headers };
    }
    expect(pages.size).toBe(17);
    recorded.set(combination.name, answers);
    expect(answers).toEqual(recorded.get(COMBINATIONS[0]?.name ?? ""));
  });

  test("answers 304 without a body to a client that has the page", async () => {
    for (const [path, { etag }] of pages) {
      for (const value of [etag, `W/${etag}`, `"other", W/${etag}`, `"a,b" , ${etag}`, "*"]) {
        const answer = await send(path, { headers: { "if-none-match": value } });
        expect(answer.headers).toMatchObject({
          "cross-origin-resource-policy": "same-origin",
          "x-content-type-options": "nosniff",
        });
        expect([path, value, answer.status, answer.headers.etag, answer.text]).toEqual([
          path,
          value,
          304,
          etag,
          "",
        ]);
      }
    }
  });

  test("answers 200 to a client that has another page", async () => {
    const etag = pages.get("/views")?.etag ?? "";
    for (const value of ['"other"', `${etag.slice(0, -2)}"`, etag.slice(1, -1), etag.toUpperCase(), ""]) {
      const answer = await send("/views", { headers: { "if-none-match": value } });
      expect([value, answer.status]).toEqual([value, 200]);
    }
  });

  test("answers HEAD as GET without the body", async () => {
    for (const [path, { etag }] of pages) {
      const answer = await send(path, { method: "HEAD" });
      expect([path, answer.status, answer.headers.etag, answer.text]).toEqual([path, 200, etag, ""]);
      const known = await send(path, { method: "HEAD", headers: { "if-none-match": etag } });
      expect([path, known.status, known.headers.etag]).toEqual([path, 304, etag]);
    }
    const missing = await send("/views/absent", { method: "HEAD" });
    expect([missing.status, missing.text]).toEqual([404, ""]);
  });

  test("serves a view under its percent-encoded entity", async () => {
    const answer = await send("/views/view%5Ffiis_%69nfo");
    expect([answer.status, answer.text]).toEqual([200, pages.get("/views/view_fiis_info")?.body]);
  });

  test("answers with exact problem documents", async () => {
    for (const [path, options, { headers = {}, ...problem }] of PROBLEMS) {
      const answer = await send(path, {
        ...options,
        headers: { "x-request-id": "problem", ...options.headers },
      });
      const type = `urn:mosaic:problem:${problem.code}`;
      expect([path, answer.status, answer.json()]).toEqual([
        path,
        problem.status,
        { type, ...problem, requestId: "problem" },
      ]);
      expect(answer.headers).toMatchObject({
        "content-type": "application/problem+json",
        "cache-control": "no-store",
        "x-request-id": "problem",
        ...DATA_HEADERS,
        ...headers,
      });
      // A page of another origin may ask, and reads nothing.
      expect(Object.keys(answer.headers).filter((name) => name.startsWith("access-control-"))).toEqual([]);
    }
  });

  test("takes the id of a request, or makes one when it is absent or malformed", async () => {
    for (const given of ["a", "A-1_2.3:4", "f".repeat(128)]) {
      expect((await send("/healthz", { headers: { "x-request-id": given } })).headers["x-request-id"]).toBe(
        given,
      );
    }
    const made = [await send("/healthz")];
    for (const given of ["a b", "a,b", '"a"', "<a>", "{}", "f".repeat(129), ""]) {
      made.push(await send("/healthz", { headers: { "x-request-id": given } }));
    }
    const ids = made.map(({ headers }) => headers["x-request-id"]);
    for (const id of ids) expect(id).toMatch(REQUEST_ID);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("logs a request under its id", async () => {
    await send(RELOAD, { method: "POST", headers: { ...WITH_TOKEN, "x-request-id": "find-me" } });
    const line = await running.service.waitForLog(
      ({ request_id, msg }) => request_id === "find-me" && msg === "Request answered",
    );
    expect(line).toMatchObject({ method: "POST", route: RELOAD, status: 200 });
  });

  test("B8: GET /metrics has one series of the build", async () => {
    const { text } = await send("/metrics");
    const series = text.split("\n").filter((line) => line.startsWith("mosaic_build_info"));
    expect(series).toEqual([
      expect.stringMatching(
        new RegExp(
          `^mosaic_build_info\\{version="${VERSION}",runtime="${combination.runtime.name}",runtime_version="[0-9.]+"\\} 1`,
        ),
      ),
    ]);
  });

  test("GET /admin/replicas names the runtime", async () => {
    const { status, json } = await send("/admin/replicas", {
      headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
    });
    const runtime = expect.stringMatching(new RegExp(`^${combination.runtime.name} [0-9.]+$`));
    expect([status, json()]).toMatchObject([200, { replicas: [{ runtime }] }]);
  });

  test("GET /healthz and /readyz say how the service is, and B8: its version", async () => {
    const health = await send("/healthz");
    expect([health.status, health.json()]).toEqual([200, { status: "ok" }]);
    // Tickers are loaded without a request for them.
    await running.service.waitForLog(({ msg }) => msg === "Tickers loaded");
    const ready = await send("/readyz");
    const hash = pages.get("/views")?.etag.slice(1, -1);
    const since = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    const activatedAt = since;
    expect([ready.status, ready.json()]).toEqual([
      200,
      {
        status: "ready",
        version: VERSION,
        components: {
          catalog: { state: "active", hash, generation: null, source: "disk", views: 8, activatedAt },
          cache: { backend: combination.backend, state: "up", breaker: "closed" },
          database: { state: "up" },
          tickers: { state: "fresh", source: "database", count: 320, ageSeconds: expect.any(Number) },
        },
        checks: {
          catalog: { status: "pass", code: "active", count: 8, since },
          disk: { status: "pass", code: "same", since },
          signature: { status: "pass", code: "off", since },
          fleet: expect.objectContaining({ status: expect.any(String), since }),
          cache: { status: "pass", code: combination.backend === "redis" ? "up" : "local", since },
          tickers: { status: "pass", code: "fresh", count: 320, since },
          database: { status: "pass", code: "up", since },
        },
      },
    ]);
  });
}
