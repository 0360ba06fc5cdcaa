import { Writable } from "node:stream";
import { describe, expect, test } from "vitest";
import { createHttpApp, type HttpAppDeps } from "../../../src/app/http/http-app.ts";
import { DATA_HEADERS } from "../../../src/app/http/responses/security-headers.ts";
import { createLog } from "../../../src/app/telemetry/log.ts";

const SECRET = "planted-in-an-error";
const TOKEN = "the-token";
const REQUESTS = [
  ["GET", "/views"],
  ["GET", "/views/view_a"],
  ["GET", "/views/view_a/columns"],
  ["GET", "/tickers"],
  ["GET", "/tickers/HGLG11"],
  ["POST", "/tickers/extract"],
  ["GET", "/readyz"],
  ["GET", "/metrics"],
  ["POST", "/admin/views/reload"],
  ["GET", "/admin/replicas"],
  ["GET", "/admin/views/diff"],
  ["POST", "/admin/tickers/refresh"],
] as const;

interface FailingApp {
  ask(method: string, path: string, headers?: Readonly<Record<string, string>>): Promise<Response>;
  logged(): string;
  readonly statuses: readonly number[];
}

/** An application whose use cases all fail in the same way. */
function failingApp(fail: () => never): FailingApp {
  const lines: string[] = [];
  const statuses: number[] = [];
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      done();
    },
  });
  const deps = {
    adminToken: TOKEN,
    log: createLog({ logLevel: "debug", logFormat: "json" }, destination),
    nowMs: () => 0,
    observe: ({ status }) => void statuses.push(status),
    declare: () => undefined,
    holder: { current: fail, activate: fail },
    reload: async () => fail(),
    previewReload: async () => fail(),
    tickers: new Proxy({} as HttpAppDeps["tickers"], { get: () => fail }),
    listReplicas: async () => fail(),
    listHistory: async () => fail(),
    cacheOutage: () => undefined,
    activity: fail,
    diffDatabase: async () => fail(),
    readiness: fail,
    statusStream: { subscribe: fail },
    scrape: async () => fail(),
    readPackageFile: async () => fail(),
  } satisfies HttpAppDeps;
  const handle = createHttpApp(deps);
  return {
    async ask(method, path, headers = {}) {
      const body = method === "POST" ? '{"text":"HGLG11"}' : null;
      const { host, ...others } = headers;
      const sent = new Headers({ authorization: `Bearer ${TOKEN}`, ...others });
      sent.set("content-length", String(body?.length ?? 0));
      const request = new Request(`http://mosaic${path}`, { method, body, headers: sent });
      return handle(request, (name) => (name === "host" ? host : sent.get(name)) ?? undefined);
    },
    logged: () => lines.join(""),
    statuses,
  };
}

const FAILURES: readonly (readonly [what: string, fail: () => never])[] = [
  [
    "an error",
    () => {
      throw new Error(SECRET, { cause: new Error(SECRET) });
    },
  ],
  [
    "a text",
    () => {
      throw SECRET;
    },
  ],
  [
    "an object",
    () => {
      throw { message: SECRET, status: 418, getResponse: () => new Response(SECRET) };
    },
  ],
];

describe("createHttpApp()", () => {
  test.each(FAILURES)("tells nobody what %s said that was thrown, and counts it", async (_, fail) => {
    const app = failingApp(fail);
    for (const [method, path] of REQUESTS) {
      const answer = await app.ask(method, path, { "x-request-id": "failed" });
      const told = [await answer.text(), ...[...answer.headers].flat()].join("\n");
      expect([path, answer.status, told.includes(SECRET)]).toEqual([path, 500, false]);
      expect(told).toContain('"code":"internal_error"');
      expect(told).toContain('"requestId":"failed"');
    }
    expect(app.statuses).toEqual(REQUESTS.map(() => 500));
    expect(app.logged().match(/"msg":"Request failed"/g)).toHaveLength(REQUESTS.length);
  });

  test("marks its errors as data, so that no browser runs or frames them", async () => {
    const app = failingApp(() => {
      throw new Error(SECRET);
    });
    const answers = [
      await app.ask("GET", "/views"),
      await app.ask("GET", "/nowhere"),
      await app.ask("DELETE", "/views"),
      await app.ask("GET", "/admin/replicas", { authorization: "Bearer wrong" }),
      await app.ask("GET", "/healthz"),
    ];
    expect(answers.map(({ status }) => status)).toEqual([500, 404, 405, 401, 200]);
    for (const { headers } of answers) expect(Object.fromEntries(headers)).toMatchObject(DATA_HEADERS);
  });

  test.each(["a b", "a/views", "a?x", "a#x", "u@h", "a, b", "%zz", "é", "h".repeat(261)])(
    "refuses the Host %j, out of which Deno's server would make another path",
    async (host) => {
      const answer = await serving().ask("GET", "/healthz", { host });
      expect([answer.status, await answer.json()]).toMatchObject([400, { code: "bad_request" }]);
    },
  );

  test.each(["mosaic", "mosaic:8000", "127.0.0.1:8000", "[::1]:8000", "my_host.example", ""])(
    "takes the Host %j",
    async (host) => {
      expect((await serving().ask("GET", "/healthz", { host })).status).toBe(200);
    },
  );

  test("refuses a URL of more than 8192 characters, and takes one of as many", async () => {
    const path = `/healthz?${"a".repeat(8192 - "http://mosaic/healthz?".length)}`;
    expect((await serving().ask("GET", path)).status).toBe(200);
    const answer = await serving().ask("GET", `${path}a`);
    expect([answer.status, await answer.json()]).toMatchObject([414, { code: "uri_too_long" }]);
  });
});

/** An application that can answer what asks no use case. */
function serving(): FailingApp {
  return failingApp(() => expect.fail());
}
