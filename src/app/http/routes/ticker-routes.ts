import type { Hono } from "hono";
import * as v from "valibot";
import { extractTickers } from "../../../domain/tickers/extract-tickers.ts";
import { normalizeTicker } from "../../../domain/tickers/ticker.ts";
import { findTicker, type TickerSet } from "../../../domain/tickers/ticker-set.ts";
import type { TickerService } from "../../tickers/ticker-service.ts";
import type { TickerLoad, TickerSnapshot } from "../../tickers/ticker-snapshot.ts";
import { type AnswerOf, addRoute, responderFor } from "../api/replies.ts";
import { EXTRACT_TICKERS, extractRequestSchema, FIND_TICKER, LIST_TICKERS } from "../api/ticker-api.ts";
import { memoizeByKey } from "../responses/cached-response.ts";
import { createPreparedBody, type PreparedBody, parseAcceptEncoding } from "../responses/representations.ts";
import type { HttpContext, HttpEnv } from "../responses/request-context.ts";
import { respond } from "../responses/respond.ts";

export interface TickerRoutesDeps {
  readonly tickers: TickerService;
}

const listResponder = responderFor(LIST_TICKERS);
const tickerResponder = responderFor(FIND_TICKER);
const extractResponder = responderFor(EXTRACT_TICKERS);

/** `GET /tickers`, `GET /tickers/{ticker}` and `POST /tickers/extract`. */
export function addTickerRoutes(app: Hono<HttpEnv>, { tickers }: TickerRoutesDeps): void {
  const prepareList = createPreparedLists();

  addRoute(app, LIST_TICKERS, async (context) => {
    const load = await tickers.load();
    return load.kind === "unavailable" ? respondUnavailable(context) : sendList(context, prepareList(load));
  });

  addRoute(app, FIND_TICKER, async (context) => {
    const load = await tickers.load();
    if (load.kind === "unavailable") return respondUnavailable(context);
    const { set } = load.snapshot;
    const asked = context.req.param("ticker");
    const ticker = findTicker(asked, set);
    if (ticker !== undefined) return tickerResponder.json(context, { ticker, stale: load.stale });
    return tickerResponder.problem(context, "ticker_not_found", {
      detail: "The ticker is not in the list",
      extensions: { hint: createTickerHint(normalizeTicker(asked), set), stale: load.stale },
    });
  });

  addRoute(app, EXTRACT_TICKERS, async (context) => {
    const parsed = v.safeParse(extractRequestSchema, await readJson(context));
    if (!parsed.success) {
      return extractResponder.problem(context, "bad_request", {
        detail: 'Send a JSON object with a text, such as {"text": "HGLG11 ou KNRI11?"}',
      });
    }
    const load = await tickers.load();
    const known = load.kind === "tickers" ? load.snapshot.set : undefined;
    const stale = load.kind === "tickers" && load.stale;
    return extractResponder.json(context, { ...extractTickers(parsed.output.text, known), stale });
  });
}

type KnownTickers = Extract<TickerLoad, { readonly kind: "tickers" }>;

/** Caches the JSON of a list; the JSON is made again when the list becomes stale. */
function createPreparedLists(): (load: KnownTickers) => PreparedBody {
  const pageOf = (stale: boolean) =>
    memoizeByKey(({ set: { tickers } }: TickerSnapshot) => {
      const answer: AnswerOf<typeof LIST_TICKERS> = { count: tickers.length, stale, tickers };
      return createPreparedBody(new TextEncoder().encode(JSON.stringify(answer)), EMPTY_ETAG);
    });
  const [fresh, stale] = [pageOf(false), pageOf(true)];
  return (load) => (load.stale ? stale : fresh)(load.snapshot);
}

/** Lists are sent with `no-store` and without an ETag. */
const EMPTY_ETAG = '""';

async function sendList(context: HttpContext, prepared: PreparedBody): Promise<Response> {
  const fixed = { "content-type": "application/json", "cache-control": "no-store" };
  if (prepared.coded === undefined)
    return respond(context, { status: 200, headers: fixed, body: prepared.body });
  const { preferred } = parseAcceptEncoding(context.env.header("accept-encoding") ?? "");
  const { body, coding } = preferred === undefined ? prepared : await prepared.coded.of(preferred);
  const coded = coding === undefined ? {} : { "content-encoding": coding };
  return respond(context, { status: 200, headers: { ...fixed, vary: "Accept-Encoding", ...coded }, body });
}

function respondUnavailable(context: HttpContext): Response {
  return listResponder.problem(context, "tickers_unavailable", {
    detail: "No list of tickers could be loaded yet; loading is retried",
    headers: { "retry-after": "1" },
  });
}

const TICKER_FORM = /^[A-Z][A-Z0-9]{3}[0-9]{1,2}[A-Z]?$/;
/** Maximum number of suggested tickers with the same first four characters. */
const SUGGESTED_TICKERS_MAX = 5;

/**
 * Suggests valid tickers with the same first four characters. If there are no such tickers, the hint names the
 * list, or shows how a ticker is written.
 */
function createTickerHint(ticker: string | undefined, known: TickerSet): string {
  const code = ticker?.slice(0, 4) ?? "";
  const likely = known.findByCode(code);
  const candidates = likely === undefined ? known.listByCode(code).slice(0, SUGGESTED_TICKERS_MAX) : [likely];
  if (candidates.length > 0) return `Did you mean ${candidates.join(" or ")}?`;
  return ticker !== undefined && TICKER_FORM.test(ticker)
    ? "GET /tickers lists all valid tickers"
    : "Write four letters and two digits, such as HGLG11";
}

/** Parses the body; undefined if it is truncated or no JSON. */
async function readJson(context: HttpContext): Promise<unknown> {
  const text = await context.req.text().catch(() => undefined);
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
