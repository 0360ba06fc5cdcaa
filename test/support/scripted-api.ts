import { readPackageFile } from "../../src/adapters/filesystem/read-file.ts";
import { createActiveCatalog } from "../../src/app/catalog/active-catalog.ts";
import { createHttpApp, type HttpAppDeps } from "../../src/app/http/http-app.ts";
import type { HeadRefusal } from "../../src/app/http/server/listen.ts";
import type { Checks } from "../../src/app/status/checks.ts";
import { createReadiness, type ReadinessDeps } from "../../src/app/status/readiness.ts";
import type { Activity } from "../../src/app/status/recent-activity.ts";
import { createLog } from "../../src/app/telemetry/log.ts";
import { createTickerSnapshot, type TickerLoad } from "../../src/app/tickers/ticker-snapshot.ts";
import type { Catalog } from "../../src/domain/catalog/catalog.ts";
import type { Ticker } from "../../src/domain/tickers/ticker.ts";
import type { Entity } from "../../src/domain/view/entity.ts";
import type { GivenAnswer } from "./api-document.ts";
import { ADMIN_TOKEN } from "./service-process.ts";
import { catalogOf } from "./signed-catalog.ts";

/** The HTTP application in this process, over parts that do what a test says. */
export interface ScriptedApi {
  /** `GET /views` of every route that it has. */
  readonly routes: readonly string[];
  send(path: string, options?: ScriptedRequest): Promise<GivenAnswer>;
}

export interface ScriptedRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A stream is made for each request. */
  readonly body?: (() => ReadableStream) | string | null;
  /** What the server has found before the application was asked. */
  readonly refusal?: HeadRefusal;
}

export const CATALOG: Catalog = catalogOf({ alpha: "a", beta: "b" });
const ACTIVE_AT_MS = Date.UTC(2026, 0, 31);

/** A list of tickers that is known. */
export const KNOWN_TICKERS: TickerLoad = {
  kind: "tickers",
  stale: false,
  snapshot: createTickerSnapshot(["HGLG11", "KNRI11"] as Ticker[], {
    source: "database",
    loadedAtMs: ACTIVE_AT_MS,
    ttlSeconds: 300,
  }),
};
const UNKNOWN_TICKERS: TickerLoad = { kind: "unavailable" };

/** Tickers of which nothing is known. */
export const NO_TICKERS: HttpAppDeps["tickers"] = tickersOf(UNKNOWN_TICKERS);

function tickersOf(load: TickerLoad): HttpAppDeps["tickers"] {
  const answer = async () => load;
  return { load: answer, refresh: answer, peek: () => load, resync: async () => undefined };
}

/** A holder that serves this catalog, or none. */
export function registryOf(catalog: Catalog | undefined): HttpAppDeps["holder"] {
  const holder = createActiveCatalog();
  if (catalog !== undefined) {
    holder.activate({ catalog, source: "disk", activatedAtMs: ACTIVE_AT_MS, revision: 2 });
  }
  return holder;
}

/** An hour of a service that nobody asked. */
const ACTIVITY: Activity = {
  slotSeconds: 30,
  endsAt: "2026-01-31T00:00:00.000Z",
  requests: [0],
  errors: [0],
  p99Ms: [null],
  cacheDownSeconds: [0],
  tickersAgeSeconds: [null],
  tickersTtlSeconds: 300,
};

/** Checks of a service without a fault. */
export const PASSING_CHECKS: Checks = {
  catalog: { status: "pass", code: "active", count: 2, since: "2026-01-31T00:00:00.000Z" },
  disk: { status: "pass", code: "same", since: "2026-01-31T00:00:00.000Z" },
  signature: { status: "pass", code: "off", since: "2026-01-31T00:00:00.000Z" },
  fleet: { status: "pass", code: "agrees", count: 1, since: "2026-01-31T00:00:00.000Z" },
  cache: { status: "pass", code: "up", since: "2026-01-31T00:00:00.000Z" },
  tickers: { status: "pass", code: "fresh", count: 2, since: "2026-01-31T00:00:00.000Z" },
  database: { status: "pass", code: "up", since: "2026-01-31T00:00:00.000Z" },
};

/** How ready a service is of which this is so. */
export function readinessOf(parts: Partial<ReadinessDeps> = {}): HttpAppDeps["readiness"] {
  return createReadiness({
    holder: registryOf(CATALOG),
    problems: () => [],
    checks: () => PASSING_CHECKS,
    cacheStatus: () => ({ backend: "redis", up: true, breaker: "closed" }),
    databaseStatus: () => ({ state: "up" }),
    tickers: tickersOf(KNOWN_TICKERS),
    nowMs: () => ACTIVE_AT_MS,
    isStopping: () => false,
    ...parts,
  });
}

/** Without scripts, everything is as it should be. */
export function createScriptedApi(scripts: Partial<HttpAppDeps> = {}): ScriptedApi {
  const routes: string[] = [];
  const handle = createHttpApp({
    adminToken: ADMIN_TOKEN,
    log: createLog({ logLevel: "silent", logFormat: "json" }),
    observe: () => undefined,
    declare: ({ method, route }) => void routes.push(`${method} ${route}`),
    holder: registryOf(CATALOG),
    readiness: readinessOf(),
    statusStream: {
      subscribe(subscriber) {
        subscriber.state(JSON.stringify({ ...readinessOf()(), refusal: null, fleetChanges: 0 }));
        subscriber.end();
        return { kind: "subscribed", unsubscribe: () => undefined };
      },
    },
    activity: () => ACTIVITY,
    scrape: async () => "mosaic_catalog_views 2\n",
    previewReload: async () => ({ kind: "unreadable", detail: "The test wants no preview" }),
    reload: async () => ({
      kind: "reloaded",
      hash: CATALOG.hash,
      previousHash: undefined,
      generation: 8,
      previousGeneration: undefined,
      changes: { added: [...CATALOG.views.keys()], removed: [], changed: [] },
      details: [
        {
          entity: "alpha" as Entity,
          changes: [{ kind: "changed", pointer: "/columns/0", before: '"a"', after: '"b"' }],
          total: 1,
        },
      ],
      views: 2,
      warnings: [
        {
          severity: "warning",
          code: "yaml-ambiguous",
          file: "views/alpha.yaml",
          line: 1,
          column: 14,
          pointer: "/description",
          message: "PyYAML reads `no` as false",
          hint: 'write "no"',
        },
      ],
      published: true,
    }),
    tickers: tickersOf(KNOWN_TICKERS),
    nowMs: () => ACTIVE_AT_MS,
    listReplicas: async () => ({
      self: "a",
      shared: true,
      publishedHash: CATALOG.hash,
      replicas: [REPLICA],
      lost: [],
    }),
    cacheOutage: () => undefined,
    listHistory: async () => ({ shared: true, entries: [], departed: [] }),
    diffDatabase: async () => ({ kind: "compared", views: DIFFS }),
    readPackageFile,
    ...scripts,
  });
  return {
    routes,
    async send(path, { method = "GET", headers = {}, body = null, refusal } = {}) {
      const request = new Request(`http://127.0.0.1${path}`, {
        method,
        headers,
        body: typeof body === "function" ? body() : body,
        // Node asks for it when a body is a stream.
        duplex: "half",
      } as RequestInit);
      const header = (name: string): string | undefined => request.headers.get(name) ?? undefined;
      const response = await handle(request, header, { refusal });
      return {
        status: response.status,
        headers: Object.fromEntries(response.headers),
        text: await response.text(),
      };
    },
  };
}

const [alpha, beta] = [...CATALOG.views.keys()] as [never, never];

const DIFFS = [
  { entity: alpha, state: "same", missingInDatabase: [], missingInCatalog: [] },
  { entity: beta, state: "unreadable", missingInDatabase: [], missingInCatalog: [], detail: "it is broken" },
] as const;

const REPLICA = {
  schema: 1,
  id: "a",
  version: "0.1.0",
  runtime: "node 24.0.0",
  startedAt: "2026-01-31T00:00:00.000Z",
  uptimeSeconds: 5,
  catalog: { hash: CATALOG.hash, source: "disk", views: 2, revision: 2, generation: null, ageSeconds: 4 },
  cache: { backend: "redis", state: "up" },
  tickers: { count: 2, ageSeconds: 3, stale: false },
  divergent: false,
} as const;
