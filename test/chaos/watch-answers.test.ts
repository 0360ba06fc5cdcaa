import { describe, expect, test } from "vitest";
import type { LoadAnswer } from "../support/load-steadily.ts";
import { etagOf, knownCatalog } from "./known-catalogs.ts";
import { watchAnswers } from "./watch-answers.ts";

const [FIRST, SECOND, THIRD] = [knownCatalog(0), knownCatalog(1), knownCatalog(2)];

/** What a replica with this catalog answers. */
function answer(path: string, catalog = FIRST, changes: Partial<LoadAnswer> = {}): LoadAnswer {
  const body = catalog.bodies.get(path) ?? "{}";
  const status = catalog.bodies.has(path) ? 200 : 404;
  const headers = { etag: etagOf(catalog, path, body) };
  return { kind: "answered", path, status, headers, body: Buffer.from(body), elapsedMs: 1, ...changes };
}

function violationsOf(...results: readonly LoadAnswer[]): readonly string[] {
  const watch = watchAnswers({ replica: "one", catalogs: () => [FIRST, SECOND] });
  for (const result of results) watch.onResult(result);
  return watch.violations();
}

describe("watchAnswers()", () => {
  test("watchAnswers() accepts whatever belongs to a known catalog", () => {
    const results = [FIRST, SECOND].flatMap((catalog) => [
      answer("/views", catalog),
      answer("/views/shared_00", catalog),
      answer("/views/every_second", catalog),
    ]);
    expect(violationsOf(...results)).toEqual([]);
  });

  const mixed = Buffer.from(
    (FIRST.bodies.get("/views") ?? "").replace(/"columns":\[[^\]]*\]/, '"columns":["key"]'),
  );
  const rows = [
    { what: "an unknown catalog", result: answer("/views", THIRD) },
    { what: "a view of an unknown catalog", result: answer("/views/shared_00", THIRD) },
    { what: "a mixture under a known hash", result: answer("/views", FIRST, { body: mixed }) },
    {
      what: "one catalog under another's ETag",
      result: answer("/views", FIRST, { headers: { etag: `"${SECOND.hash}"` } }),
    },
    { what: "half of a body", result: answer("/views", FIRST, { body: mixed.subarray(0, 100) }) },
    {
      what: "a view that all catalogs have as not found",
      result: answer("/views/shared_00", FIRST, { status: 404 }),
    },
    { what: "a failure of the service", result: answer("/views", FIRST, { status: 500 }) },
    { what: "no tickers", result: answer("/tickers", FIRST, { status: 503 }) },
  ];
  test.each(rows)("watchAnswers() refuses $what", ({ result }) => {
    expect(violationsOf(answer("/views"), result)).toHaveLength(1);
  });

  test("watchAnswers() lets a replica wait for its first catalog and not for a second one", () => {
    const waiting = answer("/views", FIRST, { status: 503 });
    expect(violationsOf(waiting, answer("/views"))).toEqual([]);
    expect(violationsOf(answer("/views"), waiting, waiting)).toEqual([
      expect.stringContaining("one: 2 times /views: status 503"),
    ]);
  });

  test("watchAnswers() refuses a connection that brought nothing", () => {
    const watch = watchAnswers({ replica: "one", catalogs: () => [FIRST] });
    watch.onResult({ kind: "failed", path: "/views", error: new Error("socket hang up") });
    expect(watch.violations()).toEqual([expect.stringContaining("socket hang up")]);
  });
});
