import { describe, expect, test } from "vitest";
import { findMisspeltFields } from "../../../src/domain/view/check-view.ts";

describe("findMisspeltFields()", () => {
  test("finds fields of the view, its columns and its ask block", () => {
    const view = {
      identifer: [],
      columns: ["alias", { name: "a", Alias: "b", discription: "c" }, { nam: "d" }],
      ask: { topK: 1n, keywords: [], intent: [] },
    };

    expect(findMisspeltFields(view)).toEqual([
      { path: ["identifer"], name: "identifer", near: "identifiers" },
      { path: ["ask", "topK"], name: "topK", near: "top_k" },
      { path: ["ask", "intent"], name: "intent", near: "intents" },
      { path: ["columns", 1, "Alias"], name: "Alias", near: "alias" },
      { path: ["columns", 1, "discription"], name: "discription", near: "description" },
      { path: ["columns", 2, "nam"], name: "nam", near: "name" },
    ]);
  });

  test.each([
    ["a field of another name", { tags: [], unit: "R$" }],
    ["a field beside the one that it is near to", { description: "a", descriptions: ["b"] }],
    ["free names inside of fields", { ask: { synonyms: { keyword: ["a"] }, weights: { keyword: 1 } } }],
    ["fields of another form", { ask: "keyword", columns: "nam" }],
    ["names that every object inherits", { constructo: 1, __proto: 2 }],
  ])("finds nothing in %s", (_, view) => {
    expect(findMisspeltFields(view)).toEqual([]);
  });

  test("looks at a bounded number of fields", () => {
    const many = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`field_${index}`, index]));

    expect(findMisspeltFields({ ...many, descripton: "a" })).toEqual([]);
    expect(findMisspeltFields({ descripton: "a", ...many })).toHaveLength(1);
    expect(findMisspeltFields({ columns: Array.from({ length: 2000 }, () => ({ nam: "a" })) })).toHaveLength(
      1000,
    );
  });
});
