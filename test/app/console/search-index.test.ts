import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  createSearchIndex,
  foldText,
  markMatches,
  queryWords,
} from "../../../src/app/console/search-index.js";
import { textArbitrary } from "../../support/json-value-arbitrary.ts";

const EMPTY = { description: "", identifiers: [], columns: [], aliases: [], words: [] };
const ITEMS = [
  {
    ...EMPTY,
    entity: "view_dividends",
    description: "Proventos pagos pelos fundos",
    columns: ["payment_date"],
  },
  { ...EMPTY, entity: "view_info", description: "Ficha cadastral", aliases: ["Patrimônio líquido"] },
  { ...EMPTY, entity: "view_news", description: "Notícias sobre dividends", words: ["amortização"] },
  { ...EMPTY, entity: "dividends", description: "O nome inteiro" },
];

function found(query: string): readonly (string | undefined)[] {
  const index = createSearchIndex();
  index.add(2, ITEMS.slice(2));
  index.add(0, ITEMS.slice(0, 2));
  return index.search(query).map((place) => index.item(place)?.entity);
}

describe("createSearchIndex()", () => {
  test.each([
    ["PROVENTOS", ["view_dividends"]],
    ["noticias", ["view_news"]],
    ["notícias", ["view_news"]],
    ["patrimonio LÍQUIDO", ["view_info"]],
    ["amortizacao", ["view_news"]],
    ["payment_date", ["view_dividends"]],
    ["fundos payment", ["view_dividends"]],
    ["fundos amortização", []],
    ["view", ["view_dividends", "view_info", "view_news"]],
  ])("search() finds %j without regard to case, accents and order", (query, entities) => {
    expect(found(query)).toEqual(entities);
  });

  test("search() finds the same whenever it was asked before, parts that came since and anew included", () => {
    const part = fc.tuple(fc.nat(3), fc.array(fc.constantFrom(...ITEMS), { minLength: 1, maxLength: 3 }));
    const query = fc.constantFrom("view", "dividends", "fundos", "notícias", "nothing");
    fc.assert(
      fc.property(fc.array(fc.tuple(part, query), { minLength: 1, maxLength: 8 }), (steps) => {
        const index = createSearchIndex();
        for (const [step, [[start, items], asked]] of steps.entries()) {
          index.add(start, items);
          const fresh = createSearchIndex();
          for (const [[from, some]] of steps.slice(0, step + 1)) fresh.add(from, some);
          expect(index.search(asked)).toEqual(fresh.search(asked));
        }
      }),
    );
  });

  test("add() leaves the texts of a view alone until something is searched for", () => {
    let reads = 0;
    const item = {
      ...EMPTY,
      entity: "view_a",
      get description() {
        reads += 1;
        return "Preços";
      },
    };
    const index = createSearchIndex();
    index.add(0, [item]);
    expect([index.item(0)?.entity, index.places(), reads]).toEqual(["view_a", [0], 0]);
    expect([index.search("precos"), index.search("view"), reads]).toEqual([[0], [0], 1]);
  });

  test("search() puts the view of that name first, then names that hold it, then descriptions", () => {
    expect(found("dividends")).toEqual(["dividends", "view_dividends", "view_news"]);
  });

  test("foundBy() says by which column, alias or word a view was found, unless its row shows it", () => {
    const index = createSearchIndex();
    index.add(0, ITEMS);
    expect(index.foundBy(1, queryWords("liquido"))).toBe("Patrimônio líquido");
    expect(index.foundBy(2, queryWords("noticias amortizacao"))).toBe("amortização");
    expect(index.foundBy(0, queryWords("proventos"))).toBeUndefined();
    expect(index.foundBy(9, queryWords("proventos"))).toBeUndefined();
  });
});

describe("foldText()", () => {
  test("foldText() makes one of what differs in case and accents alone", () => {
    for (const text of ["Distribuição", "DISTRIBUICAO", "distribuic\u0327a\u0303o"]) {
      expect(foldText(text)).toBe("distribuicao");
    }
  });
});

describe("markMatches()", () => {
  test("markMatches() marks each place of each word in the text as it is written", () => {
    const pieces = markMatches("Ação: a AÇÃO não é ação\u0301", ["acao"]);
    expect(pieces.filter(({ found }) => found).map(({ text }) => text)).toEqual([
      "Ação",
      "AÇÃO",
      "ação\u0301",
    ]);
  });

  test("markMatches() loses nothing of any text", () => {
    const text = fc.oneof(
      textArbitrary,
      fc.array(fc.constantFrom("a", "Á", "ç", "a\u0303", "İ", "ﬁ", " ")).map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(
        text,
        fc.array(fc.constantFrom("a", "ac", "ca", "fi", "i̇"), { maxLength: 3 }),
        (shown, words) => {
          const pieces = markMatches(shown, queryWords(words.join(" ")));
          expect(pieces.map((piece) => piece.text).join("")).toBe(shown);
          expect(pieces.every((piece) => piece.text !== "")).toBe(true);
        },
      ),
    );
  });
});
