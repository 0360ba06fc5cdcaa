import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createCatalogHref, createViewHref, parseRoute } from "../../../src/app/console/routes.js";

describe("parseRoute()", () => {
  test.each([
    ["", { kind: "overview" }],
    ["#/", { kind: "overview" }],
    ["#/?q=", { kind: "overview" }],
    ["#/?q=data-com+paga", { kind: "catalog", query: "data-com paga" }],
    ["#/catalog", { kind: "catalog", query: "" }],
    ["#/catalog?q=data-com+paga", { kind: "catalog", query: "data-com paga" }],
    ["#/history", { kind: "history" }],
    ["#/database", { kind: "database" }],
    ["#/fleet", { kind: "fleet" }],
    ["#/tickers", { kind: "tickers" }],
    ["#/reload", { kind: "reload" }],
    ["#/views/schema.view_a", { kind: "view", entity: "schema.view_a" }],
    ["#/views/", { kind: "unknown" }],
    ["#/views/%e0%a4%a", { kind: "unknown" }],
    ["#/nowhere", { kind: "unknown" }],
  ])("parseRoute() reads %j", (hash, expected) => {
    expect(parseRoute(hash)).toEqual(expected);
  });

  test("parseRoute() reads back every entity and query that a link was made for", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (text) => {
        expect(parseRoute(createViewHref(text))).toEqual({ kind: "view", entity: text });
        expect(parseRoute(createCatalogHref(text))).toEqual({ kind: "catalog", query: text });
      }),
    );
  });
});
