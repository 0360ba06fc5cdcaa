import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { missingTests, threatRows } from "./threat-rows.ts";

const MANUAL = new URL("../../docs/security.md", import.meta.url);
const read = (path: string): Promise<string> => readFile(new URL(path, MANUAL), "utf8");

describe("docs/security.md", () => {
  test("names for every attacker tests that there are", async () => {
    const rows = threatRows(await readFile(MANUAL, "utf8"));
    expect(rows.length).toBeGreaterThan(20);
    for (const row of rows) expect([row.attacker, row.tests.length > 0]).toEqual([row.attacker, true]);
    expect(await missingTests(rows, read)).toEqual([]);
  });

  test("would be found wrong with a test that is gone, or a row without one", async () => {
    const rows = threatRows(
      "| attacker | holds | can still | shown by |\n| --- | --- | --- | --- |\n| a | b | c | [gone](../test/a.test.ts) |\n| d | e | f | |\n",
    );
    expect(rows).toEqual([
      { attacker: "a", tests: [{ name: "gone", path: "../test/a.test.ts" }] },
      { attacker: "d", tests: [] },
    ]);
    expect(await missingTests(rows, async () => 'test("going"')).toEqual(["../test/a.test.ts: gone"]);
    expect(await missingTests(rows, async () => 'test("gone"')).toEqual([]);
  });
});

describe("docs/testing.md", () => {
  test("names for every public report its thread, and tests that there are", async () => {
    const manual = await read("testing.md");
    expect(manual).toContain("\n## Public reports\n");
    const head = "| report | what went wrong there | shown here by |\n| --- | --- | --- |\n";
    const rows = threatRows(manual, head);
    expect(rows.length).toBeGreaterThan(10);
    for (const { attacker: report, tests } of rows) {
      expect(report).toMatch(
        /^\[([\w-]+\/[\w.-]+)#(\d+)\]\(https:\/\/github\.com\/\1\/(?:issues|pull)\/\2\)$/,
      );
      expect([report, tests.length > 0]).toEqual([report, true]);
    }
    expect(await missingTests(rows, read)).toEqual([]);
  });
});
