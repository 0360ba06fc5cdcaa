import { normalizeTicker, TICKER_TEXT_LENGTH_MAX, type Ticker } from "./ticker.ts";
import type { TickerSet } from "./ticker-set.ts";

/**
 * The ticker that somebody means: as it stands in the list, however odd, else the one of the same normal form.
 *
 * @returns undefined for what is not in the list, or longer than {@link TICKER_TEXT_LENGTH_MAX} characters
 */
export function findTicker(text: string, known: TickerSet): Ticker | undefined {
  if (text.length > TICKER_TEXT_LENGTH_MAX) return undefined;
  const written = text.trim().toUpperCase();
  return known.has(written) ? (written as Ticker) : known.ofForm(normalizeTicker(text) ?? "");
}
