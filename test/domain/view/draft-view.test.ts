import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseViewFile } from "../../../src/adapters/yaml/parse-view-file.ts";
import {
  draftBlankView,
  draftEntity,
  draftView,
  findPlaceholders,
} from "../../../src/domain/view/draft-view.ts";
import { isEntity } from "../../../src/domain/view/entity.ts";
import type { Relation } from "../../../src/domain/view/relation.ts";
import { listColumnNames, parseView } from "../../../src/domain/view/view.ts";
import { englishAmong } from "../../support/english-among.ts";

const PRICES: Relation = {
  kind: "table",
  comment: "Closing prices, one row a day",
  columns: [
    { name: "ticker", type: "character varying(12)", comment: "Trading code at B3" },
    { name: "price_date", type: "date" },
    { name: "change_pct", type: "numeric(9,2)" },
    { name: "updated_at", type: "timestamp without time zone" },
  ],
  key: ["ticker", "price_date"],
};

function load(text: string, path = "view_x.yaml") {
  const bytes = new TextEncoder().encode(text);
  return parseViewFile({ path, bytes }, `views/${path}`);
}

const anyText = fc.string({ unit: "grapheme", maxLength: 30 });
const oddText = fc.oneof(
  anyText,
  fc.constantFrom(
    "no",
    "12:30",
    "null",
    " a",
    "a: b",
    "a #b",
    "a\nb",
    "a\u2028b",
    "a\u0085b",
    "- a",
    "{a",
    '"',
    "'",
    "?",
  ),
);
const relations: fc.Arbitrary<Relation> = fc
  .record({
    kind: fc.constantFrom("table" as const, "view" as const),
    comment: fc.option(oddText, { nil: undefined }),
    columns: fc.uniqueArray(
      fc.record({
        name: oddText.filter((name) => name !== ""),
        type: fc.oneof(oddText, fc.constantFrom("", "date", "TEXT", "numeric(9,2)", "integer[]")),
        comment: fc.option(oddText, { nil: undefined }),
      }),
      { minLength: 1, maxLength: 6, selector: ({ name }) => name },
    ),
    keys: fc.nat(3),
  })
  .map(({ keys, ...rest }) => ({ ...rest, key: rest.columns.slice(0, keys).map(({ name }) => name) }));

describe("draftView()", () => {
  test("draftView() writes what the database knows", () => {
    const entity = draftEntity("view_fiis_prices");
    const text = draftView(PRICES, { name: "view_fiis_prices", entity }) ?? "";
    const { view, diagnostics } = load(text);
    expect(diagnostics).toEqual([]);
    expect(JSON.parse(new TextDecoder().decode(view?.canonicalJson))).toEqual({
      entity: "view_fiis_prices",
      description: "Closing prices, one row a day",
      identifiers: ["ticker", "price_date"],
      default_date_field: "price_date",
      order_by_whitelist: ["ticker", "price_date"],
      columns: [
        { name: "ticker", description: "Trading code at B3", alias: "Ticker", type: "text" },
        { name: "price_date", alias: "Price date", type: "date" },
        { name: "change_pct", alias: "Change pct", type: "numeric", unit: "%" },
        { name: "updated_at", alias: "Updated at", type: "timestamp" },
      ],
    });
    expect(findPlaceholders(text).map(({ message }) => message)).toEqual([
      "guessed: is price_date the date of questions that name no date?",
      "describe each column that has no description, and name its unit",
      "write the words that people ask with, and remove the # of each line",
    ]);
  });

  test.each([
    ["view", "the database has no key for this view"],
    ["table", "the table has no primary or unique key"],
  ] as const)("draftView() guesses the identifiers of a %s, and marks the guess", (kind, reason) => {
    const relation: Relation = { ...PRICES, kind, key: [] };
    const text = draftView(relation, { name: "prices", entity: draftEntity("prices") }) ?? "";
    expect(text).toContain(
      `# mosaic new: guessed: ${reason}. Which columns identify a row?\nidentifiers:\n  - ticker\n  - price_date\n`,
    );
  });

  test("draftView() asks which of several dates counts", () => {
    const columns = [...PRICES.columns, { name: "paid_on", type: "DATE" }];
    const text = draftView({ ...PRICES, columns }, { name: "prices", entity: draftEntity("prices") }) ?? "";
    expect(text).toContain(
      "# mosaic new: which is the date of questions that name no date: price_date, paid_on?\n",
    );
  });

  test("draftView() of any relation loads without a warning, with every column by its exact name", () => {
    fc.assert(
      fc.property(relations, oddText, (relation, name) => {
        const text = draftView(relation, { name, entity: draftEntity(name) }) ?? "";
        const { view, diagnostics } = load(text);
        expect(diagnostics).toEqual([]);
        const parsed = parseView(view?.canonicalJson ?? new Uint8Array());
        expect(listColumnNames(parsed)).toEqual(relation.columns.map((column) => column.name));
        if (relation.key.length > 0) expect(parsed.identifiers).toEqual(relation.key);
      }),
      { numRuns: 300 },
    );
  });

  test("draftView() refuses a relation whose columns have no names", () => {
    const relation: Relation = { kind: "view", columns: [{ name: "", type: "" }], key: [] };
    expect(draftView(relation, { name: "x", entity: draftEntity("x") })).toBeUndefined();
  });
});

describe("draftEntity()", () => {
  test.each([
    ["view_fiis_info", "view_fiis_info"],
    ["sales.orders", "sales.orders"],
    ["Fund Prices", "Fund_Prices"],
    ["preços", "precos"],
    ["2024_totals", "view_2024_totals"],
    ["list", "view_list"],
    ["%", "view_"],
  ])("draftEntity() of %s is %s", (name, entity) => {
    expect(draftEntity(name)).toBe(entity);
  });

  test("draftEntity() is a valid entity that no other view has", () => {
    const taken = new Set<string>();
    fc.assert(
      fc.property(anyText, (name) => {
        const entity = draftEntity(name, taken);
        expect([isEntity(entity), taken.has(entity)]).toEqual([true, false]);
        taken.add(entity);
      }),
    );
  });
});

describe("drafts in Portuguese", () => {
  test("draftView() and draftBlankView() have the same marks, in the language that is wanted", () => {
    const entity = draftEntity("prices");
    const dates = ["traded_on", "settled_on"].map((name) => ({ name, type: "date" }));
    const relation: Relation = {
      kind: "view",
      comment: undefined,
      key: [],
      columns: [...dates, { name: "x", type: "text" }],
    };
    const draftsIn = (language: "en" | "pt") => [
      draftView(relation, { name: "other name", entity, language }) ?? "",
      draftBlankView(entity, language),
    ];
    const [english, portuguese] = [draftsIn("en"), draftsIn("pt")];
    const placesIn = (text: string) => findPlaceholders(text).map(({ line, column }) => [line, column]);
    expect(portuguese.map(placesIn)).toEqual(english.map(placesIn));
    const notes = portuguese.flatMap((text) => findPlaceholders(text).map(({ message }) => message));
    expect(notes.length).toBeGreaterThanOrEqual(10);
    expect(englishAmong(notes)).toEqual([]);
    for (const text of portuguese) expect(load(text).diagnostics).toEqual([]);
  });
});

test.each(["\r", "\r\n"])("findPlaceholders() finds the same with lines that end in %j", (lineEnd) => {
  const blank = draftBlankView(draftEntity("view_rates"), "en");
  expect(findPlaceholders(blank.replaceAll("\n", lineEnd))).toEqual(findPlaceholders(blank));
  const live = blank.replaceAll(/^# mosaic new: .*$/gm, "").replaceAll(/^#(?! ?[A-Z])/gm, "");
  expect(findPlaceholders(live.replaceAll("\n", lineEnd))).toEqual(findPlaceholders(live));
});

describe("findPlaceholders() of template texts", () => {
  test.each([
    ["en", "this text is from the template: replace it by your own words"],
    ["pt", "este texto é do modelo: troque pelas suas palavras"],
  ] as const)(
    "findPlaceholders() finds the texts of the template that an author left, in %s",
    (language, message) => {
      const blank = draftBlankView(draftEntity("view_rates"), language);
      const marked = findPlaceholders(blank).map(({ line }) => line);
      const live = blank.replaceAll(/^# mosaic new: .*$/gm, "").replaceAll(/^#(?! ?[A-Z])/gm, "");
      const found = findPlaceholders(live);
      expect(found.map((one) => one.message)).toEqual([message, message, message, message]);
      expect(found.map(({ line, column }) => live.split("\n")[line - 1]?.slice(column - 1))).toEqual(
        language === "en"
          ? [
              "What the column contains, with its unit",
              "what people want to know]",
              "a word of their questions]",
              "a word of their questions: [another word for it]",
            ]
          : [
              "O que a coluna contém, com a unidade",
              "o que as pessoas querem saber]",
              "uma palavra das perguntas]",
              "uma palavra das perguntas: [outra palavra para ela]",
            ],
      );
      expect(marked).toEqual([2, 4, 12, 15, 18]);
    },
  );

  test("findPlaceholders() leaves comments and longer texts alone", () => {
    const own =
      "# what people want to know\nintents: [what people want to know of rates]\nkeywords: [not a word of their questions]\n";
    expect(findPlaceholders(own)).toEqual([]);
    expect(findPlaceholders('intents: ["what people want to know"]\n')).toHaveLength(1);
    expect(findPlaceholders("intents:\n  - what people want to know\r\n")).toMatchObject([
      { line: 2, column: 5 },
    ]);
  });
});

describe("draftBlankView()", () => {
  test("draftBlankView() loads without a warning, and marks what it leaves open", () => {
    const text = draftBlankView(draftEntity("view_rates"));
    expect(load(text).diagnostics).toEqual([]);
    expect(findPlaceholders(text).map(({ line }) => line)).toEqual([2, 4, 12, 15, 18]);
    expect(findPlaceholders(text.replaceAll("\n", "\r\n"))).toEqual(findPlaceholders(text));
  });

  test.each([
    ["the # of each line", /^#(?! ?(?:mosaic|[A-Z]))/gm],
    ["the #, and a space behind it, of each line", /^#(?! ?(?:mosaic|[A-Z])) ?/gm],
  ])("draftBlankView() is a whole view once an author or an editor removes %s", (_, mark) => {
    const text = draftBlankView(draftEntity("view_rates")).replaceAll(mark, "");
    const json = new TextDecoder().decode(load(text).view?.canonicalJson);
    expect(JSON.parse(json)).toMatchObject({
      default_date_field: "reference_date",
      ask: { synonyms: {}, latest_words: ["latest", "current"] },
    });
  });
});
