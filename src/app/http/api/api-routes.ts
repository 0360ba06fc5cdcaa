import { ADMIN_SCHEMAS, DIFF_VIEWS, REFRESH_TICKERS, RELOAD_VIEWS } from "./admin-api.ts";
import { CATALOG_SCHEMAS, LIST_VIEWS, SHOW_COLUMNS, SHOW_VIEW } from "./catalog-api.ts";
import {
  CONSOLE_SCHEMAS,
  SHOW_ACTIVITY,
  SHOW_CONSOLE,
  SHOW_CONSOLE_FILE,
  SHOW_CONSOLE_PART,
} from "./console-api.ts";
import { EVENT_SCHEMAS, FOLLOW_EVENTS } from "./event-api.ts";
import { HISTORY_SCHEMAS, SHOW_HISTORY } from "./history-api.ts";
import { OPERATIONS_SCHEMAS, SHOW_HEALTH, SHOW_METRICS, SHOW_READINESS } from "./operations-api.ts";
import { REFERENCE_SCHEMAS, SHOW_DOCS, SHOW_DOCS_FILE, SHOW_OPENAPI } from "./reference-api.ts";
import { LIST_REPLICAS, REPLICA_SCHEMAS } from "./replicas-api.ts";
import { EXTRACT_TICKERS, FIND_TICKER, LIST_TICKERS, TICKER_SCHEMAS } from "./ticker-api.ts";

/** Every route, in the order of the documentation. */
export const API_ROUTES = [
  LIST_VIEWS,
  SHOW_VIEW,
  SHOW_COLUMNS,
  LIST_TICKERS,
  FIND_TICKER,
  EXTRACT_TICKERS,
  SHOW_HEALTH,
  SHOW_READINESS,
  SHOW_METRICS,
  FOLLOW_EVENTS,
  RELOAD_VIEWS,
  LIST_REPLICAS,
  SHOW_HISTORY,
  DIFF_VIEWS,
  REFRESH_TICKERS,
  SHOW_CONSOLE,
  SHOW_CONSOLE_FILE,
  SHOW_CONSOLE_PART,
  SHOW_ACTIVITY,
  SHOW_DOCS,
  SHOW_DOCS_FILE,
  SHOW_OPENAPI,
] as const;

/** The schemas that have a name in the OpenAPI document; all other schemas are written inline. */
export const API_SCHEMAS = {
  ...CATALOG_SCHEMAS,
  ...TICKER_SCHEMAS,
  ...OPERATIONS_SCHEMAS,
  ...ADMIN_SCHEMAS,
  ...REPLICA_SCHEMAS,
  ...HISTORY_SCHEMAS,
  ...CONSOLE_SCHEMAS,
  ...EVENT_SCHEMAS,
  ...REFERENCE_SCHEMAS,
};
