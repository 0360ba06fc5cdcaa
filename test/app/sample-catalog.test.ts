import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { createFilesystemSource } from "../../src/adapters/filesystem/source.ts";
import { listColumnNames, parseView } from "../../src/domain/view/view.ts";

const SAMPLE = resolve(import.meta.dirname, "../../data/views");

async function loadSample() {
  const load = await createFilesystemSource(SAMPLE).load();
  if (load.kind === "invalid") throw new Error(JSON.stringify(load.diagnostics));
  return load;
}

describe("data/views", () => {
  test("data/views loads eight views without a warning", async () => {
    const { catalog, warnings } = await loadSample();
    expect(warnings).toEqual([]);
    expect([...catalog.views.keys()]).toEqual([
      "view_fiis_dividends",
      "view_fiis_info",
      "view_fiis_lawsuits",
      "view_fiis_news",
      "view_fiis_prices",
      "view_fiis_properties",
      "view_market_indicators",
      "view_market_rates",
    ]);
  });

  test("data/views has the column that tickers come from", async () => {
    const { catalog } = await loadSample();
    const view = [...catalog.views].find(([entity]) => entity === "view_fiis_info")?.[1] ?? new Uint8Array();
    expect(listColumnNames(parseView(view))).toContain("ticker");
  });
});
