import { describe, expect, test } from "vitest";
import { commentsOf, hardComments, oldNames, oldTexts, readSources } from "./words.ts";

const SOURCES = await readSources();
const source = (text: string) => ({ path: "src/a.ts", text });

describe("src", () => {
  test("has comments in plain sentences", () => {
    expect(SOURCES.length).toBeGreaterThan(300);
    expect(SOURCES.flatMap(({ text }) => commentsOf(text)).length).toBeGreaterThan(1000);
    expect(SOURCES.flatMap(hardComments)).toEqual([]);
  });

  test("has no name that was replaced by a term of the field", () => {
    expect(SOURCES.flatMap(oldNames)).toEqual([]);
  });

  test("has no message with a phrase that was replaced", () => {
    expect(SOURCES.flatMap(oldTexts)).toEqual([]);
  });
});

describe("the check of messages", () => {
  test("finds a replaced phrase in a text, and passes over comments and names", () => {
    const text = 'fail("The log says why");\n// It says why.\nconst anew = `loads it anew`;\nlog("anew");\n';
    expect(oldTexts(source(text))).toEqual(["src/a.ts:1: says why", "src/a.ts:3: anew"]);
  });
});

describe("the check of comments", () => {
  test.each([
    ["a block", "let a;\n/** For whoever reads. */\nlet b;\n", "src/a.ts:2: whoever"],
    ["a block of several lines", "/**\n * Reads so\n * many bytes.\n */\n", "src/a.ts:1: so many"],
    ["line comments", "  // The first,\n  // of\n  // which a copy is made.\n", "src/a.ts:1: of which"],
    ["a comment after code", "connect(); // Anew.\n", "src/a.ts:1: Anew"],
    ["a limit", "/** The most views that are listed. */\n", "src/a.ts:1: The most views that are"],
    ["a result", "/** @returns what ends it */\n", "src/a.ts:1: @returns what ends"],
    ["a type comment", "const a = /** @type {A} whoever */ (b);\n", "src/a.ts:1: whoever"],
  ])("finds a phrase in %s", (_, text, found) => {
    expect(hardComments(source(text))).toEqual([found]);
  });

  test("passes over code and texts", () => {
    const text = 'const anew = "whoever asks so many";\nfetch("https://whoever.example");\n';
    expect(hardComments(source(text))).toEqual([]);
  });
});

describe("the check of names", () => {
  test("finds a replaced name in code, in a longer name and in a comment", () => {
    const text =
      "cache.getLiving(key);\nconst gate = createSignatureGate();\n// See LiveHub.\nexport type A = Given<B>;\nEVERYDAY_WORDS;\n";
    expect(oldNames(source(text))).toEqual([
      "src/a.ts:1: getLiving",
      "src/a.ts:2: createSignatureGate",
      "src/a.ts:3: LiveHub",
      "src/a.ts:4: Given",
      "src/a.ts:5: EVERYDAY_WORDS",
    ]);
  });

  test("passes over the terms of today", () => {
    expect(oldNames(source("cache.getWithTtl(key);\n// What was given, in terms of seconds.\n"))).toEqual([]);
  });
});
