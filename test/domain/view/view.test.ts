import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { listColumnNames, parseView, viewSchema } from "../../../src/domain/view/view.ts";

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

describe("parseView()", () => {
  test("parseView() reads canonical JSON, unknown fields included", () => {
    const text =
      '{"columns": ["a", {"name": "preço", "unit": "R$"}], "identifiers": ["a"], "owner": {"team": [1]}}';
    expect(parseView(bytesOf(text))).toEqual({
      columns: ["a", { name: "preço", unit: "R$" }],
      identifiers: ["a"],
      owner: { team: [1] },
    });
  });

  test("parseView() gives plain numbers for integers and floats alike", () => {
    const text =
      '{"ask": {"top_k": 6, "weights": {"keywords": 1.0, "synonyms": 1e-05}}, "columns": ["a"], "identifiers": []}';
    expect(parseView(bytesOf(text))).toHaveProperty("ask", {
      top_k: 6,
      weights: { keywords: 1, synonyms: 0.00001 },
    });
  });

  test("parseView() keeps __proto__ an own key", () => {
    const view = parseView(bytesOf('{"__proto__": {"polluted": true}, "columns": ["a"], "identifiers": []}'));
    expect(Object.keys(view)).toEqual(["__proto__", "columns", "identifiers"]);
    expect("polluted" in view).toBe(false);
    expect("polluted" in {}).toBe(false);
  });
});

describe("listColumnNames()", () => {
  test("listColumnNames() gives names in the author's order, repeated ones included", () => {
    const columns = ["ticker", { name: "close_price", alias: "cotação" }, "a", { name: "ticker" }];
    expect(listColumnNames({ columns })).toEqual(["ticker", "close_price", "a", "ticker"]);
  });

  test("listColumnNames() of no columns is empty", () => {
    expect(listColumnNames({ columns: [] })).toEqual([]);
  });
});

describe("viewSchema", () => {
  test("viewSchema keeps fields that it does not name, at every level", () => {
    const view = {
      identifiers: ["a"],
      columns: [{ name: "a", unit: "%" }],
      ask: { weights: { x: 1n, y: 0.5 }, tone: "formal" },
      owner: { team: "dados" },
    };
    expect(v.parse(viewSchema, view)).toEqual(view);
  });
});
