import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DATA_HEADERS } from "../../src/app/http/responses/security-headers.ts";
import { type Answer, type RequestOptions, sendRequest } from "../support/send-request.ts";
import { type RunningCombination, startCombination } from "../support/service-combinations.ts";
import { ADMIN_TOKEN } from "../support/service-process.ts";
import {
  DATABASE_KINDS,
  openTickerDatabase,
  readSampleTickers,
  TICKER_COMBINATIONS,
  type TickerDatabase,
} from "../support/ticker-databases.ts";

const REFRESH = "/admin/tickers/refresh";
const WITH_TOKEN = { authorization: `Bearer ${ADMIN_TOKEN}` };

const SPELLINGS = [
  ...["HGLG11", "hglg11", "hGlG11", "%48GLG11", "%20HGLG11%20", "HGLG%2011", "%09hglg11%0A", "%C2%A0HGLG11"],
  ...["%E3%80%80hglg11", encodeURIComponent("ＨＧＬＧ１１"), encodeURIComponent("ｈｇｌｇ１１．ＳＡ")],
  ...["HGLG11.SA", "hglg11.sa", "HGLG11.BVMF", "BVMF:HGLG11", "bvmf%3Ahglg11", "BVMF:%20hglg11", "B3:HGLG11"],
  ...["%E2%80%8BHGLG11", "HGLG11%EF%B8%8F"],
];

const FORM_HINT = "Write four letters and two digits, such as HGLG11";
const UNLISTED_HINT = "GET /tickers lists all valid tickers";
const UNKNOWN: readonly (readonly [ticker: string, hint: string])[] = [
  ...["HGLG", "hglg", "HGLG13", "hglg11b", "HGLG11.SAO", "HGLG11'%20OR%20'1'='1"].map(
    (ticker) => [ticker, "Did you mean HGLG11?"] as const,
  ),
  ["HGLG11';DROP%20TABLE%20funds;--", "Did you mean HGLG11?"],
  ...["XXXX11", "xxxx11.sa", "XXXX3", "XXXX11B"].map((ticker) => [ticker, UNLISTED_HINT] as const),
  ...["%00", "%", "%ff%fe", "..%2f", "..%2f..%2fetc%2fpasswd", "__proto__", "constructor"].map(
    (ticker) => [ticker, FORM_HINT] as const,
  ),
  ...["list", "extract", "%e2%80%ae", "'%20OR%201=1--", "%25", "%20", ":HGLG11", ".SA"].map(
    (ticker) => [ticker, FORM_HINT] as const,
  ),
  [`HGLG11${"%20".repeat(59)}`, FORM_HINT],
  ["H".repeat(4000), FORM_HINT],
];

const QUESTION =
  "Compare hglg11 com KNRI, mxrf11.sa e (BVMF:XPML11)? De novo HGLG11; nem preHGLG11pos, nem ZZZZ11, nem não.";

const ADMIN_ROUTES = [
  ["POST", REFRESH],
  ["GET", "/admin/views/diff"],
] as const;
const REFUSED_TOKENS: readonly (readonly [headers: Readonly<Record<string, string>>, status: number])[] = [
  [{}, 401],
  [{ authorization: "Bearer wrong" }, 401],
  [{ authorization: "Bearer" }, 400],
  [{ authorization: ADMIN_TOKEN }, 400],
];

const databases = new Map<string, TickerDatabase>();
let expected: readonly string[];

beforeAll(async () => {
  expected = await readSampleTickers();
  for (const kind of DATABASE_KINDS) databases.set(kind, await openTickerDatabase(kind));
});
afterAll(async () => {
  for (const database of databases.values()) await database[Symbol.asyncDispose]();
});

function databaseOf(kind: string): TickerDatabase {
  const database = databases.get(kind);
  if (database === undefined) throw new RangeError(`No database ${kind}`);
  return database;
}

describe.each(TICKER_COMBINATIONS)("addTickerRoutes() with $name", (combination) => {
  let database: TickerDatabase;
  let running: RunningCombination;
  const send = (path: string, options: RequestOptions = {}): Promise<Answer> =>
    sendRequest(running.service.url, path, {
      ...options,
      headers: { "x-request-id": "tickers", ...options.headers },
    });
  const extract = (body: string): Promise<Answer> => send("/tickers/extract", { method: "POST", body });
  const refresh = (): Promise<Answer> => send(REFRESH, { method: "POST", headers: WITH_TOKEN });

  beforeAll(async () => {
    database = databaseOf(combination.database);
    running = await startCombination(combination, { DATABASE_URL: database.url });
  });
  afterAll(() => running?.[Symbol.asyncDispose]());

  test("GET /tickers answers the same bytes in every combination", async () => {
    const answer = await send("/tickers");
    const { date, connection, "content-length": length, ...headers } = answer.headers;
    expect([answer.status, answer.text]).toEqual([
      200,
      JSON.stringify({ count: 320, stale: false, tickers: expected }),
    ]);
    expect(headers).toEqual({
      "cache-control": "no-store",
      "content-type": "application/json",
      ...DATA_HEADERS,
      "x-request-id": "tickers",
    });
  });

  test("GET /tickers/{ticker} finds a ticker however it is spelt", async () => {
    for (const spelling of SPELLINGS) {
      const answer = await send(`/tickers/${spelling}`);
      expect([spelling, answer.status, answer.text]).toEqual([
        spelling,
        200,
        '{"ticker":"HGLG11","stale":false}',
      ]);
    }
    for (const ticker of ["BTLG13", "KNSC14"])
      expect((await send(`/tickers/${ticker}`)).json()).toEqual({ ticker, stale: false });
  });

  test("GET /tickers/{ticker} answers 404 with a hint to what is no ticker", async () => {
    for (const [ticker, hint] of UNKNOWN) {
      const answer = await send(`/tickers/${ticker}`);
      expect([ticker, answer.status, answer.headers["content-type"], answer.json()]).toEqual([
        ticker,
        404,
        "application/problem+json",
        {
          type: "urn:mosaic:problem:ticker_not_found",
          title: "Ticker not found",
          status: 404,
          code: "ticker_not_found",
          detail: "The ticker is not in the list",
          requestId: "tickers",
          hint,
          stale: false,
        },
      ]);
    }
  });

  test("POST /tickers/extract finds the tickers of a text in their order", async () => {
    const texts: readonly (readonly [text: string, tickers: readonly string[]])[] = [
      [QUESTION, ["HGLG11", "KNRI11", "MXRF11", "XPML11"]],
      ["ｈｇｌｇ１１ ou knri?", ["HGLG11", "KNRI11"]],
      ["'; DELETE FROM funds WHERE ticker = 'HGLG11'; --", ["HGLG11"]],
      ["", []],
      ["\ud800 \u0000", []],
    ];
    expect((await extract('\ufeff{"text":"HGLG11"}')).json()).toMatchObject({ tickers: ["HGLG11"] });
    for (const [text, tickers] of texts) {
      const answer = await extract(JSON.stringify({ text }));
      expect([answer.status, answer.json()]).toEqual([200, { tickers, basis: "list", stale: false }]);
    }
  });

  test("POST /tickers/extract refuses what is no object with a text", async () => {
    for (const body of ["", "{", "null", "[]", '"HGLG11"', "1", "{}", '{"text":1}', '{"texts":"HGLG11"}']) {
      const answer = await extract(body);
      expect([body, answer.status, answer.json()]).toEqual([
        body,
        400,
        {
          type: "urn:mosaic:problem:bad_request",
          title: "The request is malformed",
          status: 400,
          code: "bad_request",
          detail: 'Send a JSON object with a text, such as {"text": "HGLG11 ou KNRI11?"}',
          requestId: "tickers",
        },
      ]);
    }
  });

  test("POST /tickers/extract takes 64 KiB and refuses more, however it is sent", async () => {
    const longest = JSON.stringify({ text: "HGLG11 ".padEnd(65_536 - '{"text":""}'.length, "x") });
    expect((await extract(longest)).json()).toEqual({ tickers: ["HGLG11"], basis: "list", stale: false });
    for (const headers of [{}, { "transfer-encoding": "chunked" }]) {
      const answer = await send("/tickers/extract", { method: "POST", body: `${longest} `, headers });
      expect([answer.status, answer.json()]).toEqual([
        413,
        expect.objectContaining({ code: "body_too_large", detail: "The limit is 65536 bytes" }),
      ]);
    }
  });

  test("POST /tickers/extract blames a body that ends early on its sender", async () => {
    const { hostname, port } = new URL(running.service.url);
    // Deno's own server drops the connection of a wrong chunk, and answers nothing.
    const wrongChunk = ["wrong-chunk", "transfer-encoding: chunked", '8\r\n{"text":\r\nZZ\r\n'] as const;
    for (const [id, framing, start] of [
      ["early-length", "content-length: 100", '{"text":'],
      ["early-chunked", "transfer-encoding: chunked", '8\r\n{"text":\r\n'],
      ...(combination.runtime.name === "node" ? [wrongChunk] : []),
    ] as const) {
      const socket = connect(Number(port), hostname);
      const head = ["POST /tickers/extract HTTP/1.1", "host: x", `x-request-id: ${id}`, framing].join("\r\n");
      await new Promise<void>((resolve) => {
        socket.write(`${head}\r\n\r\n${start}`, () => resolve());
      });
      socket.end();
      const line = await running.service.waitForLog(({ request_id }) => request_id === id);
      expect(line).toMatchObject({ level: "info", msg: "Request answered", status: 400 });
      socket.destroy();
    }
  });

  test("POST /admin/tickers/refresh says what came and what went", async () => {
    await send("/tickers");
    const nothing = { added: [], removed: [] };
    expect([(await refresh()).json()]).toEqual([{ status: "ok", count: 320, changes: nothing }]);

    await database.run(
      `INSERT INTO funds SELECT 'ZZZZ11', 'Fundo Z', cnpj, 'BRZZZZCTF000', segment, fund_type, management_kind,
         administrator_id, manager_id, ipo_date, target_audience, fund_term, admin_fee_pct, performance_fee_pct,
         updated_at FROM funds WHERE ticker = 'HGLG11';
       INSERT INTO monthly_reports SELECT 'ZZZZ11', 1, 1, 1, 1 FROM funds WHERE ticker = 'HGLG11'`,
    );
    expect((await send("/tickers/ZZZZ11")).status).toBe(404);
    const came = await refresh();
    expect([came.status, came.json()]).toEqual([
      200,
      { status: "ok", count: 321, changes: { added: ["ZZZZ11"], removed: [] } },
    ]);
    expect((await send("/tickers/zzzz11")).json()).toEqual({ ticker: "ZZZZ11", stale: false });
    expect((await send("/tickers")).json()).toEqual({
      count: 321,
      stale: false,
      tickers: [...expected, "ZZZZ11"],
    });

    await database.run(
      "DELETE FROM monthly_reports WHERE ticker = 'ZZZZ11'; DELETE FROM funds WHERE ticker = 'ZZZZ11'",
    );
    const went = await refresh();
    expect(went.json()).toEqual({ status: "ok", count: 320, changes: { added: [], removed: ["ZZZZ11"] } });
    expect((await send("/tickers/zzzz11")).status).toBe(404);
  });

  test("POST /admin/tickers/refresh and GET /admin/views/diff need the token", async () => {
    for (const [method, path] of ADMIN_ROUTES) {
      for (const [headers, status] of REFUSED_TOKENS) {
        expect([path, headers, (await send(path, { method, headers })).status]).toEqual([
          path,
          headers,
          status,
        ]);
      }
    }
  });

  test("createHttpApp() answers 405 to other methods, with those that a path has", async () => {
    for (const [method, path, allow] of [
      ["POST", "/tickers", "GET, HEAD"],
      ["DELETE", "/tickers/HGLG11", "GET, HEAD"],
      ["DELETE", "/tickers/extract", "GET, HEAD, POST"],
      ["GET", REFRESH, "POST"],
      ["POST", "/admin/views/diff", "GET, HEAD"],
    ] as const) {
      const answer = await send(path, { method, headers: WITH_TOKEN });
      expect([path, answer.status, answer.headers.allow]).toEqual([path, 405, allow]);
    }
    for (const path of ["/tickers/", "/tickers/HGLG11/price", "/tickers/extract/all"])
      expect([path, (await send(path)).status]).toEqual([path, 404]);
  });

  test("createHttpApp() answers HEAD with the headers of GET", async () => {
    const routes = ["/views", "/views/view_fiis_info", "/views/view_fiis_info/columns", "/views/absent"];
    const others = [
      "/tickers",
      "/tickers/HGLG11",
      "/tickers/XXXX11",
      "/healthz",
      "/admin/replicas",
      "/nowhere",
    ];
    const admin = ["/admin/views/diff"];
    for (const path of [...routes, ...others, ...admin, "/admin/views/reload"]) {
      const [get, head] = await Promise.all(
        ["GET", "HEAD"].map((method) => send(path, { method, headers: WITH_TOKEN })),
      );
      const { date: _, ...expected } = get?.headers ?? {};
      const { date: __, ...headers } = head?.headers ?? {};
      expect([path, head?.status, headers, head?.text]).toEqual([path, get?.status, expected, ""]);
    }
    // What these say changes from one moment to the next.
    for (const path of ["/readyz", "/metrics"]) {
      const head = await send(path, { method: "HEAD" });
      expect([path, head.status, Number(head.headers["content-length"]) > 100]).toEqual([path, 200, true]);
    }
    const refused = await send("/admin/views/diff", { method: "HEAD" });
    expect([refused.status, Number(refused.headers["content-length"]) > 100]).toEqual([401, true]);
  });
});
