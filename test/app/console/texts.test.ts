import { describe, expect, test } from "vitest";
import { chooseLanguage } from "../../../src/app/console/preferences.js";
import { loadTexts } from "../../../src/app/console/texts.js";
import { ENGLISH } from "../../../src/app/console/texts-en.js";
import { PORTUGUESE } from "../../../src/app/console/texts-pt.js";
import { DIFF_VIEWS, RELOAD_VIEWS } from "../../../src/app/http/api/admin-api.ts";
import { SHOW_VIEW } from "../../../src/app/http/api/catalog-api.ts";
import { SHOW_HISTORY } from "../../../src/app/http/api/history-api.ts";
import { LIST_REPLICAS } from "../../../src/app/http/api/replicas-api.ts";
import { EXTRACT_TICKERS, FIND_TICKER } from "../../../src/app/http/api/ticker-api.ts";
import { REFUSAL_REASONS } from "../../../src/domain/release/refusal-reasons.ts";
import { CACHE_ERROR_CODES, CACHE_FAULTS } from "../../../src/ports/cache-port.ts";
import { DATABASE_ERROR_CODES } from "../../../src/ports/database-port.ts";

/** The routes whose failures a page shows. */
const CALLED = [
  DIFF_VIEWS,
  EXTRACT_TICKERS,
  FIND_TICKER,
  LIST_REPLICAS,
  RELOAD_VIEWS,
  SHOW_HISTORY,
  SHOW_VIEW,
];

const valuesIn = (text: unknown): readonly string[] =>
  [...JSON.stringify(text).matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name).sort();

describe("the two dictionaries", () => {
  test("have the same keys, in the same order", () => {
    expect(Object.keys(PORTUGUESE)).toEqual(Object.keys(ENGLISH));
  });

  test.each(Object.keys(ENGLISH) as (keyof typeof ENGLISH)[])("say %s with the same values", (key) => {
    expect(valuesIn(PORTUGUESE[key])).toEqual(valuesIn(ENGLISH[key]));
  });

  test.each([
    ["English", ENGLISH],
    ["Portuguese", PORTUGUESE],
  ])("have no number before a word of one form in %s: counted() has both forms", (_, texts) => {
    const after = Object.entries(texts).flatMap(([key, text]) => {
      const [, word] = /\{count\} (\p{L}+)/u.exec(String(text)) ?? [];
      // One concern has a text of its own.
      return word === undefined || key === "attention" ? [] : [word];
    });
    const invariable = ["de", "of", "divergem", "diverges", "mais", "more", "with", "com", "por"];
    expect(after.filter((word) => !invariable.includes(word))).toEqual([]);
  });

  test.each([
    ["English", ENGLISH],
    ["Portuguese", PORTUGUESE],
  ])("leave nothing empty in %s", (_, texts) => {
    expect(
      Object.values(texts).flatMap((text) => (typeof text === "string" ? [text] : Object.values(text))),
    ).not.toContain("");
  });

  test.each([
    ["English", ENGLISH],
    ["Portuguese", PORTUGUESE],
  ])("have no name of the code in what people read in %s", (_, texts) => {
    const written = JSON.stringify(Object.values(texts)).replaceAll(/\{\w+\}/g, "");
    expect(written.match(/\p{L}*\p{Ll}\p{Lu}\p{L}*/gu) ?? []).toEqual([]);
  });
});

describe("PageTexts.fault()", () => {
  test.each(["en", "pt"] as const)("explains each fault of the cache in %s", async (language) => {
    const { fault } = await loadTexts(language);
    expect(CACHE_FAULTS.filter((code) => !fault(code).startsWith(`${code}: `))).toEqual([]);
    expect(fault("constructor")).toBe("constructor");
  });
});

describe("PageTexts.reason() and PageTexts.problem()", () => {
  test.each(["en", "pt"] as const)("explain each code that the service may send in %s", async (language) => {
    const { reason, problem } = await loadTexts(language);
    const codes = [...REFUSAL_REASONS, ...CACHE_ERROR_CODES, ...DATABASE_ERROR_CODES, "flag", "state"];
    expect(codes.filter((code) => !reason(code).startsWith(`${code}: `))).toEqual([]);
    const problems = [...new Set(CALLED.flatMap((route) => route.problems as readonly string[]))];
    // These have a text of their own, or belong to no request of the console.
    const own = [
      "catalog_invalid",
      "unauthorized",
      "too_many_attempts",
      "view_not_found",
      "ticker_not_found",
    ];
    expect(problems.filter((code) => problem(code) === undefined && !own.includes(code))).toEqual([]);
    expect([reason("constructor"), problem("constructor")]).toEqual(["constructor", undefined]);
  });
});

describe("loadTexts()", () => {
  test("counts and writes numbers and ages as the language does", async () => {
    const [english, portuguese] = [await loadTexts("en"), await loadTexts("pt")];
    expect([english.counted(1, "View"), english.counted(10_000, "View")]).toEqual(["1 view", "10,000 views"]);
    expect([portuguese.counted(1, "View"), portuguese.counted(10_000, "View")]).toEqual([
      "1 view",
      "10.000 views",
    ]);
    expect([english.format.age(59.9), english.format.age(61), english.format.age(7200)]).toEqual([
      "59\u00a0sec",
      "1\u00a0min",
      "2\u00a0hr",
    ]);
    expect(portuguese.format.age(172_800)).toBe("2\u00a0dias");
    expect(english.format.time("never")).toBe("never");
  });

  test("puts values into a text, once and as they are", async () => {
    expect((await loadTexts("en")).t("unknownView", { entity: "{entity} $& <b>" })).toBe(
      "View “{entity} $& <b>” not found.",
    );
  });
});

describe("chooseLanguage()", () => {
  test.each([
    [undefined, ["pt-BR", "en"], "pt"],
    [undefined, ["de", "PT"], "pt"],
    [undefined, ["de-DE"], "en"],
    [undefined, [], "en"],
    ["en", ["pt-BR"], "en"],
    ["xx", ["pt-BR"], "pt"],
  ])("chooseLanguage() makes of %j and %j %s", (chosen, preferred, expected) => {
    expect(chooseLanguage(chosen, preferred)).toBe(expected);
  });
});
