import * as v from "valibot";
import { CATALOG_HASH_PATTERN } from "../../../domain/catalog/catalog.ts";
import { TICKER_TEXT_LENGTH_MAX } from "../../../domain/tickers/ticker.ts";
import { ENTITY_LENGTH_MAX, ENTITY_PATTERN, RESERVED_ENTITIES } from "../../../domain/view/entity.ts";
import { REQUEST_ID_PATTERN } from "../responses/request-context.ts";

export const createTextSchema = (description: string) => v.pipe(v.string(), v.description(description));

/** A whole number, zero or more. */
export const createCountSchema = (description: string) =>
  v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.description(description));

export const createNamesSchema = (description: string) =>
  v.pipe(v.array(v.string()), v.description(description));

export const EXAMPLE_HASH = "9b74c9897bac770ffc029102a200c5de".repeat(2);

export const hashSchema = v.pipe(
  v.string(),
  v.regex(CATALOG_HASH_PATTERN),
  v.description("A catalog hash."),
  v.examples([EXAMPLE_HASH]),
);

export const timestampSchema = v.pipe(v.string(), v.isoTimestamp());

export const secondsSchema = v.pipe(v.number(), v.finite(), v.minValue(0), v.description("In seconds."));

export const requestIdSchema = v.pipe(v.string(), v.regex(REQUEST_ID_PATTERN), v.examples(["r-42"]));

/** A string that `parseEntity` accepts. */
export const entitySchema = v.pipe(
  v.string(),
  v.maxLength(ENTITY_LENGTH_MAX),
  v.regex(ENTITY_PATTERN),
  v.notValues([...RESERVED_ENTITIES]),
  v.examples(["view_fiis_info"]),
);

/** A text to look up as a ticker; the text need not be a valid ticker. */
export const tickerTextSchema = v.pipe(v.string(), v.nonEmpty(), v.maxLength(TICKER_TEXT_LENGTH_MAX));

export const tickerSchema = v.pipe(v.string(), v.nonEmpty(), v.description("The normalized ticker."));

export const staleSchema = v.pipe(
  v.boolean(),
  v.description("Whether the list has expired and the database failed to replace it."),
);
