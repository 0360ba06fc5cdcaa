import { normalizeTicker, TICKER_TEXT_LENGTH_MAX, type Ticker } from "./ticker.ts";
import type { TickerSet } from "./ticker-set.ts";

/**
 * The listed ticker for a text: an exact match in any form, else the one with the same normal form.
 *
 * @returns undefined for a text that is not in the list, or longer than {@link TICKER_TEXT_LENGTH_MAX}
 * characters
 */
export function findTicker(text: string, known: TickerSet): Ticker | undefined {
  if (text.length > TICKER_TEXT_LENGTH_MAX) return undefined;
  const written = text.trim().toUpperCase();
  return known.has(written) ? (written as Ticker) : known.ofForm(normalizeTicker(text) ?? "");
}
