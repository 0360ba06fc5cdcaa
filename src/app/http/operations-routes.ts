import type { Hono } from "hono";
import type { CacheStatus } from "../cache-status.ts";
import type { CatalogRegistry } from "../catalog/catalog-registry.ts";
import type { TickerService } from "../tickers/ticker-service.ts";
import type { TickerLoad } from "../tickers/ticker-snapshot.ts";
import { addRoute } from "./api/add-route.ts";
import { SHOW_HEALTH, SHOW_METRICS, SHOW_READINESS } from "./api/operations-api.ts";
import { repliesOf } from "./api/replies.ts";
import type { HttpEnv } from "./http-env.ts";
import { respond } from "./respond.ts";

export interface OperationsRoutesDeps {
  readonly registry: CatalogRegistry;
  readonly problems: () => readonly string[];
  readonly cacheStatus: () => CacheStatus;
  readonly tickers: TickerService;
  readonly nowMs: () => number;
  readonly scrape: () => Promise<string>;
  /** True from the signal to stop on, so that no new requests are sent here. */
  readonly stopping: () => boolean;
}

const health = repliesOf(SHOW_HEALTH);
const readiness = repliesOf(SHOW_READINESS);

/** `GET /healthz`, `/readyz` and `/metrics`. */
export function addOperationsRoutes(app: Hono<HttpEnv>, deps: OperationsRoutesDeps): void {
  const { registry, problems, cacheStatus, tickers, nowMs, scrape, stopping } = deps;

  addRoute(app, SHOW_HEALTH, (context) => health.json(context, { status: "ok" }));

  addRoute(app, SHOW_READINESS, (context) => {
    const components = {
      catalog: catalogComponent(registry),
      cache: cacheComponent(cacheStatus()),
      tickers: tickersComponent(tickers.peek(), nowMs()),
    };
    const reasons = stopping() ? ["The service is stopping"] : problems();
    if (reasons.length > 0) {
      const extensions = { reasons, components };
      return readiness.problem(context, "not_ready", { detail: reasons.join("; "), extensions });
    }
    const degraded = components.cache.state === "down";
    return readiness.json(context, { status: degraded ? "degraded" : "ready", components });
  });

  addRoute(app, SHOW_METRICS, async (context) => {
    const headers = {
      "content-type": "text/plain; version=0.0.4; charset=utf-8",
      "cache-control": "no-store",
    };
    return respond(context, { status: 200, headers, body: await scrape() });
  });
}

function catalogComponent(registry: CatalogRegistry) {
  const active = registry.current();
  if (active === undefined) return { state: "absent" } as const;
  const { catalog, origin, generation = null, activatedAtMs } = active;
  const activatedAt = new Date(activatedAtMs).toISOString();
  return {
    state: "active",
    hash: catalog.hash,
    generation,
    source: origin,
    views: catalog.views.size,
    activatedAt,
  } as const;
}

function cacheComponent({ backend, up, reason, breaker }: CacheStatus) {
  const why = reason === undefined ? {} : { reason };
  return { backend, state: up ? "up" : "down", ...why, breaker } as const;
}

function tickersComponent(load: TickerLoad, nowMs: number) {
  if (load.kind === "unavailable") return { state: "absent" } as const;
  const { set, origin, loadedAtMs, freshUntilMs } = load.snapshot;
  // Expired means only that nobody has asked since: the next request loads it anew.
  const state = load.stale ? "stale" : nowMs >= freshUntilMs ? "expired" : "fresh";
  const ageSeconds = Math.max(0, Math.round((nowMs - loadedAtMs) / 1000));
  return {
    state,
    source: origin,
    count: set.tickers.length,
    ageSeconds,
  } as const;
}
