import * as v from "valibot";
import {
  createCountSchema,
  createNamesSchema,
  createTextSchema,
  staleSchema,
  tickerSchema,
  tickerTextSchema,
} from "./field-schemas.ts";
import type { RouteSpec } from "./route-spec.ts";

const tickerListSchema = v.object({
  count: createCountSchema("Number of tickers."),
  stale: staleSchema,
  tickers: createNamesSchema("Tickers, sorted and unique."),
});

const foundTickerSchema = v.object({ ticker: tickerSchema, stale: staleSchema });

export const extractRequestSchema = v.object({ text: createTextSchema("Any text.") });

const extractedTickersSchema = v.object({
  tickers: createNamesSchema("Tickers in order of appearance, unique."),
  basis: v.pipe(
    v.picklist(["list", "shape"]),
    v.description(
      "`list`: the tickers are in the list; `shape`: no list is loaded, so every text that has the form of a ticker is returned.",
    ),
  ),
  stale: staleSchema,
});

export const TICKER_SCHEMAS = {
  ExtractRequest: extractRequestSchema,
  ExtractedTickers: extractedTickersSchema,
  FoundTicker: foundTickerSchema,
  TickerList: tickerListSchema,
};

export const LIST_TICKERS = {
  method: "get",
  path: "/tickers",
  operationId: "listTickers",
  tag: "Tickers",
  summary: "List the valid tickers",
  description:
    "The result of `TICKERS_SQL`, upper case, sorted and without duplicates. While the database is down, the last known list is served with `stale: true` for a bounded time.",
  answers: {
    200: {
      description: "The list of tickers.",
      headers: ["Content-Encoding", "Vary"],
      schema: tickerListSchema,
      examples: { list: { value: { count: 2, stale: false, tickers: ["HGLG11", "KNRI11"] } } },
    },
  },
  problems: ["internal_error", "tickers_unavailable"],
} as const satisfies RouteSpec;

export const FIND_TICKER = {
  method: "get",
  path: "/tickers/:ticker",
  operationId: "findTicker",
  tag: "Tickers",
  summary: "Look up one ticker",
  description:
    "The text is normalized: spaces, lower case, full-width characters, and the exchange before or after the ticker are accepted.",
  parameters: {
    ticker: {
      description: "A ticker, such as `hglg11`, `HGLG11.SA` or `BVMF:HGLG11`.",
      schema: tickerTextSchema,
      example: "hglg11.sa",
    },
  },
  answers: {
    200: {
      description: "The ticker is valid.",
      schema: foundTickerSchema,
      examples: { found: { value: { ticker: "HGLG11", stale: false } } },
    },
  },
  problems: ["internal_error", "not_found", "ticker_not_found", "tickers_unavailable"],
} as const satisfies RouteSpec;

export const EXTRACT_TICKERS = {
  method: "post",
  path: "/tickers/extract",
  operationId: "extractTickers",
  tag: "Tickers",
  summary: "Extract tickers from a text",
  description:
    "Finds complete tickers, and four-letter codes that stand for one. If no list of tickers is loaded, it matches their form and answers `basis: shape`.",
  body: {
    description: "The text. The body is limited to 64 KiB; its `Content-Type` is ignored.",
    schema: extractRequestSchema,
    examples: { question: { value: { text: "HGLG11 paga mais que KNRI?" } } },
  },
  answers: {
    200: {
      description: "The tickers; an empty list if there is no match.",
      schema: extractedTickersSchema,
      examples: {
        listed: { value: { tickers: ["HGLG11", "KNRI11"], basis: "list", stale: false } },
        unlisted: {
          summary: "No list of tickers is loaded",
          value: { tickers: ["HGLG11"], basis: "shape", stale: false },
        },
      },
    },
  },
  problems: ["bad_request", "body_too_large", "internal_error"],
} as const satisfies RouteSpec;
