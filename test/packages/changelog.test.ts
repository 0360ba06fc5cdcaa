import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";

const ROOT = new URL("../../", import.meta.url);
const KINDS = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"];

const changelog = await readFile(new URL("CHANGELOG.md", ROOT), "utf8");
const { version } = JSON.parse(await readFile(new URL("package.json", ROOT), "utf8")) as {
  readonly version: string;
};

test("CHANGELOG.md has the form of Keep a Changelog, and a section for the version of the package", () => {
  expect(changelog).toMatch(/^# Changelog\n/);
  const [unreleased, ...released] = [...changelog.matchAll(/^## (.+)$/gm)].map(([, title = ""]) => title);
  expect(unreleased).toBe("[Unreleased]");
  for (const title of released) expect(title).toMatch(/^\[\d+\.\d+\.\d+\] - \d{4}-\d{2}-\d{2}$/);
  expect(released[0]).toContain(`[${version}]`);
  const dates = released.map((title) => title.slice(-"2000-01-01".length));
  expect(dates).toEqual(dates.toSorted().toReversed());
});

test("CHANGELOG.md sorts changes by the kinds of Keep a Changelog, each once a version", () => {
  for (const section of changelog.split(/^## /m).slice(1)) {
    const kinds = [...section.matchAll(/^### (.+)$/gm)].map(([, kind = ""]) => kind);
    expect(kinds.filter((kind) => !KINDS.includes(kind))).toEqual([]);
    expect(new Set(kinds).size).toBe(kinds.length);
  }
});
