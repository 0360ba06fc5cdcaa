import { normalizeTicker, type Ticker } from "./ticker.ts";
import type { TickerSet } from "./ticker-set.ts";

/**
 * The ticker that somebody means: as it stands in the list, however odd, else in its normal form.
 *
 * @returns undefined for what is not in the list
 */
export function findTicker(text: string, known: TickerSet): Ticker | undefined {
  const forms = [text.trim().toUpperCase(), normalizeTicker(text)];
  return forms.find((form): form is Ticker => form !== undefined && known.has(form));
}
