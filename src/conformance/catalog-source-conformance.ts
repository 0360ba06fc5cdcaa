import {
  type CatalogSourceCase,
  catalogSourceCase,
  duplicate,
  expectAborted,
  hashOf,
  invalid,
  loaded,
  MISSING_COLUMNS,
  type OpenCatalogSource,
  toComparable,
  unknownColumn,
  view,
} from "./catalog-source-case.ts";
import { manifestCases } from "./catalog-source-manifest-cases.ts";
import type { ConformanceTest } from "./conformance-test.ts";
import { expect } from "./expect.ts";
import { GOLDEN_CATALOGS } from "./golden-catalogs.ts";

const goldenCases = GOLDEN_CATALOGS.map(({ files, sha256 }, index) =>
  catalogSourceCase(`computes the hash of golden catalog ${index}`, files, async ({ source }) => {
    const load = await source.load();
    expect(load).toMatchObject({ kind: "loaded", catalog: { hash: sha256 }, warnings: [] });
  }),
);

const freshCases: readonly CatalogSourceCase[] = [
  catalogSourceCase(
    "reads a changed file again",
    { "a.yaml": view("x"), "b.yaml": view("x") },
    async (opened) => {
      expect(await opened.load()).toEqual(loaded({ a: "x", b: "x" }));
      await opened.replace({ "a.yaml": view("x"), "b.yaml": view("y") });
      expect(await opened.load()).toEqual(loaded({ a: "x", b: "y" }));
    },
  ),
  catalogSourceCase("finds added and removed files", { "a.yaml": view("x") }, async ({ load, replace }) => {
    expect(await load()).toEqual(loaded({ a: "x" }));
    await replace({ "b.yaml": view("x"), "a.yaml": view("x") });
    expect(await load()).toEqual(loaded({ a: "x", b: "x" }));
    await replace({ "b.yaml": view("x") });
    expect(await load()).toEqual(loaded({ b: "x" }));
  }),
  catalogSourceCase(
    "renames the view of a renamed file",
    { "a.yaml": view("x") },
    async ({ load, replace }) => {
      expect(await load()).toEqual(loaded({ a: "x" }));
      await replace({ "b.yaml": view("x") });
      expect(await load()).toEqual(loaded({ b: "x" }));
    },
  ),
  catalogSourceCase(
    "reports a view that becomes invalid, and loads it when it is valid again",
    { "a.yaml": view("x") },
    async ({ load, replace }) => {
      await load();
      await replace({ "a.yaml": "identifiers: [x]\n" });
      const broken = invalid(`a.yaml:1:1: ${MISSING_COLUMNS}`);
      expect([await load(), await load()]).toEqual([broken, broken]);
      await replace({ "a.yaml": view("x") });
      expect(await load()).toEqual(loaded({ a: "x" }));
    },
  ),
  catalogSourceCase(
    "returns the same catalog for the same files",
    GOLDEN_CATALOGS[1]?.files ?? {},
    async (opened) => {
      const first = await opened.load();
      const hash = await hashOf(opened.source);
      await opened.replace({ "a.yaml": view("x") });
      expect((await hashOf(opened.source)) === hash).toBe(false);
      await opened.replace(GOLDEN_CATALOGS[1]?.files ?? {});
      expect([await opened.load(), await hashOf(opened.source)]).toEqual([first, hash]);
    },
  ),
  catalogSourceCase("does not change earlier catalogs", { "a.yaml": view("x") }, async (opened) => {
    const earlier = await opened.source.load();
    await opened.replace({ "a.yaml": view("y"), "b.yaml": view("y") });
    await opened.load();
    expect(toComparable(earlier, opened.source)).toEqual(loaded({ a: "x" }));
  }),
  catalogSourceCase(
    "returns the same catalog to concurrent callers",
    { "a.yaml": view("x"), "b.yaml": view("y") },
    async (opened) => {
      const both = loaded({ a: "x", b: "y" });
      expect(await Promise.all([opened.load(), opened.load()])).toEqual([both, both]);
    },
  ),
];

const contentCases: readonly CatalogSourceCase[] = [
  catalogSourceCase(
    "names a view after its file and orders views by entity",
    { "b.yml": view("x"), "sub/a.yaml": view("x"), "c.yaml": `entity: B\n${view("x")}` },
    async ({ load }) => {
      const own = '{"columns": ["x"], "entity": "B", "identifiers": ["x"]}';
      expect(await load()).toEqual(loaded({ B: own, a: "x", b: "x" }));
    },
  ),
  catalogSourceCase(
    "returns only diagnostics for a catalog with an invalid view",
    { "a.yaml": view("x"), "b.yaml": "identifiers: [x]\n" },
    async (opened) => {
      expect(await opened.load()).toEqual(invalid(`b.yaml:1:1: ${MISSING_COLUMNS}`));
    },
  ),
  catalogSourceCase(
    "returns every diagnostic, sorted by file, line and column",
    {
      "c.yaml": `entity: a\n${view("x")}`,
      "b.yaml": "ask: {top_k: 0, intents: x}\nidentifiers: [x]\n",
      "a.yaml": `${view("x")}default_date_field: d\n`,
    },
    async ({ load }) => {
      const topK = "a whole number of at least 1, got the whole number 0; write top_k: 5";
      expect(await load()).toEqual(
        invalid(
          `a.yaml:1:1: ${duplicate("a", "c.yaml")}`,
          `a.yaml:3:21: ${unknownColumn("d")}`,
          `b.yaml:1:1: ${MISSING_COLUMNS}`,
          `b.yaml:1:14: error: "ask/top_k" must be ${topK} [field-invalid at /ask/top_k]`,
          'b.yaml:1:26: error: "ask/intents" must be a list of texts, got text; write intents: [dividendos] [field-invalid at /ask/intents]',
          `c.yaml:1:9: ${duplicate("a", "a.yaml")}`,
        ),
      );
    },
  ),
  catalogSourceCase(
    "returns warnings with the catalog at every load",
    { "a.yaml": `${view("x")}default_date_field: d\n` },
    async ({ load }) => {
      const text = '{"columns": ["x"], "default_date_field": "d", "identifiers": ["x"]}';
      const warned = loaded({ a: text }, [`a.yaml:3:21: ${unknownColumn("d")}`]);
      expect([await load(), await load()]).toEqual([warned, warned]);
    },
  ),
  catalogSourceCase(
    "rejects an entity that three files define, and names each file",
    { "a.yaml": view("x"), "b.yaml": `entity: a\n${view("x")}`, "sub/a.yaml": view("x") },
    async ({ load }) => {
      expect(await load()).toEqual(
        invalid(
          `a.yaml:1:1: ${duplicate("a", "b.yaml, sub/a.yaml")}`,
          `b.yaml:1:9: ${duplicate("a", "a.yaml, sub/a.yaml")}`,
          `sub/a.yaml:1:1: ${duplicate("a", "a.yaml, b.yaml")}`,
        ),
      );
    },
  ),
  catalogSourceCase(
    "rejects an empty catalog, at the first load and later",
    {},
    async ({ source, load, replace }) => {
      const empty = invalid(
        `${source.name}:1:1: error: the catalog has no *.yaml or *.yml file; ` +
          "add a view, or point VIEWS_DIR at the folder that contains them [no-views]",
      );
      expect(await load()).toEqual(empty);
      await replace({ "a.yaml": view("x") });
      expect(await load()).toEqual(loaded({ a: "x" }));
      await replace({});
      expect(await load()).toEqual(empty);
    },
  ),
];

const abortCases: readonly CatalogSourceCase[] = [
  catalogSourceCase(
    "fails as aborted if the signal has fired",
    { "a.yaml": view("x") },
    async ({ source }) => {
      const signal = AbortSignal.abort(new Error("gave up"));
      await expectAborted(source.load({ signal }), signal.reason);
    },
  ),
  catalogSourceCase("fails as aborted for an empty catalog too", {}, async ({ source, load }) => {
    const signal = AbortSignal.abort(new Error("gave up"));
    await expectAborted(source.load({ signal }), signal.reason);
    // After a complete load, an aborted load still fails.
    await load();
    await expectAborted(source.load({ signal }), signal.reason);
  }),
  catalogSourceCase(
    "fails as aborted after an earlier load too",
    { "a.yaml": view("x") },
    async ({ source, load }) => {
      await load();
      const signal = AbortSignal.abort(new Error("gave up"));
      await expectAborted(source.load({ signal }), signal.reason);
      expect(await load()).toEqual(loaded({ a: "x" }));
    },
  ),
  catalogSourceCase(
    "stops when the signal fires during a load",
    GOLDEN_CATALOGS[2]?.files ?? {},
    async ({ source }) => {
      const controller = new AbortController();
      const load = source.load({ signal: controller.signal });
      const reason = new Error("gives up");
      controller.abort(reason);
      await expectAborted(load, reason);
      expect(await hashOf(source)).toBe(GOLDEN_CATALOGS[2]?.sha256);
    },
  ),
  catalogSourceCase("works with a signal that never fires", { "a.yaml": view("x") }, async ({ source }) => {
    const load = await source.load({ signal: new AbortController().signal });
    expect(toComparable(load, source)).toEqual(loaded({ a: "x" }));
  }),
];

/** Cases for the optional operations; a source without these operations passes. */
const optionalCases: readonly CatalogSourceCase[] = [
  catalogSourceCase(
    "returns the result of digest(), which no load of other files has returned",
    { "a.yaml": view("x") },
    async ({ source, replace }) => {
      const others: unknown[] = [];
      const changes = [
        { "a.yaml": view("y") },
        { "b.yaml": view("y") },
        { "a.yaml": view("y"), "b.yaml": view("y") },
      ];
      for (const files of [undefined, ...changes]) {
        if (files !== undefined) await replace(files);
        const unread = await source.digest?.();
        const load = await source.load();
        const returned = load.kind === "loaded" ? load.digest : undefined;
        for (const digest of [unread, returned, await source.digest?.()].filter(
          (each) => each !== undefined,
        )) {
          expect(others.includes(digest)).toBe(false);
          if (returned !== undefined) expect(digest).toBe(returned);
        }
        others.push(returned);
      }
    },
  ),
  catalogSourceCase(
    "finds the views that readNames() names, at every call",
    { "a.yaml": view("x"), "b.yml": view("x") },
    async ({ source, replace }) => {
      if (source.readNames === undefined) return;
      expect([...(await source.readNames())].sort()).toEqual(["a", "b"]);
      await replace({ "c.yaml": view("x") });
      expect(await source.readNames()).toEqual(["c"]);
    },
  ),
  catalogSourceCase(
    "fails as aborted in the same way as digest() and readNames()",
    { "a.yaml": view("x") },
    async ({ source }) => {
      const signal = AbortSignal.abort(new Error("gave up"));
      for (const call of [source.digest?.({ signal }), source.readNames?.({ signal })])
        if (call !== undefined) await expectAborted(call, signal.reason);
    },
  ),
];

export const CATALOG_SOURCE_CASES: readonly CatalogSourceCase[] = [
  ...goldenCases,
  ...freshCases,
  ...contentCases,
  ...manifestCases,
  ...abortCases,
  ...optionalCases,
];

/**
 * The tests that every adapter of the catalog source port must pass.
 *
 * @param open opens a source with the given files, for each test
 */
export function catalogSourceTests(open: OpenCatalogSource): readonly ConformanceTest[] {
  return CATALOG_SOURCE_CASES.map(({ name, run }) => ({ name: `load() ${name}`, run: () => run(open) }));
}
