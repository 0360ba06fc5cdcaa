import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  brokenLinks,
  type Document,
  drawnFolders,
  exists,
  hardLines,
  namedPaths,
  namedScripts,
  prose,
  readDocument,
  readDocuments,
  sourceFolders,
  wordsOf,
} from "./documents.ts";
import { FOLDER_ORDER } from "./import-rules.ts";

const ROOT = join(import.meta.dirname, "../..");
const DOCUMENTS = await readDocuments();
const { scripts } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));

const document = (text: string): Document => ({ path: "docs/a.md", text });
const readText = (path: string) =>
  readFile(join(ROOT, path), "utf8").catch(() => exists(path).then((is) => (is ? "" : undefined)));

describe("README.md", () => {
  test("has at most 700 words", async () => {
    const { text } = await readDocument("README.md");
    expect(wordsOf(text)).toBeLessThanOrEqual(700);
    expect(wordsOf("one two\n- `three` | --- |")).toBe(3);
  });

  test("has the two commands, six requests, a picture of the flow and one of the console", async () => {
    const { text } = await readDocument("README.md");
    expect(text).toMatch(/^npm ci && npm start$/m);
    expect(text).toMatch(/^npm ci && npm test$/m);
    expect(text.match(/^\$ curl /gm)).toHaveLength(6);
    expect(text.match(/^```mermaid$/gm)).toHaveLength(1);
    expect(text.match(/!\[[^\]]+\]\(docs\/images\//g)).toHaveLength(1);
  });
});

describe("documents", () => {
  test.each(DOCUMENTS.map((each) => [each.path, each] as const))(
    "%s has links that lead somewhere",
    async (_, each) => {
      expect(await brokenLinks(each, readText)).toEqual([]);
    },
  );

  // Decisions and the changelog also have names of their day.
  const today = DOCUMENTS.filter(({ path }) => !/^(?:CHANGELOG\.md|docs\/decisions\/)/.test(path));
  test.each(today.map((each) => [each.path, each] as const))(
    "%s names scripts and paths that there are",
    async (_, each) => {
      expect(namedScripts(each).filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
      const paths = namedPaths(each);
      const found = await Promise.all(paths.map(exists));
      expect(paths.filter((_path, index) => !found[index])).toEqual([]);
    },
  );

  test("are written in plain sentences", () => {
    // Decisions are records of their day; the reference has the texts of the sources.
    const written = DOCUMENTS.filter(({ path }) => !/^docs\/(?:decisions|reference)\//.test(path));
    expect(written.flatMap(hardLines)).toEqual([]);
    expect(hardLines(document("Whoever reads `is none` of [so many](a.md) pages"))).toEqual([
      "docs/a.md: Whoever: Whoever reads `is none` of [so many](a.md) pages",
    ]);
  });

  test("are found wrong with a link, a heading, a script or a path that is gone", async () => {
    const text = "## One `two`\n[a](gone.md) [b](#one-two) [c](#three) [d](https://x.example/y.md)\n";
    expect(await brokenLinks(document(text), async () => undefined)).toEqual([
      "docs/a.md: gone.md",
      "docs/a.md: #three",
    ]);
    expect(await brokenLinks(document("[a](b.md#c)"), async () => "# D\n")).toEqual(["docs/a.md: b.md#c"]);
    expect(namedScripts(document("`npm run -s gone -- x` and npm run check"))).toEqual(["gone", "check"]);
    expect(namedPaths(document("`src/gone.ts`, `src/*.ts`, `VIEWS_DIR/x`\n```\n`src/b`\n```"))).toEqual([
      "src/gone.ts",
    ]);
  });
});

describe("ARCHITECTURE.md", () => {
  test("draws every folder of src down to the third level, and none that is gone", async () => {
    const { text } = await readDocument("ARCHITECTURE.md");
    const drawn = drawnFolders(text);
    const paths = drawn.map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining([...(await sourceFolders(3))]));
    const found = await Promise.all(paths.map(exists));
    expect(paths.filter((_path, index) => !found[index])).toEqual([]);
    expect(drawn.filter(({ path, purpose }) => path !== "src" && purpose === "")).toEqual([]);
  });

  test("draws folders in the order in which they import", async () => {
    const { text } = await readDocument("ARCHITECTURE.md");
    const drawn = drawnFolders(text).map(({ path }) => path);
    for (const folders of FOLDER_ORDER) {
      const ordered = folders.filter((folder) => drawn.includes(folder));
      expect(ordered.length).toBeGreaterThan(5);
      expect(drawn.filter((path) => folders.includes(path))).toEqual(ordered);
    }
  });

  test("is one page, with both walks", async () => {
    const { text } = await readDocument("ARCHITECTURE.md");
    expect(wordsOf(prose(text))).toBeLessThanOrEqual(900);
    expect(text.match(/^## Walk [12]: /gm)).toHaveLength(2);
  });

  test("would be found wrong with a folder that is not drawn", () => {
    expect(drawnFolders("src/\n  a/    one\n    b/  two\n  c/\n")).toEqual([
      { path: "src", purpose: "" },
      { path: "src/a", purpose: "one" },
      { path: "src/a/b", purpose: "two" },
      { path: "src/c", purpose: "" },
    ]);
  });
});

describe("docs/glossary.md", () => {
  test("has each word once, with one line", async () => {
    const { text } = await readDocument("docs/glossary.md");
    const rows = [...text.matchAll(/^\| ([^|]+) \| ([^|]+) \|$/gm)].filter(
      ([, word]) => word !== "word" && word !== "---",
    );
    const words = rows.flatMap(([, word = ""]) => word.split(", "));
    expect(words.length).toBeGreaterThan(50);
    expect(new Set(words).size).toBe(words.length);
  });
});
