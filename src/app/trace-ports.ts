import type { Tracer } from "@opentelemetry/api";
import { withCacheSpans, withDatabaseSpans, withSourceSpans } from "../adapters/otel/spans.ts";
import type { CatalogSourcePort } from "../ports/catalog-source-port.ts";
import type { Database } from "../ports/database-port.ts";
import type { OpenedCache } from "./open-redis.ts";
import type { Settings } from "./settings/settings.ts";

export interface TracedPorts {
  source(source: CatalogSourcePort): CatalogSourcePort;
  database(database: Database): Database;
  cache(opened: OpenedCache): OpenedCache;
}

/** The first segments of this service's keys after the namespace: spans show nothing else of a key. */
const KEY_FAMILIES: ReadonlySet<string> = new Set([
  "catalog",
  "history",
  "leases",
  "replicas",
  "tickers",
  "views",
]);

export function tracePorts(
  tracer: Tracer,
  { databaseUrl, cacheNamespace }: Pick<Settings, "cacheNamespace" | "databaseUrl">,
): TracedPorts {
  const familyOf = (key: string): string => {
    const family = key.slice(cacheNamespace.length + 1).split(":", 1)[0] ?? "";
    return KEY_FAMILIES.has(family) ? family : "other";
  };
  const system = databaseUrl?.startsWith("postgres") ? "postgresql" : "sqlite";
  return {
    source: (source) => withSourceSpans(source, tracer),
    database: (database) => withDatabaseSpans(database, { tracer, system }),
    cache: (opened) => ({
      ...opened,
      cache: withCacheSpans(opened.cache, { tracer, system: opened.system, familyOf }),
    }),
  };
}
