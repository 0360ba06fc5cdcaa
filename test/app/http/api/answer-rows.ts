import type { HttpAppDeps } from "../../../../src/app/http/http-app.ts";
import type { Diagnostic } from "../../../../src/domain/view/diagnostic.ts";
import { DatabaseError } from "../../../../src/ports/database-port.ts";
import {
  CATALOG,
  KNOWN_TICKERS,
  NO_TICKERS,
  readinessOf,
  registryOf,
  type ScriptedRequest,
} from "../../../support/scripted-api.ts";
import { ADMIN_TOKEN } from "../../../support/service-process.ts";

/** How one documented answer comes about. */
export interface AnswerRow {
  /** The operation, the status, and the code of a problem. */
  readonly name: string;
  readonly path: string;
  readonly request?: ScriptedRequest;
  readonly scripts?: Partial<HttpAppDeps>;
  /** Requests like it that come before it. */
  readonly before?: number;
}

const WITH_TOKEN = { authorization: `Bearer ${ADMIN_TOKEN}` };
const KNOWN_ETAG = { "if-none-match": "*" };

function fail(): never {
  throw new Error("The test wants a defect");
}
const failLater = async () => fail();

/** Nothing works, not even telling why. */
const BROKEN: Partial<HttpAppDeps> = {
  holder: { current: fail, activate: fail },
  readiness: fail,
  statusStream: { subscribe: fail },
  tickers: { load: failLater, refresh: failLater, peek: fail, resync: failLater },
  scrape: failLater,
  listReplicas: failLater,
  listHistory: failLater,
  activity: fail,
  diffDatabase: failLater,
  readPackageFile: failLater,
  readConsole: failLater,
};

const NO_CATALOG: Partial<HttpAppDeps> = {
  holder: registryOf(undefined),
  tickers: NO_TICKERS,
  readiness: readinessOf({
    holder: registryOf(undefined),
    problems: () => ["There is no cache"],
    tickers: NO_TICKERS,
    cacheStatus: () => ({ backend: "redis", up: false, reason: "timeout", breaker: "open" }),
  }),
  diffDatabase: async () => undefined,
};

interface Route {
  readonly operation: string;
  readonly path: string;
  readonly request?: ScriptedRequest;
}

const route = (operation: string, path?: string, request: ScriptedRequest = {}): Route => ({
  operation,
  path: path ?? operation.slice(operation.indexOf("/")),
  request: { method: operation.slice(0, operation.indexOf(" ")), ...request },
});

const LIST = route("GET /views");
const VIEW = route("GET /views/{entity}", "/views/alpha");
const COLUMNS = route("GET /views/{entity}/columns", "/views/alpha/columns");
const TICKERS = route("GET /tickers");
const TICKER = route("GET /tickers/{ticker}", "/tickers/hglg11.sa");
const EXTRACT = route("POST /tickers/extract", undefined, { body: '{"text": "HGLG11"}' });
const HEALTH = route("GET /healthz");
const READY = route("GET /readyz");
const METRICS = route("GET /metrics");
const RELOAD = route("POST /admin/views/reload", undefined, { headers: WITH_TOKEN });
const REPLICAS = route("GET /admin/replicas", undefined, { headers: WITH_TOKEN });
const DIFF = route("GET /admin/views/diff", undefined, { headers: WITH_TOKEN });
const HISTORY = route("GET /admin/history", undefined, { headers: WITH_TOKEN });
const REFRESH = route("POST /admin/tickers/refresh", undefined, { headers: WITH_TOKEN });
const OPENAPI = route("GET /openapi.json");
const DOCS = route("GET /docs");
const CONSOLE = route("GET /");
const CONSOLE_FILE = route("GET /console/assets/{file}", "/console/assets/console.css");
const CONSOLE_PART = route("GET /console/catalog/{part}", "/console/catalog/0");
const ACTIVITY = route("GET /console/activity");
const EVENTS = route("GET /events");
const DOCS_FILE = route("GET /docs/{file}", "/docs/start.js");

const PAGES = [LIST, VIEW, COLUMNS, OPENAPI, DOCS, DOCS_FILE, CONSOLE, CONSOLE_FILE, CONSOLE_PART];
const ADMIN = [RELOAD, REPLICAS, HISTORY, DIFF, REFRESH];
const FALLIBLE = [
  ...[LIST, VIEW, COLUMNS, TICKERS, TICKER, EXTRACT, READY, METRICS],
  ...ADMIN,
  CONSOLE,
  CONSOLE_PART,
  ACTIVITY,
  EVENTS,
];
const ALL = [...FALLIBLE, HEALTH, OPENAPI, DOCS, DOCS_FILE];

type Answer = readonly [answer: string, change?: Partial<Omit<AnswerRow, "name">>];

const row = ({ operation, path, request = {} }: Route, [answer, change = {}]: Answer): AnswerRow => ({
  name: `${operation} ${answer}`,
  path,
  ...change,
  request: { ...request, ...change.request },
});
const rows = (routes: readonly Route[], ...answer: Answer): readonly AnswerRow[] =>
  routes.map((one) => row(one, answer));

const wrongToken = { request: { headers: { authorization: "Bearer wrong" } } };
const large = { "content-length": "65537" };

/** A body of which only the beginning comes. */
const cutBody = () =>
  new ReadableStream({ start: (controller) => controller.error(new TypeError("The connection is cut")) });

/** A body that never comes. */
const endlessBody = () => new ReadableStream();

const refused = (
  reason: "foreign-fleet" | "generation-conflict" | "manifest-missing" | "rollback" | "signature-invalid",
) => ({
  scripts: { reload: async () => ({ kind: "refused", reason, detail: "The test wants it so" }) as const },
});

const FINDING: Diagnostic = {
  severity: "error",
  code: "field-missing",
  file: "views/a.yaml",
  line: 1,
  column: 1,
  pointer: "/columns",
  message: "columns is missing",
  hint: "add it",
};

const RELOADS: readonly Answer[] = [
  ["409 catalog_foreign", refused("foreign-fleet")],
  ["409 catalog_generation_conflict", refused("generation-conflict")],
  ["409 catalog_rollback", refused("rollback")],
  ["422 catalog_signature_invalid", refused("signature-invalid")],
  ["422 catalog_unsigned", refused("manifest-missing")],
  [
    "422 catalog_invalid",
    { scripts: { reload: async () => ({ kind: "invalid", detail: "1 is", diagnostics: [FINDING] }) } },
  ],
  [
    "500 catalog_unreadable",
    { scripts: { reload: async () => ({ kind: "unreadable", detail: "folder not found" }) } },
  ],
  [
    "500 signing_keys_unusable",
    { scripts: { reload: async () => ({ kind: "refused", reason: "signing-keys-unusable", detail: "" }) } },
  ],
];

const databaseDown = async () =>
  ({ kind: "failed", error: new DatabaseError("unavailable", "it is down") }) as const;
const degraded: Partial<HttpAppDeps> = {
  readiness: readinessOf({
    tickers: NO_TICKERS,
    cacheStatus: () => ({ backend: "redis", up: false, reason: "timeout", breaker: "half-open" }),
  }),
};
const subscribed = (kind: "closed" | "full"): HttpAppDeps["statusStream"] => ({
  subscribe: () => ({ kind }),
});
const stopping = readinessOf({ isStopping: () => true });
const stale: Partial<HttpAppDeps> = {
  tickers: { ...NO_TICKERS, load: async () => ({ ...KNOWN_TICKERS, stale: true }) as typeof KNOWN_TICKERS },
};

/** Every documented answer at least once. */
export const ANSWER_ROWS: readonly AnswerRow[] = [
  ...rows([...ALL, CONSOLE_FILE], "200"),
  ...rows(PAGES, "304", { request: { headers: KNOWN_ETAG } }),
  ...rows(FALLIBLE, "500 internal_error", { scripts: BROKEN }),
  row(CONSOLE_FILE, ["500 internal_error", { scripts: BROKEN }]),
  row(DOCS_FILE, ["500 internal_error", { scripts: BROKEN, path: "/docs/swagger-ui.css" }]),
  ...ALL.map((one) =>
    row(one, ["405 method_not_allowed", { request: { headers: WITH_TOKEN, method: "DELETE", body: null } }]),
  ),
  ...rows([LIST, VIEW, COLUMNS, DIFF, CONSOLE_PART], "503 catalog_unavailable", { scripts: NO_CATALOG }),
  ...[VIEW, COLUMNS].map((one) =>
    row(one, ["404 view_not_found", { path: one.path.replace("alpha", "absent") }]),
  ),
  row(VIEW, ["404 not_found", { path: "/views/" }]),
  row(COLUMNS, ["404 not_found", { path: "/views//columns" }]),
  row(TICKER, ["404 not_found", { path: "/tickers/" }]),
  row(TICKER, ["404 ticker_not_found", { path: "/tickers/KNRI" }]),
  row(DOCS_FILE, ["404 not_found", { path: "/docs/..%2fpackage.json" }]),
  row(CONSOLE_FILE, ["404 not_found", { path: "/console/assets/..%2fmain.js" }]),
  row(CONSOLE_PART, ["404 not_found", { path: "/console/catalog/1" }]),
  row(EVENTS, ["503 not_ready", { scripts: { statusStream: subscribed("closed"), readiness: stopping } }]),
  row(EVENTS, ["503 too_many_followers", { scripts: { statusStream: subscribed("full") } }]),
  ...rows([TICKERS, TICKER], "503 tickers_unavailable", { scripts: { tickers: NO_TICKERS } }),
  row(TICKERS, ["200", { scripts: stale }]),
  row(EXTRACT, ["200", { scripts: { tickers: NO_TICKERS } }]),
  row(EXTRACT, ["400 bad_request", { request: { body: '{"text": 1}' } }]),
  ...rows([EXTRACT], "413 body_too_large", { request: { headers: large } }),
  ...rows([RELOAD, REFRESH], "413 body_too_large", { request: { headers: { ...WITH_TOKEN, ...large } } }),
  ...rows([RELOAD, EXTRACT], "400 bad_request", {
    request: { headers: { ...WITH_TOKEN, "transfer-encoding": "chunked" }, body: cutBody },
  }),
  row(READY, ["200", { scripts: degraded }]),
  row(READY, ["503 not_ready", { scripts: NO_CATALOG }]),
  row(READY, ["503 not_ready", { scripts: { readiness: stopping } }]),
  ...[...ALL, CONSOLE_FILE].flatMap((one) => [
    row(one, ["400 bad_request", { request: { headers: { host: "a b" } } }]),
    row(one, ["400 bad_request", { request: { refusal: "host-missing" } }]),
    row(one, ["400 bad_request", { request: { refusal: "bad-request" } }]),
    row(one, ["408 request_timeout", { request: { refusal: "too-slow" } }]),
    row(one, ["431 head_too_large", { request: { refusal: "head-too-large" } }]),
    row(one, ["414 uri_too_long", { path: `${one.path}?${"a".repeat(8192)}` }]),
  ]),
  ...rows([RELOAD, EXTRACT, REFRESH], "408 request_timeout", {
    request: { headers: { ...WITH_TOKEN, "transfer-encoding": "chunked" }, body: endlessBody },
    scripts: { bodyLimits: { bytesMax: 100, timeoutMs: 1 } },
  }),
  ...rows(ADMIN, "401 unauthorized", { request: { headers: {} } }),
  ...rows(ADMIN, "401 unauthorized", wrongToken),
  ...rows(ADMIN, "400 bad_request", { request: { headers: { authorization: ADMIN_TOKEN } } }),
  ...rows(ADMIN, "429 too_many_attempts", { ...wrongToken, before: 10 }),
  ...RELOADS.map((answer) => row(RELOAD, answer)),
  row(REPLICAS, [
    "200",
    {
      scripts: {
        listReplicas: async () => ({
          self: "a",
          shared: false,
          publishedHash: undefined,
          replicas: [],
          lost: [],
        }),
      },
    },
  ]),
  row(DIFF, ["503 database_unavailable", { scripts: { diffDatabase: databaseDown } }]),
  row(REFRESH, ["503 database_unavailable", { scripts: { tickers: NO_TICKERS } }]),
  row(LIST, [
    "200",
    { scripts: { holder: registryOf(CATALOG) }, request: { headers: { "x-request-id": "mine" } } },
  ]),
];
