import { createHash } from "node:crypto";
import { catalogFrom, publicationOf, withTexts } from "../../support/publication.ts";

/** Views as they are stored, and their catalog as it was made from values. */
export const VIEW_A = '{"columns": ["ticker"], "identifiers": ["ticker"]}';
export const VIEW_B =
  '{"ask": {"top_k": 6, "weights": {"a": 1.0}}, "columns": [{"name": "preço"}], "identifiers": []}';
export const CATALOG = catalogFrom({
  view_b: { columns: [{ name: "preço" }], identifiers: [], ask: { weights: { a: 1 }, top_k: 6n } },
  view_a: { identifiers: ["ticker"], columns: ["ticker"] },
});

/** The catalog as Mosaic publishes it, and as programs do that know no state. */
export const MARKED = publicationOf(CATALOG);
export const UNMARKED = withTexts(MARKED, { "catalog:state": undefined });

/** Made by Node itself, not by the code that is tested. */
export function sha256(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}
