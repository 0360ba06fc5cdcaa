import type { Hono } from "hono";
import * as v from "valibot";
import { extractTickers } from "../../../domain/tickers/extract-tickers.ts";
import { normalizeTicker } from "../../../domain/tickers/ticker.ts";
import { findTicker, type TickerSet } from "../../../domain/tickers/ticker-set.ts";
import type { TickerService } from "../../tickers/ticker-service.ts";
import type { TickerLoad } from "../../tickers/ticker-snapshot.ts";
import { addRoute, responderFor } from "../api/replies.ts";
import { EXTRACT_TICKERS, extractRequestSchema, FIND_TICKER, LIST_TICKERS } from "../api/ticker-api.ts";
import type { HttpContext, HttpEnv } from "../responses/request-context.ts";

export interface TickerRoutesDeps {
  readonly tickers: TickerService;
}

const list = responderFor(LIST_TICKERS);
const find = responderFor(FIND_TICKER);
const extract = responderFor(EXTRACT_TICKERS);

/** `GET /tickers`, `GET /tickers/{ticker}` and `POST /tickers/extract`. */
export function addTickerRoutes(app: Hono<HttpEnv>, { tickers }: TickerRoutesDeps): void {
  addRoute(app, LIST_TICKERS, async (context) => {
    const load = await tickers.load();
    return load.kind === "unavailable" ? unavailable(context) : sendList(context, load);
  });

  addRoute(app, FIND_TICKER, async (context) => {
    const load = await tickers.load();
    if (load.kind === "unavailable") return unavailable(context);
    const { set } = load.snapshot;
    const asked = context.req.param("ticker");
    const ticker = findTicker(asked, set);
    if (ticker !== undefined) return find.json(context, { ticker, stale: load.stale });
    return find.problem(context, "ticker_not_found", {
      detail: "The ticker is not in the list",
      extensions: { hint: hintFor(normalizeTicker(asked), set), stale: load.stale },
    });
  });

  addRoute(app, EXTRACT_TICKERS, async (context) => {
    const parsed = v.safeParse(extractRequestSchema, await readJson(context));
    if (!parsed.success) {
      return extract.problem(context, "bad_request", {
        detail: 'Send a JSON object with a text, such as {"text": "HGLG11 ou KNRI11?"}',
      });
    }
    const load = await tickers.load();
    const known = load.kind === "tickers" ? load.snapshot.set : undefined;
    const stale = load.kind === "tickers" && load.stale;
    return extract.json(context, { ...extractTickers(parsed.output.text, known), stale });
  });
}

function sendList(context: HttpContext, load: Extract<TickerLoad, { readonly kind: "tickers" }>): Response {
  const { tickers } = load.snapshot.set;
  return list.json(context, { count: tickers.length, stale: load.stale, tickers });
}

function unavailable(context: HttpContext): Response {
  return list.problem(context, "tickers_unavailable", {
    detail: "No list of tickers could be loaded yet; loading is retried",
    headers: { "retry-after": "1" },
  });
}

const TICKER_FORM = /^[A-Z][A-Z0-9]{3}[0-9]{1,2}[A-Z]?$/;
/** The most tickers of one code that are proposed. */
const CANDIDATES_MAX = 5;

/** A suggestion: a ticker of the same code when there is one, else the form of a ticker. */
function hintFor(ticker: string | undefined, known: TickerSet): string {
  const code = ticker?.slice(0, 4) ?? "";
  const likely = known.ofCode(code);
  const candidates = likely === undefined ? known.allOfCode(code).slice(0, CANDIDATES_MAX) : [likely];
  if (candidates.length > 0) return `Did you mean ${candidates.join(" or ")}?`;
  return ticker !== undefined && TICKER_FORM.test(ticker)
    ? "GET /tickers lists all valid tickers"
    : "Write four letters and two digits, such as HGLG11";
}

/** The body's value; undefined if it is not JSON, or truncated. */
async function readJson(context: HttpContext): Promise<unknown> {
  const text = await context.req.text().catch(() => undefined);
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
