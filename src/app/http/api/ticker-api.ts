import * as v from "valibot";
import { countOf, isStaleSchema, namesOf, textOf, tickerSchema, tickerTextSchema } from "./answer-fields.ts";
import type { RouteSpec } from "./route-spec.ts";

const tickerListSchema = v.object({
  count: countOf("How many there are."),
  stale: isStaleSchema,
  tickers: namesOf("Sorted, each once."),
});

const foundTickerSchema = v.object({ ticker: tickerSchema, stale: isStaleSchema });

export const extractRequestSchema = v.object({ text: textOf("What somebody wrote, in any words.") });

const extractedTickersSchema = v.object({
  tickers: namesOf("In order of appearance, each once."),
  basis: v.pipe(
    v.picklist(["list", "shape"]),
    v.description("`shape` while no list is known: then whatever looks like a fund's ticker counts."),
  ),
  stale: isStaleSchema,
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
  summary: "All valid tickers",
  description:
    "The result of `TICKERS_SQL`, upper case, sorted and without duplicates. While the database is down, the last known list is served with `stale: true` for a bounded time.",
  answers: {
    200: {
      description: "The list as the database had it.",
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
  summary: "One ticker, however it is written",
  description: "Blanks, lower case, full-width forms and the exchange before or behind it are folded away.",
  parameters: {
    ticker: {
      description: "Such as `hglg11`, `HGLG11.SA` or `BVMF:HGLG11`.",
      schema: tickerTextSchema,
      example: "hglg11.sa",
    },
  },
  answers: {
    200: {
      description: "It is in the list.",
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
  summary: "The tickers that a text names, whole or by their code",
  description:
    "Finds tickers that are written whole and four-letter codes that stand for one. Without a list of valid tickers it goes by their pattern and answers `basis: shape`.",
  body: {
    description: "The text. The whole body may have 64 KiB; its `Content-Type` does not matter.",
    schema: extractRequestSchema,
    examples: { question: { value: { text: "HGLG11 paga mais que KNRI?" } } },
  },
  answers: {
    200: {
      description: "What was found; nothing found is no error.",
      schema: extractedTickersSchema,
      examples: {
        listed: { value: { tickers: ["HGLG11", "KNRI11"], basis: "list", stale: false } },
        unlisted: {
          summary: "While no list is known",
          value: { tickers: ["HGLG11"], basis: "shape", stale: false },
        },
      },
    },
  },
  problems: ["bad_request", "body_too_large", "internal_error"],
} as const satisfies RouteSpec;
